import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CHAT_TEMPLATE, SPECIAL_TOKENS } from "../../src/engine/chat-template.ts";
import { type LoadedModel, ModelFilesError, readModel, writeModel } from "../../src/engine/model-files.ts";
import { type ModelConfig, parameterCount, parameterLayout } from "../../src/engine/parameters.ts";
import { readSafetensors, type Tensor, writeSafetensors } from "../../src/engine/safetensors.ts";
import { trainTokenizer } from "../../src/engine/tokenizer-training.ts";
import { directoryCopies, readJson } from "./directory-copies.ts";

const tokenizer = trainTokenizer(["a claim, a claim, the claim"], { specialTokens: SPECIAL_TOKENS });
const config: ModelConfig = {
  vocabularySize: tokenizer.vocabularySize + 5,
  hiddenSize: 32,
  layers: 2,
  heads: 4,
  keyValueHeads: 2,
  feedForwardSize: 64,
  contextLength: 48,
  ropeTheta: 10_000,
  normEpsilon: 1e-5,
};
const weights = Float32Array.from({ length: parameterCount(config) }, (_, i) => Math.sin(i) / 8);
const model: LoadedModel = { config, weights, tokenizer };

const { root, good, copy } = directoryCopies("fermion-model-", (directory) => writeModel(directory, model));

describe("a model's directory", () => {
  test("is read as it was written, bit for bit", async () => {
    const back = await readModel(good);
    expect(back.config).toEqual(config);
    expect(Buffer.from(back.weights.buffer).equals(Buffer.from(weights.buffer))).toBe(true);
    expect(back.tokenizer.toJSON()).toEqual(tokenizer.toJSON());
  });

  test("is described by name, size and SHA-256 of each file", async () => {
    const directory = join(root, "again");
    const files = await writeModel(directory, model);
    expect(files.map(({ name }) => name).sort()).toEqual((await readdir(directory)).sort());
    expect(files.at(-1)?.name).toBe("model.safetensors");
    for (const { name, bytes, sha256 } of files) {
      const content = await readFile(join(directory, name));
      expect(bytes).toBe(content.length);
      expect(sha256).toBe(createHash("sha256").update(content).digest("hex"));
      expect(content.equals(await readFile(join(good, name)))).toBe(true);
    }
  });

  test("tells other tools what they need", async () => {
    expect(await readJson(good, "config.json")).toMatchObject({
      architectures: ["LlamaForCausalLM"],
      bos_token_id: 1,
      eos_token_id: 2,
      head_dim: 8,
      model_type: "llama",
      num_key_value_heads: 2,
      pad_token_id: 0,
      tie_word_embeddings: true,
      torch_dtype: "float32",
      vocab_size: config.vocabularySize,
    });
    expect(await readJson(good, "generation_config.json")).toEqual({
      bos_token_id: 1,
      eos_token_id: 2,
      pad_token_id: 0,
    });
    expect(await readJson(good, "tokenizer_config.json")).toMatchObject({
      bos_token: "<|begin|>",
      chat_template: CHAT_TEMPLATE,
      eos_token: "<|end|>",
      model_max_length: 48,
      pad_token: "<|pad|>",
      tokenizer_class: "PreTrainedTokenizerFast",
    });
    const { tensors, metadata } = await readSafetensors(join(good, "model.safetensors"));
    expect([...tensors.keys()].sort()).toEqual(
      parameterLayout(config)
        .map(({ name }) => name)
        .sort(),
    );
    expect(metadata).toEqual({ format: "pt" });
  });

  test("takes half the space in bf16 and keeps the weights to 8 bits", async () => {
    const directory = join(root, "half");
    const files = await writeModel(directory, model, { dtype: "bf16" });
    expect(files.at(-1)?.bytes).toBeLessThan(weights.length * 2 + 4096);
    expect(await readJson(directory, "config.json")).toMatchObject({ torch_dtype: "bfloat16" });
    const back = await readModel(directory);
    expect(back.weights.every((value, i) => Math.abs(value - (weights[i] ?? 0)) <= 2 ** -12)).toBe(true);
  });
});

