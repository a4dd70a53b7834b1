import { describe, expect, test } from "vitest";
import { MICRO_BATCH_TOKENS, microBatches, packBatch } from "../../src/engine/batches.ts";
import type { Example } from "../../src/engine/example.ts";
import { initialWeights } from "../../src/engine/initial-weights.ts";
import { ModelConfigError } from "../../src/engine/parameters.ts";
import { type TrainerOptions, TrainingDivergedError } from "../../src/engine/trainer.ts";
import * as reference from "./reference.ts";
import { expectClose, randomNumbers } from "./run-kernel.ts";
import { randomExamples, tinyConfig } from "./tiny-model.ts";
import { allSteps, examples, expectSameBits, tinyTrainers } from "./tiny-trainers.ts";

const weights = initialWeights(tinyConfig, 1);

const trainer = tinyTrainers({ weights, learningRate: 0.01 });

/** The loss and its slope at the first step, got from the first moment, which is a tenth of it. */
function firstGradient(batch: readonly Example[]) {
  const made = trainer({ examples: batch, batchSize: batch.length, epochs: 1, clipNorm: 1e9 });
  const { loss, learnedTokens } = made.step();
  return {
    total: loss * learnedTokens,
    gradient: made.state().firstMoment.map((m) => m * 10 * learnedTokens),
  };
}

describe("a training run", () => {
  test("learns a small data set by heart", () => {
    const made = trainer({ examples: examples.slice(0, 4), epochs: 60, batchSize: 4 });
    const steps = allSteps(made);
    expect(steps[0]?.loss).toBeCloseTo(Math.log(tinyConfig.vocabularySize), 1);
    expect(steps.at(-1)?.loss).toBeLessThan(0.05);
    expect(steps.at(-1)?.accuracy).toBe(1);
    const { loss, accuracy } = made.evaluate(examples.slice(0, 4));
    expect(loss).toBeLessThan(0.05);
    expect(accuracy).toBe(1);
  });

  test("has the loss of the reference, and says what each step did", () => {
    const made = trainer({ batchSize: examples.length, epochs: 2, warmupSteps: 0, decaySteps: 0 });
    const batch = packBatch(examples);
    const learnedTokens = batch.rows.length;
    const loss = reference.loss(tinyConfig, weights, batch) / learnedTokens;
    expect(made.evaluate(examples)).toMatchObject({ loss: expect.closeTo(loss, 5), learnedTokens });
    expect(made.step()).toMatchObject({
      step: 1,
      epoch: 1,
      loss: expect.closeTo(loss, 5),
      tokens: 74,
      learnedTokens,
      learningRate: 0.01,
    });
    expect(made.step()).toMatchObject({ step: 2, epoch: 2 });
    expect(made.stepsDone).toBe(2);
    expect(() => made.step()).toThrow(RangeError);
  });

  test("counts a part of an epoch as a fraction", () => {
    const steps = allSteps(trainer({ batchSize: 5, epochs: 1.5 }));
    expect(steps.map(({ epoch }) => epoch)).toEqual([0.5, 1, 1.5]);
  });

  test("warms up over a twentieth of its steps and falls to zero, unless told otherwise", () => {
    const rates = (options: Partial<TrainerOptions>) =>
      allSteps(trainer({ examples: examples.slice(0, 1), batchSize: 1, epochs: 8, ...options })).map(
        ({ learningRate }) => learningRate * 100,
      );
    expectClose(rates({}), [0.5, 1, 6 / 7, 5 / 7, 4 / 7, 3 / 7, 2 / 7, 1 / 7]);
    expectClose(rates({ warmupSteps: 3, decaySteps: 2 }), [0.25, 0.5, 0.75, 1, 1, 1, 1, 0.5]);
    expectClose(rates({ maxSteps: 3 }), [0.5, 1, 0.5]);
  });

  test("shortens a long gradient, which changes nothing but its length", () => {
    const [long, short] = [1, 1e-3].map((clipNorm) => {
      const made = trainer({ epochs: 1, batchSize: 8, clipNorm });
      const { gradientNorm } = made.step();
      return { gradientNorm, moment: made.state().firstMoment };
    });
    const norm = (values: Float32Array | undefined) => Math.hypot(...(values ?? []));
    expect(long?.gradientNorm).toBe(short?.gradientNorm);
    expect(long?.gradientNorm).toBeGreaterThan(1e-3);
    expect(norm(short?.moment)).toBeCloseTo(1e-4, 8);
    expect(norm(long?.moment)).toBeCloseTo(Math.min(1, long?.gradientNorm ?? 0) / 10, 6);
  });
});

