import { afterEach, expect } from "vitest";
import {
  createTrainer,
  type StepResult,
  type Trainer,
  type TrainerOptions,
} from "../../src/engine/trainer.ts";
import { bytesOf } from "./run-kernel.ts";
import { randomExamples, tinyConfig } from "./tiny-model.ts";

export const examples = randomExamples([12, 3, 9, 20, 5, 7, 2, 16], 2);

/** Makes trainers of tiny models for a file of tests, which are closed behind each test. */
export function tinyTrainers(
  own: Pick<TrainerOptions, "weights" | "learningRate"> & Partial<TrainerOptions>,
): (options?: Partial<TrainerOptions>) => Trainer {
  const open: Trainer[] = [];
  afterEach(() => {
    for (const trainer of open.splice(0)) trainer.close();
  });
  return (options = {}) => {
    const made = createTrainer({
      config: tinyConfig,
      examples,
      epochs: 3,
      batchSize: 3,
      seed: 5,
      threads: 1,
      ...own,
      ...options,
    });
    open.push(made);
    return made;
  };
}

export function allSteps(made: Trainer): StepResult[] {
  return Array.from({ length: made.totalSteps - made.stepsDone }, () => made.step());
}

export function expectSameBits(a: Float32Array | undefined, b: Float32Array | undefined): void {
  expect(a?.length).toBe(b?.length);
  expect(Buffer.compare(bytesOf(a), bytesOf(b))).toBe(0);
}
