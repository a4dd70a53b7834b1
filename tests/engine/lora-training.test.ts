import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { packBatch } from "../../src/engine/batches.ts";
import { CheckpointError, readCheckpoint, writeCheckpoint } from "../../src/engine/checkpoint.ts";
import { initialWeights } from "../../src/engine/initial-weights.ts";
import { initialAdapters, LORA_MODULES, loraParameterCount, mergeLora } from "../../src/engine/lora.ts";
import { parameterLayout } from "../../src/engine/parameters.ts";
import { type Trainer, TrainingDivergedError } from "../../src/engine/trainer.ts";
import type { TrainingMethod } from "../../src/engine/training-method.ts";
import * as reference from "./reference.ts";
import { expectClose } from "./run-kernel.ts";
import { tinyConfig } from "./tiny-model.ts";
import { allSteps, examples, expectSameBits, tinyTrainers } from "./tiny-trainers.ts";

// An embedding as long as a trained one's: adapters leave it as it is, and from a fresh one no sure guess can come.
const weights = initialWeights(tinyConfig, 1);
const [embedding] = parameterLayout(tinyConfig);
for (let i = 0; i < (embedding?.size ?? 0); i++) weights[i] = (weights[i] ?? 0) * 15;
const lora = { rank: 4, alpha: 8, targetModules: LORA_MODULES };
const method: TrainingMethod = { type: "lora", ...lora };

const trainer = tinyTrainers({ weights, method, learningRate: 0.02 });

const merged = (made: Trainer) => mergeLora(tinyConfig, weights, { lora, weights: made.weights() });

describe("a run that learns adapters", () => {
  test("learns a small data set, and its merged model knows it too", () => {
    const known = examples.slice(0, 3);
    const made = trainer({ examples: known, epochs: 250, batchSize: 3, weightDecay: 0 });
    const steps = allSteps(made);
    expect(steps[0]?.loss).toBeGreaterThan(2);
    const { loss, accuracy, learnedTokens } = made.evaluate(known);
    expect(loss).toBeLessThan(0.3);
    expect(accuracy).toBeGreaterThan(0.95);
    const alone = reference.loss(tinyConfig, merged(made), packBatch(known)) / learnedTokens;
    expect(Math.abs(alone - loss)).toBeLessThan(1e-5 * (1 + loss));
  });

  test("begins with fresh adapters of its seed, at the base's loss", () => {
    const made = trainer({ seed: 8, validation: examples });
    expectSameBits(made.weights(), initialAdapters(tinyConfig, lora, 8));
    const full = trainer({ method: { type: "full" }, validation: examples });
    expect(made.evaluate(examples)).toEqual(full.evaluate(examples));
  });

  test("leaves the given weights alone, and holds nothing but adapters and their moments", () => {
    const before = weights.slice();
    const made = trainer({ validation: examples });
    allSteps(made);
    expectSameBits(weights, before);
    const { weights: learned, firstMoment, secondMoment } = made.state();
    const count = loraParameterCount(tinyConfig, lora);
    expect([learned.length, firstMoment.length, secondMoment.length]).toEqual([count, count, count]);
    // With its adapters as they began, the base still says what it said: no weight of its own was touched.
    const fresh = trainer({ validation: examples });
    made.restore(fresh.state());
    expect(made.evaluate(examples)).toEqual(fresh.evaluate(examples));
  });

  test("follows the reference's gradient in its first step", () => {
    const made = trainer({ batchSize: 8, epochs: 1, clipNorm: 1e9 });
    const { loss, learnedTokens } = made.step();
    const batch = packBatch(examples);
    const start = initialAdapters(tinyConfig, lora, 5);
    const meanLoss = (moved: reference.Numbers) =>
      reference.loss(tinyConfig, reference.adaptedWeights(tinyConfig, weights, lora, moved), batch) /
      learnedTokens;
    expect(loss).toBeCloseTo(meanLoss(start), 5);
    // The first moment is a tenth of the gradient.
    const gradient = made.state().firstMoment.map((moment) => moment * 10);
    const steepest = Array.from(gradient.keys())
      .sort((a, b) => Math.abs(gradient[b] ?? 0) - Math.abs(gradient[a] ?? 0))
      .slice(0, 12);
    expectClose(
      steepest.map((i) => gradient[i] ?? Number.NaN),
      steepest.map((i) => reference.slope(meanLoss, start, i)),
      3e-5,
    );
  });

  test("gives the same adapters to the bit for any number of threads", () => {
    const [one, two, three] = [1, 2, 3].map((threads) => {
      const made = trainer({ threads });
      return { steps: allSteps(made), weights: made.weights() };
    });
    expect(two?.steps).toEqual(one?.steps);
    expectSameBits(two?.weights, one?.weights);
    expectSameBits(three?.weights, one?.weights);
  });

  test("stays what it was when training diverges", () => {
    const made = trainer();
    made.step();
    const state = made.state();
    made.restore({ ...state, weights: state.weights.map((value) => value * 1e30) });
    expect(() => made.step()).toThrow(TrainingDivergedError);
    made.restore(state);
    const calm = trainer();
    expect(allSteps(made)).toEqual(allSteps(calm).slice(1));
    expectSameBits(made.weights(), calm.weights());
  });

  test("takes what its method leaves out from the defaults", () => {
    const made = trainer({ method: { type: "lora" } });
    const defaults = { rank: 8, alpha: 16, targetModules: LORA_MODULES };
    expect(made.weights().length).toBe(loraParameterCount(tinyConfig, defaults));
    expect(() => trainer({ method: { type: "lora", rank: 0 } })).toThrow(/rank/);
  });

  test("refuses the state of a run that learned something else", () => {
    const state = trainer({ method: { type: "full" } }).state();
    expect(() => trainer().restore(state)).toThrow(RangeError);
  });
});

