import { afterAll, describe, expect, test } from "vitest";
import { packBatch } from "../../src/engine/batches.ts";
import { createTrainableModel, GEMM_SCRATCH } from "../../src/engine/model.ts";
import { type ModelConfig, parameterCount, parameterLayout } from "../../src/engine/parameters.ts";
import { createRandom } from "../../src/engine/random.ts";
import * as reference from "./reference.ts";
import { closeKernels, expectClose, randomNumbers, runKernel, runKernelAlone } from "./run-kernel.ts";

afterAll(closeKernels);

/** The gradient of `f` at x, element by element. */
function slopes(f: (x: Float64Array) => number, x: reference.Numbers): Float64Array {
  return Float64Array.from({ length: x.length }, (_, index) => reference.slope(f, x, index));
}

/** What turns outputs into one number whose gradient towards the outputs is `dOut`. */
function weighted(out: reference.Numbers, dOut: reference.Numbers): number {
  let sum = 0;
  for (let i = 0; i < out.length; i++) sum += (out[i] ?? Number.NaN) * (dOut[i] ?? Number.NaN);
  return sum;
}

const zeros = (count: number) => new Float32Array(count);

describe("each backward kernel gives the slope of its forward", () => {
  test("gemm, towards what comes in and towards the weight", () => {
    const [m, outer, inner] = [5, 9, 7];
    const [x, weight, dY] = [
      randomNumbers(m * inner, 1),
      randomNumbers(outer * inner, 2),
      randomNumbers(m * outer, 3),
    ];
    const [dX] = runKernel("gemm", ({ floats, output, scratch }) => [
      ...[floats(dY), outer, 1, floats(weight), inner, 1, output(m * inner), inner, m, inner, outer, 0],
      ...[scratch(GEMM_SCRATCH), GEMM_SCRATCH * 4],
    ]);
    const [dWeight] = runKernel("gemm", ({ floats, output, scratch }) => [
      ...[floats(dY), 1, outer, floats(x), inner, 1, output(outer * inner, zeros(outer * inner)), inner],
      ...[outer, inner, m, 1, scratch(GEMM_SCRATCH), GEMM_SCRATCH * 4],
    ]);
    const forward = (from: reference.Numbers, by: reference.Numbers) =>
      weighted(reference.linear(from, by, m, outer, inner), dY);
    expectClose(
      dX,
      slopes((moved) => forward(moved, weight), x),
    );
    expectClose(
      dWeight,
      slopes((moved) => forward(x, moved), weight),
    );
  });

  test("gatherRows: scatterAddRows", () => {
    const [d, indices] = [8, [2, 0, 2, 4]];
    const [table, dOut] = [randomNumbers(5 * d, 1), randomNumbers(indices.length * d, 2)];
    const [dTable] = runKernel("scatterAddRows", ({ floats, integers, output }) => [
      ...[output(5 * d, zeros(5 * d)), floats(dOut), integers(indices), indices.length, d],
    ]);
    expectClose(
      dTable,
      slopes((moved) => weighted(reference.gatherRows(moved, indices, d), dOut), table),
    );
  });

  test("rmsNorm: rmsNormBackward and rmsNormWeightBackward", () => {
    const [n, d, epsilon] = [5, 12, 1e-2];
    const [x, weight, dOut] = [randomNumbers(n * d, 1), randomNumbers(d, 2), randomNumbers(n * d, 3)];
    const { scales } = reference.rmsNorm(x, weight, n, d, epsilon);
    const [dX] = runKernel("rmsNormBackward", ({ floats, output }) => [
      ...[output(n * d, zeros(n * d)), floats(dOut), floats(x), floats(scales), floats(weight), n, d],
    ]);
    const [dWeight] = runKernel("rmsNormWeightBackward", ({ floats, output }) => [
      ...[output(d, zeros(d)), floats(dOut), floats(x), floats(scales), n, d],
    ]);
    const forward = (from: reference.Numbers, by: reference.Numbers) =>
      weighted(reference.rmsNorm(from, by, n, d, epsilon).out, dOut);
    expectClose(
      dX,
      slopes((moved) => forward(moved, weight), x),
    );
    expectClose(
      dWeight,
      slopes((moved) => forward(x, moved), weight),
    );
  });

  test("swiGlu: swiGluBackward", () => {
    const [n, f] = [5, 8];
    const [gateUp, dAct] = [randomNumbers(n * 2 * f, 1, 5), randomNumbers(n * f, 2)];
    const [dGateUp] = runKernel("swiGluBackward", ({ floats, output }) => [
      ...[output(n * 2 * f), output(n * f), floats(gateUp), floats(dAct), n, f],
    ]);
    expectClose(
      dGateUp,
      slopes((moved) => weighted(reference.swiGlu(moved, n, f), dAct), gateUp),
    );
  });

  test("rope: rope the other way round", () => {
    const shape = { stride: 32, heads: 3, hd: 8, theta: 100 };
    const positions = [0, 5, 1];
    const [x, dOut] = [randomNumbers(3 * 32, 1), randomNumbers(3 * 32, 2)];
    const [table] = runKernelAlone("ropeTable", ({ output }) => [output(6 * 8), 6, 8, 100]);
    const [dX] = runKernel("rope", ({ floats, integers, output }) => [
      ...[output(dOut.length, dOut), 32, floats(table ?? []), 6, integers(positions), 3, 3, 8, -1],
    ]);
    expectClose(
      dX,
      slopes((moved) => weighted(reference.rope(moved, positions, shape), dOut), x),
    );
  });

  test("attention: attentionBackward", () => {
    const shape = { heads: 4, keyValueHeads: 2, hd: 8 };
    const [starts, n, longest] = [[0, 5, 6, 15], 15, 9];
    const qkv = randomNumbers(n * 8 * 8, 1, 2);
    const dOut = randomNumbers(n * 4 * 8, 2);
    const scratch = 5 * 16 * 8 + 12 * 16 + 24 * 8 + 16;
    const sizes = [starts.length - 1, n, shape.heads, shape.keyValueHeads, shape.hd, longest] as const;
    const [out, logSumExp] = runKernel("attention", (o) => [
      ...[o.output(dOut.length), o.output(4 * n), o.floats(qkv), o.integers(starts)],
      ...[...sizes, o.scratch(scratch), scratch * 4],
    ]);
    const [dQkv] = runKernel("attentionBackward", (o) => [
      ...[o.output(qkv.length), o.floats(dOut), o.floats(out ?? []), o.floats(logSumExp ?? [])],
      ...[o.floats(qkv), o.integers(starts), ...sizes, o.scratch(scratch), scratch * 4],
    ]);
    expectClose(
      dQkv,
      slopes((moved) => weighted(reference.attention(moved, starts, shape).out, dOut), qkv),
      5e-6,
    );
  });

  test("crossEntropy, whose logits become their gradient", () => {
    const [rows, v, factor] = [4, 11, 0.3];
    const logits = randomNumbers(rows * v, 1, 3);
    const targets = [0, 10, 4, 4];
    const [, , gradient] = runKernel("crossEntropy", ({ integers, output }) => [
      ...[output(rows), output(rows), output(rows * v, logits), integers(targets), rows, v, factor],
    ]);
    const total = (moved: Float64Array) =>
      reference.crossEntropy(moved, targets, v).losses.reduce((sum, value) => sum + value * factor, 0);
    expectClose(gradient, slopes(total, logits));
  });
});

