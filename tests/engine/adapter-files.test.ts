import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LoadedAdapters, readAdapters, writeAdapters } from "../../src/engine/adapter-files.ts";
import { LORA_MODULES, type LoraConfig, loraLayout, loraParameterCount } from "../../src/engine/lora.ts";
import { ModelFilesError } from "../../src/engine/model-files.ts";
import type { ModelConfig } from "../../src/engine/parameters.ts";
import { readSafetensors, type Tensor, writeSafetensors } from "../../src/engine/safetensors.ts";
import { directoryCopies, readJson } from "./directory-copies.ts";
import { expectClose, randomNumbers } from "./run-kernel.ts";
import { tinyConfig } from "./tiny-model.ts";

const WEIGHTS = "adapter_model.safetensors";
const CONFIG = "adapter_config.json";
const lora: LoraConfig = { rank: 4, alpha: 6, targetModules: ["q_proj", "v_proj", "gate_proj", "down_proj"] };
const adapters: LoadedAdapters = {
  lora,
  weights: randomNumbers(loraParameterCount(tinyConfig, lora), 1),
  baseModel: "acme/base",
};

const { root, good, copy } = directoryCopies("fermion-adapters-", (directory) =>
  writeAdapters(directory, tinyConfig, adapters),
);

async function refusal(directory: string, config = tinyConfig): Promise<unknown> {
  return readAdapters(directory, config).catch((error: unknown) => error);
}

describe("adapters' directory", () => {
  test("is read as it was written, bit for bit", async () => {
    expect(await readAdapters(good, tinyConfig)).toEqual(adapters);
  });

  test("is described by name, size and SHA-256 of each file, the same for the same adapters", async () => {
    const [one, two] = [join(root, "one"), join(root, "two")];
    const files = await writeAdapters(one, tinyConfig, adapters);
    expect(await writeAdapters(two, tinyConfig, adapters)).toEqual(files);
    expect(files.map(({ name }) => name)).toEqual([CONFIG, WEIGHTS]);
    expect((await readdir(one)).sort()).toEqual([CONFIG, WEIGHTS]);
    for (const { name, bytes } of files) expect((await readFile(join(one, name))).length).toBe(bytes);
  });

  test("can hold bf16, which takes half the space", async () => {
    const directory = join(root, "bf16");
    const files = await writeAdapters(directory, tinyConfig, adapters, { dtype: "bf16" });
    const { weights } = await readAdapters(directory, tinyConfig);
    expectClose(weights, adapters.weights, 2 ** -8);
    expect(files.at(-1)?.bytes).toBeLessThan((await readFile(join(good, WEIGHTS))).length * 0.7);
  });

  test("says what PEFT asks for", async () => {
    expect(await readJson(good, CONFIG)).toMatchObject({
      peft_type: "LORA",
      task_type: "CAUSAL_LM",
      base_model_name_or_path: "acme/base",
      r: 4,
      lora_alpha: 6,
      lora_dropout: 0,
      bias: "none",
      target_modules: ["q_proj", "v_proj", "gate_proj", "down_proj"],
    });
  });

  test("of any rank and modules is read as it was written", async () => {
    const shape = fc.record({
      rank: fc.integer({ min: 1, max: 9 }),
      alpha: fc.double({ min: 0.5, max: 64, noNaN: true }),
      targetModules: fc.subarray([...LORA_MODULES], { minLength: 1 }),
    });
    await fc.assert(
      fc.asyncProperty(shape, async (lora) => {
        const directory = await mkdtemp(join(root, "any-"));
        const weights = randomNumbers(loraParameterCount(tinyConfig, lora), lora.rank);
        const given = { lora, weights, baseModel: undefined };
        await writeAdapters(directory, tinyConfig, given);
        expect(await readAdapters(directory, tinyConfig)).toEqual(given);
      }),
      { numRuns: 25 },
    );
  });
});

describe("adapters are not written", () => {
  test("when they don't fit the base, or hold what is no number", async () => {
    const directory = join(root, "never");
    const weights = adapters.weights.map((value, i) => (i === 9 ? Number.NaN : value));
    const bad: [LoadedAdapters, ModelConfig, RegExp][] = [
      [{ ...adapters, weights }, tinyConfig, /lora_A.weight has NaN at position 9/],
      [{ ...adapters, weights: new Float32Array(3) }, tinyConfig, /would hold 3 numbers/],
      [adapters, { ...tinyConfig, layers: 3 }, /the base needs/],
    ];
    for (const [given, config, message] of bad) {
      await expect(writeAdapters(directory, config, given)).rejects.toThrow(message);
      await expect(writeAdapters(directory, config, given)).rejects.toThrow(ModelFilesError);
    }
    await expect(readdir(directory)).rejects.toThrow("ENOENT");
  });
});

describe("adapters of another base are refused", () => {
  const others: [string, Partial<ModelConfig>, RegExp][] = [
    ["of another width", { hiddenSize: 64 }, /has the shape \[4, 32\].*need \[4, 64\]/],
    ["with more layers", { layers: 3 }, /layers\.2\..* is missing/],
    ["with fewer layers", { layers: 1 }, /layers\.1\..* is no adapter/],
    ["with more keys and values", { keyValueHeads: 4 }, /v_proj\.lora_B\.weight has the shape \[16, 4\]/],
    ["with a wider feed-forward network", { feedForwardSize: 48 }, /gate_proj\.lora_B\.weight/],
  ];
  for (const [which, part, message] of others) {
    test(which, async () => {
      const error = await refusal(good, { ...tinyConfig, ...part });
      expect(error).toBeInstanceOf(ModelFilesError);
      expect(error).toMatchObject({
        file: WEIGHTS,
        message: expect.stringMatching(message),
        remedy: "Use adapters with the base that they were trained on.",
      });
    });
  }
});

