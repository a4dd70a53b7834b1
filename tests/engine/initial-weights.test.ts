import { expect, test } from "vitest";
import { initialWeights } from "../../src/engine/initial-weights.ts";
import { parameterCount, parameterLayout } from "../../src/engine/parameters.ts";
import { bytesOf } from "./run-kernel.ts";
import { tinyConfig } from "./tiny-model.ts";

const config = { ...tinyConfig, vocabularySize: 400, layers: 8 };
const weights = initialWeights(config, 1);

function deviation(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

test("fill every tensor: norms with one, the others with the spread of their kind", () => {
  expect(weights).toHaveLength(parameterCount(config));
  for (const { name, shape, offset, size } of parameterLayout(config)) {
    const part = weights.subarray(offset, offset + size);
    if (shape.length === 1) {
      expect(part.every((value) => value === 1)).toBe(true);
      continue;
    }
    const expected = /o_proj|down_proj/.test(name) ? 0.02 / Math.sqrt(2 * config.layers) : 0.02;
    expect(deviation(part) / expected, name).toBeGreaterThan(0.9);
    expect(deviation(part) / expected, name).toBeLessThan(1.1);
    const mean = part.reduce((sum, value) => sum + value, 0) / size;
    expect(Math.abs(mean), name).toBeLessThan((5 * expected) / Math.sqrt(size));
  }
});

test("follow from the seed alone", () => {
  expect(Buffer.compare(bytesOf(initialWeights(config, 1)), bytesOf(weights))).toBe(0);
  expect(Buffer.compare(bytesOf(initialWeights(config, 2)), bytesOf(weights))).not.toBe(0);
});