describe("a checkpoint of adapters", () => {
  const directories: string[] = [];
  afterAll(() => Promise.all(directories.map((path) => rm(path, { recursive: true, force: true }))));

  async function checkpointAfter(steps: number): Promise<string> {
    const root = await mkdtemp(join(tmpdir(), "fermion-lora-"));
    directories.push(root);
    const made = trainer();
    for (let i = 0; i < steps; i++) made.step();
    await writeCheckpoint(join(root, "checkpoint"), tinyConfig, made.state(), method);
    return join(root, "checkpoint");
  }

  test("lets another run go on to the same adapters, bit for bit", async () => {
    const whole = trainer();
    const steps = allSteps(whole);
    for (const at of [1, 4, 8]) {
      const after = trainer({ threads: 2 });
      after.restore(await readCheckpoint(await checkpointAfter(at), tinyConfig, method));
      expect(allSteps(after)).toEqual(steps.slice(at));
      expectSameBits(after.weights(), whole.weights());
      expectSameBits(after.state().secondMoment, whole.state().secondMoment);
    }
  });

  test("is refused where another method learns, the same number of weights or not", async () => {
    const directory = await checkpointAfter(1);
    const others: TrainingMethod[] = [
      { type: "full" },
      { type: "lora", ...lora, rank: 5 },
      { type: "lora", ...lora, alpha: 4 },
      { type: "lora", ...lora, targetModules: ["q_proj"] },
    ];
    for (const other of others) {
      const error = await readCheckpoint(directory, tinyConfig, other).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(CheckpointError);
      expect(error).toMatchObject({ message: expect.stringContaining("lora of rank 4 and alpha 8") });
    }
    const reordered: TrainingMethod = { type: "lora", ...lora, targetModules: [...LORA_MODULES].reverse() };
    expect(await readCheckpoint(directory, tinyConfig, reordered)).toMatchObject({ step: 1 });
  });
});