describe("what is learned", () => {
  test("is the learned tokens alone: another target that is not learned changes nothing", () => {
    // The last token is only a target: nothing comes after it that would see it.
    const changed = (learned: 0 | 1) =>
      [1, 2].map((last) => {
        const example = { tokens: Int32Array.of(3, 4, 5, last), learned: Uint8Array.of(0, 0, 1, learned) };
        return firstGradient([example]);
      });
    const [notLearned, stillNotLearned] = changed(0);
    expect(stillNotLearned).toEqual(notLearned);
    const [learned, otherLearned] = changed(1);
    expect(otherLearned?.total).not.toBe(learned?.total);
  });

  test("of packed examples is the sum of what each gives alone", () => {
    const alone = examples.map((example) => firstGradient([example]));
    const packed = firstGradient(examples);
    const sum = Float64Array.from(weights, (_, i) =>
      alone.reduce((all, one) => all + (one.gradient[i] ?? 0), 0),
    );
    expect(packed.total).toBeCloseTo(
      alone.reduce((total, one) => total + one.total, 0),
      4,
    );
    expectClose(packed.gradient, sum, 2e-5);
  });

  test("of a step too large for one micro-batch is the same up to rounding", () => {
    const config = {
      ...tinyConfig,
      contextLength: 1024,
      layers: 1,
      hiddenSize: 16,
      heads: 2,
      keyValueHeads: 1,
    };
    const long = randomExamples([900, 1000, 500, 30], 3);
    expect(long.reduce((sum, { tokens }) => sum + tokens.length, 0)).toBeGreaterThan(MICRO_BATCH_TOKENS);
    expect(microBatches(long)).toHaveLength(2);
    const own = initialWeights(config, 1);
    const made = trainer({ config, weights: own, examples: long, batchSize: 4, epochs: 1 });
    const learned = packBatch(long).rows.length;
    const expected = long.map((example) => reference.loss(config, own, packBatch([example])));
    const result = made.step();
    expect(result).toMatchObject({ learnedTokens: learned, tokens: 2430 });
    expect(result.loss).toBeCloseTo(expected.reduce((a, b) => a + b) / learned, 4);
  });
});

describe("weights", () => {
  test("are the same to the bit for any number of threads", () => {
    const [one, two, three] = [1, 2, 3].map((threads) => {
      const made = trainer({ threads });
      return { steps: allSteps(made), weights: made.weights() };
    });
    expect(two?.steps).toEqual(one?.steps);
    expectSameBits(two?.weights ?? weights, one?.weights ?? weights);
    expectSameBits(three?.weights ?? weights, one?.weights ?? weights);
    expect(one?.weights).not.toEqual(weights);
  });

  test("depend on the seed, which orders the examples", () => {
    const [a, again, b] = [5, 5, 6].map((seed) => {
      const made = trainer({ seed });
      allSteps(made);
      return made.weights();
    });
    expectSameBits(a ?? weights, again ?? weights);
    expect(a).not.toEqual(b);
  });

  test("are the same to the bit when the run was interrupted, in the middle of an epoch too", () => {
    const whole = trainer();
    const steps = allSteps(whole);
    for (const at of [1, 4, 8]) {
      const before = trainer();
      for (let i = 0; i < at; i++) before.step();
      const state = before.state();
      before.step();
      const after = trainer({ threads: 2 });
      after.step();
      after.restore(state);
      expect(after.stepsDone).toBe(at);
      expect(allSteps(after)).toEqual(steps.slice(at));
      expectSameBits(after.weights(), whole.weights());
      expectSameBits(after.state().secondMoment, whole.state().secondMoment);
    }
  });

  test("don't change by evaluating, between steps too", () => {
    const [plain, watched] = [trainer(), trainer()];
    allSteps(plain);
    while (watched.stepsDone < watched.totalSteps) {
      watched.evaluate(examples.slice(0, 3));
      watched.step();
    }
    expectSameBits(watched.weights(), plain.weights());
  });

  test("and states are copies", () => {
    const made = trainer();
    const [before, state] = [made.weights(), made.state()];
    made.step();
    expectSameBits(before, weights);
    expectSameBits(state.weights, weights);
    expect(state.step).toBe(0);
  });

  test("stay what they were when training diverges", () => {
    const made = trainer();
    made.step();
    const state = made.state();
    const damaged = { ...state, weights: state.weights.map((value) => value * 1e30) };
    made.restore(damaged);
    let error: unknown;
    try {
      made.step();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TrainingDivergedError);
    expect(error).toMatchObject({ name: "TrainingDivergedError", step: 2 });
    expect(made.stepsDone).toBe(1);
    expectSameBits(made.weights(), damaged.weights);
    // Nothing of the failed step is left behind: the run goes on as it would have.
    made.restore(state);
    const calm = trainer();
    expect(allSteps(made)).toEqual(allSteps(calm).slice(1));
    expectSameBits(made.weights(), calm.weights());
  });
});

