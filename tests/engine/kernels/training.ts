import { expect } from "vitest";
import * as reference from "../reference.ts";
import { between, expectClose, randomNumbers, runKernel, shapes } from "../run-kernel.ts";

/** What the kernels of assembly/training.ts must do. */
export const trainingChecks = {
  crossEntropy: {
    "gives loss, hit and gradient for any vocabulary, also with huge logits": () => {
      for (const [rows, v, scale] of shapes(
        24,
        (r) => [between(r, 1, 9), between(r, 1, 41), 10 ** r.below(4)] as const,
      )) {
        const logits = randomNumbers(rows * v, 1, scale);
        const targets = Array.from({ length: rows }, (_, r) => (r * 7) % v);
        const [losses, correct, gradient] = runKernel("crossEntropy", ({ integers, output }) => [
          ...[output(rows), output(rows), output(rows * v, logits), integers(targets), rows, v, 0.125],
        ]);
        const expected = reference.crossEntropy(logits, targets, v, 0.125);
        expectClose([...(losses ?? []), scale], [...expected.losses, scale]);
        expectClose(correct, expected.correct, 0);
        expectClose([...(gradient ?? []), 0.125], [...expected.gradient, 0.125]);
      }
    },
    "takes the first of equal logits for the likeliest": () => {
      const [, correct] = runKernel("crossEntropy", ({ integers, output }) => [
        ...[
          output(2),
          output(2),
          output(12, [0, 3, 1, 3, 3, 2, 0, 3, 1, 3, 3, 2]),
          integers([1, 3]),
          2,
          6,
          1,
        ],
      ]);
      expect(correct).toEqual(Float32Array.of(1, 0));
    },
  },
  squareSums: {
    "sums each chunk of 4096": () => {
      for (const count of [1, 3, 4095, 4096, 4097, 20_001]) {
        const x = randomNumbers(count, count);
        const chunks = Math.ceil(count / 4096);
        const [sums] = runKernel("squareSums", ({ floats, output }) => [
          output(chunks * 2),
          floats(x),
          count,
        ]);
        expectClose(new Float64Array(sums?.buffer ?? new ArrayBuffer(0)), reference.squareSums(x));
      }
    },
  },
  adamW: {
    "updates weights and moments and clears the gradients": () => {
      for (const [count, step, weightDecay, clip] of [
        [4, 0, 0, 1],
        [44, 3, 0.1, 0.5],
        [1000, 100, 0.01, 1],
      ] as const) {
        const options = {
          step,
          learningRate: 0.01,
          beta1: 0.9,
          beta2: 0.95,
          epsilon: 1e-8,
          weightDecay,
          clip,
        };
        const [weights, gradients] = [randomNumbers(count, 1), randomNumbers(count, 2)];
        const first = randomNumbers(count, 3, step ? 1 : 0);
        const second = randomNumbers(count, 4, step ? 1 : 0).map(Math.abs);
        const [newWeights, newGradients, newFirst, newSecond] = runKernel("adamW", ({ output }) => [
          ...[weights, gradients, first, second].map((values) => output(count, values)),
          ...[count, 0.01, 0.9, 0.95, 1e-8, 0.01 * weightDecay],
          ...[1 / (1 - 0.9 ** (step + 1)), 1 / (1 - 0.95 ** (step + 1)), clip],
        ]);
        const expected = reference.adamW({ weights, gradients, first, second }, options);
        expectClose(newWeights, expected.weights);
        expectClose(newFirst, expected.first);
        expectClose(newSecond, expected.second);
        expect(newGradients).toEqual(new Float32Array(count));
      }
    },
  },
};
