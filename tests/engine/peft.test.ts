import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { type LoadedAdapters, readAdapters, writeAdapters } from "../../src/engine/adapter-files.ts";
import { packBatch } from "../../src/engine/batches.ts";
import { mergeLora } from "../../src/engine/lora.ts";
import { createTrainableModel, type TrainableModel } from "../../src/engine/model.ts";
import { parameterCount, parameterLayout } from "../../src/engine/parameters.ts";
import { readSafetensors } from "../../src/engine/safetensors.ts";
import { expectClose } from "./run-kernel.ts";
import { tinyConfig } from "./tiny-model.ts";

async function readJson(directory: string, name: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(directory, name), "utf8"));
}

describe("what PEFT wrote (fixtures/peft/record.py)", () => {
  const fixture = fileURLToPath(new URL("./fixtures/peft", import.meta.url));
  const open: TrainableModel[] = [];
  const directories: string[] = [];
  afterAll(async () => {
    for (const model of open) model.close();
    for (const directory of directories) await rm(directory, { recursive: true, force: true });
  });

  async function readBase(): Promise<Float32Array> {
    const { tensors } = await readSafetensors(join(fixture, "base.safetensors"));
    const weights = new Float32Array(parameterCount(tinyConfig));
    for (const { name, offset } of parameterLayout(tinyConfig)) {
      weights.set(tensors.get(name)?.data ?? [], offset);
    }
    return weights;
  }

  /** ln p of every token after each prompt. */
  function logProbabilities(model: TrainableModel, prompts: unknown): number[] {
    return [prompts].flat(1).flatMap((prompt) =>
      Array.from({ length: tinyConfig.vocabularySize }, (_, token) => {
        const tokens = Int32Array.from([...Object(prompt), token]);
        const learned = new Uint8Array(tokens.length);
        learned[tokens.length - 1] = 1;
        return -model.loss(packBatch([{ tokens, learned }])).total;
      }),
    );
  }

  function startModel(weights: Float32Array, read?: LoadedAdapters): TrainableModel {
    const limits = { tokens: 40, longest: 40, examples: 1 };
    const model = createTrainableModel(tinyConfig, limits, 1, { lora: read?.lora });
    open.push(model);
    model.baseWeights.set(weights);
    if (read) model.weights.set(read.weights);
    return model;
  }

  test("is read, and says what it says in PEFT: beside the base and merged", async () => {
    const read = await readAdapters(fixture, tinyConfig);
    expect(read).toMatchObject({ baseModel: "base", lora: { rank: 3, alpha: 5 } });
    const base = await readBase();
    const { prompts, base: baseExpected, adapted } = await readJson(fixture, "log-probabilities.json");
    const [expected, without] = [[adapted].flat(2).map(Number), [baseExpected].flat(2).map(Number)];
    expect(expected).toHaveLength(3 * tinyConfig.vocabularySize);
    expectClose(logProbabilities(startModel(base), prompts), without, 1e-5);
    expectClose(logProbabilities(startModel(base, read), prompts), expected, 1e-5);
    expectClose(logProbabilities(startModel(mergeLora(tinyConfig, base, read)), prompts), expected, 1e-5);
    // Adapters change what is said by far more than the tolerance.
    expect(Math.max(...expected.map((value, i) => Math.abs(value - (without[i] ?? 0))))).toBeGreaterThan(1);
  });

  test("is what is written here: the same tensors, and a description that PEFT's holds", async () => {
    const read = await readAdapters(fixture, tinyConfig);
    const directory = await mkdtemp(join(tmpdir(), "fermion-peft-"));
    directories.push(directory);
    await writeAdapters(directory, tinyConfig, read);
    const [theirs, ours] = await Promise.all(
      [fixture, directory].map((path) => readSafetensors(join(path, "adapter_model.safetensors"))),
    );
    expect(ours).toEqual(theirs);
    const { target_modules: modules, ...fields } = await readJson(directory, "adapter_config.json");
    const description = await readJson(fixture, "adapter_config.json");
    expect(description).toMatchObject(fields);
    expect([modules].flat().sort()).toEqual([description.target_modules].flat().sort());
  });
});