describe("config.json", () => {
  async function withConfig(change: Record<string, unknown>): Promise<string> {
    const directory = await copy();
    const json = { ...(await readJson(good, "config.json")), ...change };
    await writeFile(join(directory, "config.json"), JSON.stringify(json));
    return directory;
  }

  test.each<[Record<string, unknown>, string]>([
    [{ model_type: "mistral" }, "model_type"],
    [{ architectures: ["LlamaModel"] }, "architectures"],
    [{ hidden_act: "gelu" }, "hidden_act"],
    [{ tie_word_embeddings: false }, "tie_word_embeddings"],
    [{ tie_word_embeddings: undefined }, "tie_word_embeddings"],
    [{ attention_bias: true }, "attention_bias"],
    [{ mlp_bias: true }, "mlp_bias"],
    [{ rope_scaling: { type: "linear", factor: 2 } }, "rope_scaling"],
    [{ rope_parameters: { rope_type: "llama3", rope_theta: 10_000 } }, "rope_parameters"],
    [{ rope_theta: undefined }, "rope_theta"],
    [{ quantization_config: {} }, "quantization_config"],
    [{ head_dim: 16 }, "head_dim"],
    [{ hidden_size: "32" }, "hidden_size"],
    [{ hidden_size: 33 }, "num_attention_heads"],
    [{ num_hidden_layers: 0 }, "num_hidden_layers"],
    [{ num_key_value_heads: 3 }, "num_key_value_heads"],
    [{ max_position_embeddings: 0.5 }, "max_position_embeddings"],
  ])("is refused with %j", async (change, field) => {
    const directory = await withConfig(change);
    await expect(readModel(directory)).rejects.toMatchObject({
      name: "ModelFilesError",
      file: "config.json",
      field,
      remedy: expect.stringMatching(/\w/),
    });
  });

  test("may leave out what has one meaning, and may be of transformers 5", async () => {
    const rope_parameters = { rope_type: "default", rope_theta: 10_000 };
    const absent = ["head_dim", "attention_bias", "mlp_bias", "rope_scaling", "rope_theta", "hidden_act"];
    const directory = await withConfig({
      rope_parameters,
      ...Object.fromEntries(absent.map((field) => [field, undefined])),
    });
    expect((await readModel(directory)).config).toEqual(config);
  });

  test.each<[Record<string, unknown>, string | undefined]>([
    [{ num_hidden_layers: 1_000_000_000 }, undefined],
    [{ num_hidden_layers: 3 }, "model.layers.2.input_layernorm.weight"],
    [{ num_hidden_layers: 1 }, "model.layers.1.input_layernorm.weight"],
    [{ vocab_size: 2_000_000_000 }, "model.embed_tokens.weight"],
    [{ num_key_value_heads: 4 }, "model.layers.0.self_attn.k_proj.weight"],
  ])("is refused with the weights when it says %j", async (change, field) => {
    const directory = await withConfig(change);
    await expect(readModel(directory)).rejects.toMatchObject({ file: "model.safetensors", field });
  });
});

