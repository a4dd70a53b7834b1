import { greater, limitsOf, mostOfAnySelection } from "./batch-limits.ts";
import { type Batch, batchOrder, microBatches, packBatch } from "./batches.ts";
import { type ContextDropout, thinContext } from "./context-dropout.ts";
import { checkExample, type Example, learnedOf } from "./example.ts";
import { learningRateAt } from "./learning-rate.ts";
import { initialAdapters } from "./lora.ts";
import { createTrainableModel, type Loss } from "./model.ts";
import { createOptimizer, type OptimizerMemory, planOptimizer } from "./optimizer.ts";
import { type ModelConfig, parameterCount } from "./parameters.ts";
import { loraOf, type TrainingMethod } from "./training-method.ts";

export interface TrainerOptions {
  readonly config: ModelConfig;
  /** All weights in the order of `parameterLayout`; copied. */
  readonly weights: Float32Array;
  /** What is learned. Adapters begin as `initialAdapters` of `seed` and change nothing yet. @default full */
  readonly method?: TrainingMethod;
  /** What to learn from; each has at least one learned token. */
  readonly examples: readonly Example[];
  /** What `evaluate` will be given, all or some of it, so that there is room. @default [] */
  readonly validation?: readonly Example[];
  /** How often each example is seen. */
  readonly epochs: number;
  /** Examples in one step. */
  readonly batchSize: number;
  /** Ends the run earlier. @default no limit */
  readonly maxSteps?: number;
  /** The highest learning rate, reached after the warm-up. */
  readonly learningRate: number;
  /** Steps until the highest learning rate. @default 5 % of all steps */
  readonly warmupSteps?: number;
  /** Steps at the end over which the learning rate falls to zero. @default all after the warm-up */
  readonly decaySteps?: number;
  /** @default 0.01 */
  readonly weightDecay?: number;
  /** The longest that a step's whole gradient may be; longer ones are shortened to it. @default 1 */
  readonly clipNorm?: number;
  /** Leaves out some of the context each time an example is seen. @default nothing is left out */
  readonly contextDropout?: ContextDropout;
  /** Decides the order of the examples, what is left out of them, and how adapters begin. */
  readonly seed: number;
  /** How many threads work. The weights are the same to the bit for any number. */
  readonly threads: number;
}

/** What one step did. */
export interface StepResult {
  /** The steps done, this one included. */
  readonly step: number;
  /** Epochs done, as a fraction: 1 when each example was seen once. */
  readonly epoch: number;
  /** Mean of −ln p over the step's learned tokens, before the update. */
  readonly loss: number;
  /** The share of learned tokens that were the likeliest, from 0 to 1. */
  readonly accuracy: number;
  /** Tokens in the step's examples, context included. */
  readonly tokens: number;
  readonly learnedTokens: number;
  readonly learningRate: number;
  /** The length of the gradient before clipping. */
  readonly gradientNorm: number;
}

/** How well a model predicts examples. */
export interface Evaluation {
  /** Mean of −ln p over all learned tokens. */
  readonly loss: number;
  /** The share of learned tokens that were the likeliest, from 0 to 1. */
  readonly accuracy: number;
  readonly learnedTokens: number;
}

/** All that a run needs to go on as if nothing had happened; the order of examples follows from the options. */
export interface TrainerState {
  /** Steps done. */
  readonly step: number;
  /** What is learned, as {@link Trainer.weights}; the moments are as long. */
  readonly weights: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
}

/** One training run. Calls block their thread until they are done. */
export interface Trainer {
  readonly totalSteps: number;
  readonly stepsPerEpoch: number;
  readonly stepsDone: number;
  /**
   * Does the next step.
   *
   * @throws TrainingDivergedError when loss or gradient is no number; the weights are those before the step
   * @throws RangeError when all steps are done
   */
  step(): StepResult;
  /**
   * The loss on examples; nothing is learned. An empty list gives a loss of 0.
   *
   * @throws RangeError when they don't fit, which any of `validation` do
   */
  evaluate(examples: readonly Example[]): Evaluation;
  /**
   * A copy of what is learned: the model's weights in the order of `parameterLayout`, or its adapters in that of
   * `loraLayout`.
   */
  weights(): Float32Array;
  /** A copy of all that `restore` needs. */
  state(): TrainerState;
  /** Puts the run where `state` was taken. The steps that follow are the same to the bit. */
  restore(state: TrainerState): void;
  /** Ends the threads. */
  close(): void;
}

/** Training left the numbers: the learning rate is too high, or the weights were damaged before. */
export class TrainingDivergedError extends Error {
  override readonly name = "TrainingDivergedError";
  /** The step that could not be done, counted from 1. */
  readonly step: number;
  readonly loss: number;
  readonly gradientNorm: number;

  constructor(step: number, loss: number, gradientNorm: number) {
    super(
      `Training diverged at step ${step}: the loss is ${loss}, the gradient's length ${gradientNorm}. ` +
        "A lower learning rate usually helps.",
    );
    this.step = step;
    this.loss = loss;
    this.gradientNorm = gradientNorm;
  }
}

/**
 * Starts a training run: AdamW with warm-up, decay and clipping on seeded shuffles of the examples, which are laid end
 * to end without padding.
 *
 * @throws EngineMemoryError when model and batch don't fit in 4 GiB
 * @throws ModelConfigError when no such model can exist
 * @throws RangeError when an option or a token is out of range
 */