describe("a description is refused", () => {
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const bad: [string, unknown, string | undefined, RegExp][] = [
    ["that is no object", undefined, undefined, /must hold an object/],
    ["of another method", { peft_type: "IA3" }, "peft_type", /must be "LORA", got "IA3"/],
    ["of another task", { task_type: "SEQ_CLS" }, "task_type", /CAUSAL_LM/],
    ["with biases", { bias: "all" }, "bias", /none/],
    ["with DoRA", { use_dora: true }, "use_dora", /false/],
    ["with another scale", { use_rslora: true }, "use_rslora", /false/],
    ["that begins inside the base", { init_lora_weights: "pissa" }, "init_lora_weights", /pissa/],
    ["of some layers alone", { layers_to_transform: [0] }, "layers_to_transform", /a list/],
    ["with ranks of their own", { rank_pattern: { q_proj: 2 } }, "rank_pattern", /empty/],
    ["with whole modules", { modules_to_save: ["lm_head"] }, "modules_to_save", /empty/],
    ["with a pattern for modules", { target_modules: ".*_proj" }, "target_modules", /list/],
    [
      "with a module that is no linear layer",
      { target_modules: ["embed_tokens"] },
      "target_modules",
      /embed/,
    ],
    [
      "with a module that is endlessly deep",
      { target_modules: [JSON.parse(deep)] },
      "target_modules",
      /list/,
    ],
    ["without modules", { target_modules: [] }, undefined, /targetModules/],
    ["without a rank", { r: null }, "r", /number/],
    ["of rank 0", { r: 0 }, undefined, /rank/],
    ["without an alpha", { lora_alpha: "16" }, "lora_alpha", /number/],
    ["of alpha 0", { lora_alpha: 0 }, undefined, /alpha/],
  ];
  for (const [which, part, field, message] of bad) {
    test(which, async () => {
      const directory = await copy();
      const text = part ? withFields(await readJson(directory, CONFIG), part) : "[]";
      await writeFile(join(directory, CONFIG), text);
      const error = await refusal(directory);
      expect(error).toBeInstanceOf(ModelFilesError);
      expect(error).toMatchObject({ file: CONFIG, field, message: expect.stringMatching(message) });
    });
  }

  /** The JSON of a description; a very deep part can't be written by JSON.stringify. */
  function withFields(json: Record<string, unknown>, part: unknown): string {
    const isDeep = part === bad.find(([which]) => which.includes("endlessly"))?.[1];
    const fields = isDeep ? { target_modules: "DEEP" } : Object(part);
    return JSON.stringify({ ...json, ...fields }).replace('"DEEP"', `[${deep}]`);
  }
});

describe("files are refused", () => {
  type Damage = (path: (name: string) => string) => Promise<unknown>;
  const edited = (edit: (tensors: Map<string, Tensor>) => void): Damage => {
    return async (path) => {
      const tensors = new Map((await readSafetensors(path(WEIGHTS))).tensors);
      edit(tensors);
      await writeSafetensors(path(WEIGHTS), tensors);
    };
  };
  const [first, second] = loraLayout(tinyConfig, lora).map(({ name }) => name);
  const damages: [string, Damage, string, RegExp][] = [
    ["that have no description", (path) => rm(path(CONFIG)), CONFIG, /is .* one\?/],
    ["whose description is no JSON", (path) => writeFile(path(CONFIG), "{"), CONFIG, /no JSON/],
    ["that have no weights", (path) => rm(path(WEIGHTS)), WEIGHTS, /could not be read/],
    ["that were cut", (path) => truncate(path(WEIGHTS), 2000), WEIGHTS, /behind the end/],
    ["that are empty", (path) => truncate(path(WEIGHTS), 0), WEIGHTS, /only 0 bytes/],
    ["without one of the tensors", edited((all) => all.delete(first ?? "")), WEIGHTS, /is missing/],
    [
      "with a tensor too many",
      edited((all) => all.set("other", { shape: [1], data: Float32Array.of(1) })),
      WEIGHTS,
      /other is no adapter/,
    ],
    [
      "with a tensor of another rank",
      edited((all) => all.set(second ?? "", { shape: [5, 32], data: new Float32Array(160) })),
      WEIGHTS,
      /rank 4 need/,
    ],
    [
      "with what is no number",
      edited((all) => all.get(first ?? "")?.data.fill(Number.POSITIVE_INFINITY, 3, 4)),
      WEIGHTS,
      /has Infinity at position 3/,
    ],
  ];
  for (const [which, damage, file, message] of damages) {
    test(which, async () => {
      const directory = await copy();
      await damage((name) => join(directory, name));
      const error = await refusal(directory);
      expect(error).toBeInstanceOf(ModelFilesError);
      expect(error).toMatchObject({ file, message: expect.stringMatching(message) });
    });
  }
});
