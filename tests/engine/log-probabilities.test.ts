import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { logProbabilities } from "../../src/engine/log-probabilities.ts";

/** The logarithm of the softmax as it is written, in double precision. */
function plainLogSoftmax(logits: Float32Array): number[] {
  const sum = [...logits].reduce((total, logit) => total + Math.exp(logit), 0);
  return [...logits].map((logit) => Math.log(Math.exp(logit) / sum));
}

describe("log-probabilities", () => {
  test("are the logarithm of the softmax, the likeliest first", () => {
    const logits = fc
      .array(fc.float({ min: -30, max: 30, noNaN: true }), { minLength: 1, maxLength: 60 })
      .map((values) => Float32Array.from(values));
    fc.assert(
      fc.property(logits, fc.nat(), fc.nat({ max: 20 }), (values, which, most) => {
        const all = plainLogSoftmax(values);
        const token = which % values.length;
        const { logprob, top, ...rest } = logProbabilities(values, token, most);
        expect(rest).toEqual({ token });
        expect(logprob).toBeCloseTo(all[token] ?? Number.NaN, 9);
        const order = [...values.keys()].sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b);
        expect(top.map((one) => one.token)).toEqual(order.slice(0, most));
        for (const one of top) expect(one.logprob).toBeCloseTo(all[one.token] ?? Number.NaN, 9);
      }),
      { numRuns: 500 },
    );
  });

  test("stay exact where an exponential would overflow or vanish", () => {
    const { logprob, top } = logProbabilities(Float32Array.of(1000, 999, -1000), 2, 2);
    expect(logprob).toBeCloseTo(-2000 - Math.log1p(Math.exp(-1)), 9);
    expect(top.map((one) => one.token)).toEqual([0, 1]);
    expect(top[0]?.logprob).toBeCloseTo(-Math.log1p(Math.exp(-1)), 12);
  });

  test("name as many tokens as there are, the lower id of equals first", () => {
    const { top } = logProbabilities(Float32Array.of(1, 2, 2, 1), 0, 20);
    expect(top.map(({ token }) => token)).toEqual([1, 2, 0, 3]);
    expect(logProbabilities(Float32Array.of(1, 2), 0, 0).top).toEqual([]);
  });
});