export function createTrainer(options: TrainerOptions): Trainer {
  const { config, examples, batchSize, seed, threads, learningRate: peak, validation = [] } = options;
  const { weightDecay = 0.01, clipNorm = 1 } = options;
  const lora = loraOf(options.method ?? { type: "full" });
  checkOptions(options);
  const order = batchOrder(examples.length, options);
  const { totalSteps, stepsPerEpoch } = order;
  const warmupSteps = options.warmupSteps ?? Math.ceil(totalSteps * 0.05);
  const decaySteps = options.decaySteps ?? totalSteps - warmupSteps;

  let limits = mostOfAnySelection(validation);
  for (let step = 0; step < totalSteps; step++) {
    for (const group of microBatches(pick(order.step(step)))) limits = greater(limits, limitsOf(group));
  }

  let memory: OptimizerMemory | undefined;
  const model = createTrainableModel(config, limits, threads, {
    lora,
    reserve: (plan, size) => {
      memory = planOptimizer(plan, size);
    },
  });
  if (!memory) throw new Error("the optimizer was given no memory");
  const optimizer = createOptimizer(model, memory);
  model.baseWeights.set(options.weights);
  if (lora) model.weights.set(initialAdapters(config, lora, seed));
  let done = 0;

  function pick(indices: Int32Array): readonly Example[] {
    return Array.from(indices, (index) => {
      const example = examples[index];
      if (!example) throw new RangeError(`there is no example ${index}`);
      return example;
    });
  }

  /** A step's examples as they are learned, counted from 0. */
  function examplesOf(step: number): readonly Example[] {
    const { contextDropout } = options;
    const whole = pick(order.step(step));
    if (!contextDropout) return whole;
    return whole.map((example, index) => thinContext(example, contextDropout, seed, step, index));
  }

  function passOver(all: readonly Example[], pass: (batch: Batch) => Loss): Loss {
    let [total, correct, learned] = [0, 0, 0];
    for (const group of microBatches(all)) {
      const loss = pass(packBatch(group));
      total += loss.total;
      correct += loss.correct;
      learned += loss.learned;
    }
    return { total, correct, learned };
  }

  return {
    totalSteps,
    stepsPerEpoch,
    get stepsDone() {
      return done;
    },
    step() {
      if (done >= totalSteps) throw new RangeError(`all ${totalSteps} steps are done`);
      const chosen = examplesOf(done);
      const learned = chosen.reduce((sum, example) => sum + learnedOf(example), 0);
      const found = passOver(chosen, (batch) => model.lossAndGradients(batch, 1 / learned));
      const loss = found.total / learned;
      const gradientNorm = optimizer.gradientNorm();
      if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
        model.gradients.fill(0);
        throw new TrainingDivergedError(done + 1, loss, gradientNorm);
      }
      const learningRate = learningRateAt(done, { peak, warmupSteps, decaySteps, totalSteps });
      const scale = gradientNorm > clipNorm ? clipNorm / gradientNorm : 1;
      optimizer.update({ step: done, learningRate, weightDecay, scale });
      done++;
      return {
        step: done,
        epoch: done / stepsPerEpoch,
        loss,
        accuracy: found.correct / learned,
        tokens: tokensOf(chosen),
        learnedTokens: learned,
        learningRate,
        gradientNorm,
      };
    },
    evaluate(given) {
      const { total, correct, learned } = passOver(given, model.loss);
      const count = Math.max(1, learned);
      return { loss: total / count, accuracy: correct / count, learnedTokens: learned };
    },
    weights: () => model.weights.slice(),
    state: () => ({
      step: done,
      weights: model.weights.slice(),
      firstMoment: optimizer.firstMoment.slice(),
      secondMoment: optimizer.secondMoment.slice(),
    }),
    restore(state) {
      for (const part of [state.weights, state.firstMoment, state.secondMoment]) {
        if (part.length !== model.size) {
          throw new RangeError(`the state has ${part.length} numbers, and the run learns ${model.size}`);
        }
      }
      model.weights.set(state.weights);
      optimizer.firstMoment.set(state.firstMoment);
      optimizer.secondMoment.set(state.secondMoment);
      model.gradients.fill(0);
      done = state.step;
    },
    close: model.close,
  };

  function checkOptions({ weights, epochs }: TrainerOptions): void {
    const size = parameterCount(config);
    if (weights.length !== size)
      throw new RangeError(`the model has ${size} numbers, and ${weights.length} came`);
    if (examples.length === 0) throw new RangeError("there is no example to learn from");
    if (!(epochs > 0)) throw new RangeError(`epochs must be positive, got ${epochs}`);
    if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
      throw new RangeError(`batchSize must be a positive whole number, got ${batchSize}`);
    }
    if (!Number.isSafeInteger(seed)) throw new RangeError(`seed must be a whole number, got ${seed}`);
    if (!(peak > 0)) throw new RangeError(`learningRate must be positive, got ${peak}`);
    if (!Number.isSafeInteger(threads) || threads < 1) {
      throw new RangeError(`threads must be a positive whole number, got ${threads}`);
    }
    if (!(clipNorm > 0)) throw new RangeError(`clipNorm must be positive, got ${clipNorm}`);
    const rate = options.contextDropout?.rate ?? 0;
    if (!(rate >= 0 && rate < 1))
      throw new RangeError(`contextDropout's rate must be in [0, 1), got ${rate}`);
    for (const name of ["maxSteps", "warmupSteps", "decaySteps", "weightDecay"] as const) {
      const value = options[name] ?? 0;
      if (!(value >= 0)) throw new RangeError(`${name} must not be negative, got ${value}`);
    }
    for (const example of [...examples, ...validation]) checkExample(example, config);
    if (examples.some((example) => learnedOf(example) === 0)) {
      throw new RangeError("an example has nothing to learn from");
    }
    if (!weights.every(Number.isFinite)) throw new RangeError("the weights hold something that is no number");
  }
}

function tokensOf(examples: readonly Example[]): number {
  return examples.reduce((sum, { tokens }) => sum + tokens.length, 0);
}