describe("model.safetensors", () => {
  async function withTensors(change: (tensors: Map<string, Tensor>) => void): Promise<string> {
    const directory = await copy();
    const { tensors } = await readSafetensors(join(good, "model.safetensors"));
    const changed = new Map(tensors);
    change(changed);
    await writeSafetensors(join(directory, "model.safetensors"), changed);
    return directory;
  }
  const refusal = (field: string | undefined) => ({
    name: "ModelFilesError",
    file: "model.safetensors",
    field,
  });

  test("is refused when a tensor is missing, too many or of another shape", async () => {
    const missing = await withTensors((tensors) => tensors.delete("model.norm.weight"));
    await expect(readModel(missing)).rejects.toMatchObject(refusal("model.norm.weight"));
    const extra = await withTensors((tensors) =>
      tensors.set("lm_head.weight", { shape: [0], data: new Float32Array() }),
    );
    await expect(readModel(extra)).rejects.toMatchObject(refusal("lm_head.weight"));
    const misshapen = await withTensors((tensors) => {
      const data = tensors.get("model.norm.weight")?.data ?? new Float32Array();
      tensors.set("model.norm.weight", { shape: [1, 32], data });
    });
    await expect(readModel(misshapen)).rejects.toMatchObject(refusal("model.norm.weight"));
  });

  test.each([Number.NaN, Infinity])("is refused with a weight of %d", async (value) => {
    const directory = await withTensors((tensors) =>
      tensors.get("model.norm.weight")?.data.fill(value, 7, 8),
    );
    await expect(readModel(directory)).rejects.toMatchObject(refusal("model.norm.weight"));
    await expect(readModel(directory)).rejects.toThrow("position 7");
  });

  test("is refused when it is damaged", async () => {
    const directory = await copy();
    const path = join(directory, "model.safetensors");
    await writeFile(path, (await readFile(path)).subarray(0, -1));
    await expect(readModel(directory)).rejects.toMatchObject({
      ...refusal(expect.any(String)),
      cause: { name: "SafetensorsError" },
    });
  });
});

describe("a directory that is not whole", () => {
  test.each(["config.json", "tokenizer.json", "model.safetensors"])("is refused without %s", async (name) => {
    const directory = await copy();
    await rm(join(directory, name));
    await expect(readModel(directory)).rejects.toMatchObject({ name: "ModelFilesError", file: name });
  });

  test.each(["config.json", "tokenizer.json"])("is refused when %s is no JSON, or null", async (name) => {
    const directory = await copy();
    for (const content of ["{", "null"]) {
      await writeFile(join(directory, name), content);
      await expect(readModel(directory)).rejects.toMatchObject({ name: "ModelFilesError", file: name });
    }
  });

  test("is refused when the tokenizer has more tokens than the embedding", async () => {
    const directory = await copy();
    const larger = trainTokenizer(["abcdefgh ".repeat(9)], {
      specialTokens: [...SPECIAL_TOKENS, "<|x|>", "<|y|>", "<|z|>"],
    });
    expect(larger.vocabularySize).toBeGreaterThan(config.vocabularySize);
    await writeFile(join(directory, "tokenizer.json"), JSON.stringify(larger));
    await expect(readModel(directory)).rejects.toMatchObject({
      file: "tokenizer.json",
      field: "model.vocab",
    });
  });
});

describe("writing refuses, and writes nothing,", () => {
  async function refuse(change: Partial<LoadedModel>, expected: object) {
    const directory = join(root, "never");
    const error = await writeModel(directory, { ...model, ...change }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ModelFilesError);
    expect(error).toMatchObject(expected);
    await expect(readdir(directory)).rejects.toMatchObject({ code: "ENOENT" });
  }

  test("weights of another number", () =>
    refuse({ weights: weights.slice(1) }, { file: "model.safetensors" }));

  test("a weight that is not finite", () =>
    refuse(
      { weights: weights.map((value, i) => (i === weights.length - 1 ? Number.NaN : value)) },
      { file: "model.safetensors", field: "model.norm.weight" },
    ));

  test("a tokenizer without the tokens of dialogues", () =>
    refuse(
      { tokenizer: trainTokenizer([], { specialTokens: ["<|pad|>"] }) },
      { file: "tokenizer.json", field: "<|begin|>" },
    ));

  test("a tokenizer larger than the embedding", () =>
    refuse(
      {
        config: { ...config, vocabularySize: 9 },
        weights: new Float32Array(parameterCount({ ...config, vocabularySize: 9 })),
      },
      { file: "tokenizer.json" },
    ));
});
