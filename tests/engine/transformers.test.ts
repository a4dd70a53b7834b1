import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import * as z from "zod";
import { createDecoder } from "../../src/engine/decoder.ts";
import { LORA_MODULES, type LoraConfig, loraLayout, mergeLora } from "../../src/engine/lora.ts";
import { readModel } from "../../src/engine/model-files.ts";
import { type ModelConfig, type Parameter, parameterLayout } from "../../src/engine/parameters.ts";

// What transformers and PEFT compute for the same models (fixtures/transformers/record.py).
const recordingSchema = z.array(
  z.object({
    prompt: z.array(z.number()),
    steps: z.array(z.array(z.tuple([z.number(), z.number()]))),
  }),
);
const recorded: unknown = JSON.parse(
  readFileSync(new URL("./fixtures/transformers/log-probabilities.json", import.meta.url), "utf8"),
);
const recordingOf = (model: string) => recordingSchema.min(1).parse(Object(recorded)[model]);

const photonNano = fileURLToPath(new URL("../../models/photon-nano", import.meta.url));
const lora: LoraConfig = { rank: 4, alpha: 10, targetModules: LORA_MODULES };
const smolLm2: ModelConfig = {
  vocabularySize: 49_152,
  hiddenSize: 576,
  layers: 30,
  heads: 9,
  keyValueHeads: 3,
  feedForwardSize: 1_536,
  contextLength: 2_048,
  ropeTheta: 100_000,
  normEpsilon: 1e-5,
};

/** The random numbers that record.py makes from the tensors' names. */
function made(layout: readonly Parameter[]): Float32Array {
  const numbers = new Float32Array(layout.reduce((sum, { size }) => sum + size, 0));
  for (const { name, shape, offset, size } of layout) {
    let start = 0x811c9dc5;
    for (const byte of Buffer.from(name)) start = Math.imul(start ^ byte, 0x01000193);
    const around = shape.length === 1 ? 1 : 0;
    for (let i = 0; i < size; i++) {
      let bits = (start + i) | 0;
      bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
      bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
      bits ^= bits >>> 16;
      numbers[offset + i] = around + ((bits >>> 8) / 2 ** 24 - 0.5) / 8;
    }
  }
  return numbers;
}

interface Model {
  readonly config: ModelConfig;
  readonly weights: Float32Array;
}

test.each<[string, () => Promise<Model>]>([
  ["photon-nano", () => readModel(photonNano)],
  [
    "photon-nano with adapters",
    async () => {
      const { config, weights } = await readModel(photonNano);
      const adapters = { lora, weights: made(loraLayout(config, lora)) };
      return { config, weights: mergeLora(config, weights, adapters) };
    },
  ],
  ["the shape of SmolLM2-135M", async () => ({ config: smolLm2, weights: made(parameterLayout(smolLm2)) })],
])("%s computes what it does in transformers", async (name, load) => {
  const decoder = createDecoder(await load());
  try {
    for (const { prompt, steps } of recordingOf(name)) {
      const generation = decoder.start(prompt, {
        temperature: 0,
        topP: 1,
        seed: 0,
        maxTokens: steps.length,
        stopTokens: [],
        topLogprobs: steps[0]?.length ?? 0,
      });
      for (const expected of steps) {
        const step = generation.next();
        if (!("token" in step)) throw new Error(`The generation ended: ${step.finished}`);
        expect(step.token).toBe(expected[0]?.[0]);
        const found = new Map(step.logprobs?.top.map(({ token, logprob }) => [token, logprob]));
        // The last of the likeliest may change places with one that wasn't recorded.
        for (const [token, logprob] of expected.slice(0, -1)) {
          const difference = Math.abs((found.get(token) ?? Number.NaN) - logprob);
          expect(difference, `token ${token}: ${found.get(token)} for ${logprob}`).toBeLessThanOrEqual(
            2e-5 * Math.max(Math.abs(logprob), 0.1),
          );
        }
      }
      generation.close();
    }
  } finally {
    decoder.close();
  }
});