describe("the whole model", () => {
  const config: ModelConfig = {
    vocabularySize: 37,
    hiddenSize: 32,
    layers: 2,
    heads: 4,
    keyValueHeads: 2,
    feedForwardSize: 44,
    contextLength: 24,
    ropeTheta: 100,
    normEpsilon: 1e-4,
  };
  // Far from where a training begins: every weight matters, and attention looks at some tokens more than at others.
  const weights = randomNumbers(parameterCount(config), 1, 0.35);
  const random = createRandom(2);
  const batch = packBatch(
    [13, 1, 6, 9].map((length) => ({
      tokens: Int32Array.from({ length }, () => random.below(config.vocabularySize)),
      learned: Uint8Array.from({ length }, (_, i) => (i % 3 === 0 ? 0 : 1)),
    })),
  );
  const limits = { tokens: batch.tokens.length + 3, longest: batch.longest + 1, examples: 6 };
  const loss = (moved: reference.Numbers) => reference.loss(config, moved, batch);

  for (const threads of [1, 2]) {
    test(`has the reference's loss and its slope in every tensor, on ${threads} threads`, () => {
      const model = createTrainableModel(config, limits, threads);
      try {
        model.weights.set(weights);
        const factor = 0.125;
        const found = model.lossAndGradients(batch, factor);
        expect(found.learned).toBe(batch.rows.length);
        expect(found.total).toBeCloseTo(loss(weights), 3);
        expect(model.loss(batch)).toEqual(found);
        for (const { name, offset, size } of parameterLayout(config)) {
          const gradients = model.gradients.subarray(offset, offset + size);
          // Some at random, and the steepest, where a mistake would show most.
          const steepest = gradients.reduce(
            (best, value, i) => (Math.abs(value) > Math.abs(gradients[best] ?? 0) ? i : best),
            0,
          );
          const sample = [steepest, ...Array.from({ length: 5 }, () => random.below(size))];
          const expected = sample.map((index) => reference.slope(loss, weights, offset + index) * factor);
          const actual = sample.map((index) => gradients[index] ?? Number.NaN);
          expect(Math.abs(expected[0] ?? 0), `${name} has a slope`).toBeGreaterThan(1e-4);
          expect(actual.length).toBe(expected.length);
          expectClose(actual, expected, 2e-5);
        }
      } finally {
        model.close();
      }
    });
  }

  test("adds to the gradients that are there", () => {
    const model = createTrainableModel(config, limits, 1);
    try {
      model.weights.set(weights);
      model.lossAndGradients(batch, 1);
      const once = model.gradients.slice();
      model.lossAndGradients(batch, 0.5);
      expectClose(
        model.gradients,
        once.map((value) => value * 1.5),
      );
    } finally {
      model.close();
    }
  });

  test("refuses a batch that is larger than what it was made for", () => {
    const model = createTrainableModel(config, { ...limits, tokens: 20 }, 1);
    try {
      expect(() => model.loss(batch)).toThrow(RangeError);
    } finally {
      model.close();
    }
  });
});
