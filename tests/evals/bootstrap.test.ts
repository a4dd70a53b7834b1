import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bootstrapInterval, quantile } from "../../src/evals/bootstrap.ts";

const alone = (values: readonly number[]) => values.map((value, index) => ({ value, group: String(index) }));

describe("bootstrapInterval", () => {
  test("the exact distribution of few groups: all 27 resamples of three, by hand", () => {
    // Means of all resamples of 0, 0.5, 1: the 2.5th percentile is below 1/27 and so 0, the 97.5th is 1.
    const interval = bootstrapInterval(alone([0, 0.5, 1]), { resamples: 50_000 });
    expect(interval).toEqual([0, 1]);
    // With 60 %: tails of 20 %. 4 of 27 means are up to 1/6, 10 of 27 up to 1/3: the bounds are 1/3 and 2/3.
    const narrow = bootstrapInterval(alone([0, 0.5, 1]), { resamples: 50_000, confidence: 0.6 });
    expect(narrow?.[0]).toBeCloseTo(1 / 3, 12);
    expect(narrow?.[1]).toBeCloseTo(2 / 3, 12);
  });

  test("a share of many agrees with the normal approximation", () => {
    const values = Array.from({ length: 400 }, (_, index) => (index % 10 < 3 ? 1 : 0));
    const error = 1.959964 * Math.sqrt((0.3 * 0.7) / 400);
    const [low, high] = bootstrapInterval(alone(values), { resamples: 20_000 }) ?? [0, 0];
    expect(Math.abs(low - (0.3 - error))).toBeLessThan(0.004);
    expect(Math.abs(high - (0.3 + error))).toBeLessThan(0.004);
  });

  test("values that go together make it as wide as their groups' number says", () => {
    // 25 groups of 16 equal values are 25 observations, and not 400.
    const values = Array.from({ length: 400 }, (_, index) => (Math.floor(index / 16) % 2 === 0 ? 1 : 0));
    const grouped = values.map((value, index) => ({ value, group: String(Math.floor(index / 16)) }));
    const width = (interval: readonly [number, number] | null) => (interval ? interval[1] - interval[0] : 0);
    const ratio = width(bootstrapInterval(grouped)) / width(bootstrapInterval(alone(values)));
    expect(ratio).toBeGreaterThan(3.4);
    expect(ratio).toBeLessThan(4.6);
  });

  test("groups of different sizes weigh by their size", () => {
    const unequal = [
      ...Array.from({ length: 90 }, () => ({ value: 1, group: "large" })),
      { value: 0, group: "small" },
    ];
    // Drawn are large twice, small twice, or both: 1, 0 or 90/91.
    expect(bootstrapInterval(unequal)).toEqual([0, 1]);
    expect(bootstrapInterval(unequal, { confidence: 0.2 })?.[0]).toBeCloseTo(90 / 91, 12);
  });

  test("in 95 of 100 samples it has the true mean, as nearly as it can with 60 values", () => {
    // Another generator than the one under test: samples of a share of 0.4.
    let state = 12_345;
    const random = () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state / 2_147_483_648;
    };
    let covered = 0;
    for (let sample = 0; sample < 400; sample++) {
      const values = Array.from({ length: 60 }, () => Number(random() < 0.4));
      const [low, high] = bootstrapInterval(alone(values), { seed: sample, resamples: 500 }) ?? [1, 0];
      covered += Number(low <= 0.4 && 0.4 <= high);
    }
    expect(covered / 400).toBeGreaterThan(0.91);
    expect(covered / 400).toBeLessThan(0.98);
  });

  test("the same seed gives the same, another seed nearly the same", () => {
    const values = alone(Array.from({ length: 50 }, (_, index) => (index * 7) % 10));
    expect(bootstrapInterval(values, { seed: 5 })).toEqual(bootstrapInterval(values, { seed: 5 }));
    expect(bootstrapInterval(values, { seed: 5 })).not.toEqual(bootstrapInterval(values, { seed: 6 }));
  });

  test("never NaN: below two groups there is none, and otherwise it is ordered and within the values", () => {
    expect(bootstrapInterval([])).toBeNull();
    expect(
      bootstrapInterval([
        { value: 1, group: "g" },
        { value: 0, group: "g" },
      ]),
    ).toBeNull();
    const observation = fc.record({
      value: fc.double({ min: -1, max: 1, noNaN: true }),
      group: fc.constantFrom("a", "b", "c", "d"),
    });
    fc.assert(
      fc.property(fc.array(observation), (observations) => {
        const interval = bootstrapInterval(observations, { resamples: 50 });
        const groups = new Set(observations.map(({ group }) => group)).size;
        expect(interval === null).toBe(groups < 2);
        if (interval) {
          const values = observations.map(({ value }) => value);
          expect(interval[0]).toBeLessThanOrEqual(interval[1]);
          expect(interval[0]).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
          expect(interval[1]).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
        }
      }),
    );
  });
});

test("quantiles are those of numpy and R by default", () => {
  // numpy.quantile([1, 2, 4, 8, 16], …)
  const values = [1, 2, 4, 8, 16];
  expect([0, 0.1, 0.25, 0.5, 0.9, 0.95, 1].map((share) => quantile(values, share))).toEqual([
    1, 1.4, 2, 4, 12.8, 14.399999999999999, 16,
  ]);
  expect(quantile([3], 0.95)).toBe(3);
});
