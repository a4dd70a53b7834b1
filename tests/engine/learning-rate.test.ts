import { expect, test } from "vitest";
import { learningRateAt } from "../../src/engine/learning-rate.ts";

const rates = (schedule: Parameters<typeof learningRateAt>[1]) =>
  Array.from({ length: schedule.totalSteps }, (_, step) => learningRateAt(step, schedule));

test("rises to its peak, stays there, and falls towards zero", () => {
  const found = rates({ peak: 8, warmupSteps: 3, decaySteps: 4, totalSteps: 10 });
  expect(found).toEqual([2, 4, 6, 8, 8, 8, 8, 6, 4, 2]);
});

test("goes straight to zero where there is no plateau", () => {
  expect(rates({ peak: 1, warmupSteps: 1, decaySteps: 4, totalSteps: 5 })).toEqual([0.5, 1, 0.75, 0.5, 0.25]);
});

test("is the peak throughout without warm-up and decay", () => {
  expect(rates({ peak: 3, warmupSteps: 0, decaySteps: 0, totalSteps: 4 })).toEqual([3, 3, 3, 3]);
});

test("is never above the peak nor zero, however warm-up and decay overlap", () => {
  for (const warmupSteps of [0, 1, 5, 20]) {
    for (const decaySteps of [0, 1, 5, 20]) {
      for (const rate of rates({ peak: 1, warmupSteps, decaySteps, totalSteps: 6 })) {
        expect(rate).toBeGreaterThan(0);
        expect(rate).toBeLessThanOrEqual(1);
      }
    }
  }
});
