import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AUTO_BATCH_SIZE, AUTO_EPOCHS, AUTO_STEPS } from "../../src/contract/automatic-training.ts";
import { BASE_LEARNING_RATE, planTraining } from "../../src/platform/jobs/hyperparameters.ts";

const auto = { n_epochs: "auto", batch_size: "auto", learning_rate_multiplier: "auto" } as const;

describe("planTraining", () => {
  test("takes what was asked for", () => {
    const asked = { n_epochs: 5, batch_size: 7, learning_rate_multiplier: 0.5, max_steps: 9 };
    expect(planTraining(asked, 100)).toEqual({
      epochs: 5,
      batchSize: 7,
      learningRateMultiplier: 0.5,
      learningRate: 0.5 * BASE_LEARNING_RATE,
      maxSteps: 9,
    });
  });

  test("aims at a number of steps for files of some hundred rows", () => {
    const { epochs, batchSize, learningRateMultiplier } = planTraining(auto, 600);
    expect({ batchSize, learningRateMultiplier }).toEqual({
      batchSize: AUTO_BATCH_SIZE,
      learningRateMultiplier: 1,
    });
    const stepsPerEpoch = Math.ceil(600 / batchSize);
    expect(Math.abs(epochs * stepsPerEpoch - AUTO_STEPS)).toBeLessThanOrEqual(stepsPerEpoch / 2);
  });

  test("gives every file a plan that can be trained", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (rows) => {
        const { epochs, batchSize } = planTraining(auto, rows);
        expect(batchSize).toBeGreaterThanOrEqual(1);
        expect(batchSize).toBeLessThanOrEqual(rows);
        expect(epochs).toBeGreaterThanOrEqual(AUTO_EPOCHS.least);
        expect(epochs).toBeLessThanOrEqual(AUTO_EPOCHS.most);
      }),
    );
  });
});