describe("evaluation", () => {
  test("has room for any of the validation examples, however they are chosen", () => {
    // Long and short in turn: the short ones alone are more in a micro-batch than when long ones stand between them.
    const validation = randomExamples(
      Array.from({ length: 300 }, (_, i) => (i % 2 ? 7 : 38)),
      4,
    );
    const made = trainer({ validation });
    const short = validation.filter((_, i) => i % 2 === 1);
    const { loss, learnedTokens } = made.evaluate(short);
    expect(loss).toBeCloseTo(reference.loss(tinyConfig, weights, packBatch(short)) / learnedTokens, 4);
    for (const chosen of [validation, validation.filter((_, i) => i % 2 === 0), validation.slice(0, 3)]) {
      expect(made.evaluate(chosen).loss).toBeGreaterThan(0);
    }
  });

  test("of nothing is a loss of 0", () => {
    expect(trainer().evaluate([])).toEqual({ loss: 0, accuracy: 0, learnedTokens: 0 });
  });

  test("of more than there is room for is refused", () => {
    expect(() => trainer().evaluate(randomExamples([40, 40, 40, 40], 1))).toThrow(RangeError);
  });
});

test("options that make no sense are refused, each by name", () => {
  const bad: [Partial<TrainerOptions>, RegExp][] = [
    [{ examples: [] }, /no example/],
    [{ epochs: 0 }, /epochs/],
    [{ epochs: Number.NaN }, /epochs/],
    [{ batchSize: 0 }, /batchSize/],
    [{ batchSize: 1.5 }, /batchSize/],
    [{ seed: 0.5 }, /seed/],
    [{ learningRate: 0 }, /learningRate/],
    [{ threads: 0 }, /threads/],
    [{ clipNorm: 0 }, /clipNorm/],
    [{ warmupSteps: -1 }, /warmupSteps/],
    [{ decaySteps: Number.NaN }, /decaySteps/],
    [{ weightDecay: -0.1 }, /weightDecay/],
    [{ weights: weights.subarray(1) }, /numbers/],
    [{ weights: weights.map((value, i) => (i === 7 ? Number.NaN : value)) }, /no number/],
    [{ examples: [{ tokens: Int32Array.of(1, 29), learned: Uint8Array.of(0, 1) }] }, /token 29/],
    [{ examples: [{ tokens: Int32Array.of(-1, 2), learned: Uint8Array.of(0, 1) }] }, /token -1/],
    [{ examples: [{ tokens: Int32Array.of(1, 2), learned: Uint8Array.of(1) }] }, /mark for each token/],
    [{ examples: [{ tokens: Int32Array.of(1, 2), learned: Uint8Array.of(1, 0) }] }, /nothing to learn/],
    [{ examples: randomExamples([41], 1) }, /41 tokens/],
    [{ validation: randomExamples([41], 1) }, /41 tokens/],
  ];
  for (const [options, message] of bad) {
    expect(() => trainer(options), String(message)).toThrow(RangeError);
    expect(() => trainer(options), String(message)).toThrow(message);
  }
  expect(() => trainer({ config: { ...tinyConfig, heads: 3 } })).toThrow(ModelConfigError);
  const state = trainer().state();
  expect(() => trainer().restore({ ...state, firstMoment: randomNumbers(3, 1) })).toThrow(RangeError);
});
