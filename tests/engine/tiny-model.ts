import type { Example } from "../../src/engine/example.ts";
import type { ModelConfig } from "../../src/engine/parameters.ts";
import { createRandom } from "../../src/engine/random.ts";

/** A model so small that a step takes a millisecond, with grouped queries and an odd vocabulary. */
export const tinyConfig: ModelConfig = {
  vocabularySize: 29,
  hiddenSize: 32,
  layers: 2,
  heads: 4,
  keyValueHeads: 2,
  feedForwardSize: 44,
  contextLength: 40,
  ropeTheta: 10_000,
  normEpsilon: 1e-5,
};

/** Examples of random tokens, one of each given length; the first third of each is context. */
export function randomExamples(lengths: readonly number[], seed: number, config = tinyConfig): Example[] {
  const random = createRandom(seed);
  return lengths.map((length) => ({
    tokens: Int32Array.from({ length }, () => random.below(config.vocabularySize)),
    learned: Uint8Array.from({ length }, (_, i) => (i >= length / 3 ? 1 : 0)),
  }));
}
