import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSampler, likeliest } from "../../src/engine/sampler.ts";

const someLogits = fc
  .array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 24 })
  .map((values) => Float32Array.from(values));
const someSeed = fc.integer();

function probabilities(logits: Float32Array, temperature: number): number[] {
  const most = Math.max(...logits);
  const weights = Array.from(logits, (logit) => Math.exp((logit - most) / temperature));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/** The fewest likeliest tokens that together have at least `topP`, or one more where rounding decides. */
function nucleus(all: readonly number[], topP: number): Set<number> {
  const order = all.map((_, token) => token).sort((a, b) => (all[b] ?? 0) - (all[a] ?? 0) || a - b);
  const chosen = new Set<number>();
  let sum = 0;
  for (const token of order) {
    if (chosen.size > 0 && sum >= topP + 1e-9) break;
    chosen.add(token);
    sum += all[token] ?? 0;
  }
  return chosen;
}

/** How often each token is drawn. */
function draw(
  logits: Float32Array,
  options: { temperature: number; topP: number; seed: number },
  times: number,
) {
  const sample = createSampler(options);
  const counts = new Array<number>(logits.length).fill(0);
  for (let i = 0; i < times; i++) {
    const token = sample(logits);
    counts[token] = (counts[token] ?? 0) + 1;
  }
  return counts;
}

describe("at temperature 0", () => {
  test("the likeliest token is taken, the first of equals, whatever topP and seed", () => {
    fc.assert(
      fc.property(someLogits, someSeed, fc.double({ min: 0, max: 1, noNaN: true }), (logits, seed, topP) => {
        const token = createSampler({ temperature: 0, topP, seed })(logits);
        expect(token).toBe(logits.indexOf(Math.max(...logits)));
        expect(likeliest(logits)).toBe(token);
      }),
    );
  });
});

describe("sampling", () => {
  test("chooses only tokens of the nucleus", () => {
    const someTopP = fc.double({ min: 0, max: 1, noNaN: true });
    const someTemperature = fc.double({ min: 0.05, max: 4, noNaN: true });
    fc.assert(
      fc.property(someLogits, someTopP, someTemperature, someSeed, (logits, topP, temperature, seed) => {
        const allowed = nucleus(probabilities(logits, temperature), topP);
        const sample = createSampler({ temperature, topP, seed });
        for (let i = 0; i < 20; i++) expect(allowed).toContain(sample(logits));
      }),
      { numRuns: 300 },
    );
  });

  test("with topP 0 takes the likeliest token", () => {
    const counts = draw(Float32Array.of(1, 3, 2), { temperature: 2, topP: 0, seed: 4 }, 50);
    expect(counts).toEqual([0, 50, 0]);
  });

  test("never chooses a token of no probability", () => {
    const logits = Float32Array.of(Number.NEGATIVE_INFINITY, 0, Number.NEGATIVE_INFINITY, 0);
    const counts = draw(logits, { temperature: 1, topP: 1, seed: 3 }, 2000);
    expect([counts[0], counts[2]]).toEqual([0, 0]);
  });

  for (const [temperature, topP] of [
    [1, 1],
    [0.5, 1],
    [2, 1],
    [1, 0.9],
    [1.5, 0.6],
  ] as const) {
    test(`draws as often as it should at temperature ${temperature}, topP ${topP}`, () => {
      const logits = Float32Array.of(0.5, 2, -1, 1.5, 0, -3);
      const all = probabilities(logits, temperature);
      const allowed = nucleus(all, topP);
      const total = [...allowed].reduce((sum, token) => sum + (all[token] ?? 0), 0);
      const times = 20_000;
      for (const [token, count] of draw(logits, { temperature, topP, seed: 9 }, times).entries()) {
        const expected = allowed.has(token) ? (all[token] ?? 0) / total : 0;
        // Five standard deviations.
        const tolerance = 5 * Math.sqrt((expected * (1 - expected)) / times);
        expect(Math.abs(count / times - expected), `token ${token}`).toBeLessThanOrEqual(tolerance);
      }
    });
  }

  test("is the same for the same seed, and another for another", () => {
    const logits = new Float32Array(50);
    const drawn = (seed: number) => {
      const sample = createSampler({ temperature: 1, topP: 1, seed });
      return Array.from({ length: 20 }, () => sample(logits));
    };
    expect(drawn(11)).toEqual(drawn(11));
    expect(drawn(11)).not.toEqual(drawn(12));
  });
});

test("options that make no sense are refused by name", () => {
  const options = { temperature: 1, topP: 1, seed: 0 };
  for (const temperature of [-1, Number.NaN]) {
    expect(() => createSampler({ ...options, temperature })).toThrow(/^temperature must be/);
  }
  for (const topP of [-0.1, 1.1, Number.NaN]) {
    expect(() => createSampler({ ...options, topP })).toThrow(/^topP must be/);
  }
});
