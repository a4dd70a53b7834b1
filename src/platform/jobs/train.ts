import { createReadStream } from "node:fs";
import { join } from "node:path";
import type { Example } from "../../engine/example.ts";
import { type LoadedModel, readModel, writeModel } from "../../engine/model-files.ts";
import { createTrainer, type StepResult, type Trainer, TrainingDivergedError } from "../../engine/trainer.ts";
import { CONTEXT_DROPOUT, WEIGHT_DECAY } from "./hyperparameters.ts";
import type { FromTrainer, TrainTask } from "./protocol.ts";
import { readTrainingFile } from "./training-file.ts";
import { createTrainingStates } from "./training-states.ts";

/** The line to the platform, as training sees it. */
export interface Channel {
  send(message: FromTrainer): void;
  /** Resolves when everything sent so far is in the platform's database. */
  flush(): Promise<void>;
  /** Whether the platform wants training to keep its state and end. */
  stopRequested(): boolean;
}

/** A state is kept every so many steps, and at the end of an epoch if the last one is ten seconds old. */
const STATE_EVERY_STEPS = 50;
const STATE_AT_EPOCH_MS = 10_000;

/** The loss on a few validation rows is measured every so many steps. */
const VALIDATE_EVERY_STEPS = 10;
const VALIDATE_ROWS = 8;

/** The ends of so many last epochs become models that answer. */
const CHECKPOINT_EPOCHS = 3;

/**
 * Trains a model, from the newest kept state if there is one.
 *
 * Nothing here depends on time or chance but by the seed, so a run that was interrupted ends with the same weights, to
 * the bit, as one that wasn't.
 */
export async function train(task: TrainTask, channel: Channel): Promise<void> {
  const base = await readModel(task.model);
  const examples = await readExamples(task.trainingPath, base);
  const validation = task.validationPath === null ? [] : await readExamples(task.validationPath, base);
  const { plan, seed, threads } = task;
  const trainer = createTrainer({
    config: base.config,
    weights: base.weights,
    examples,
    validation,
    epochs: plan.epochs,
    batchSize: plan.batchSize,
    learningRate: plan.learningRate,
    ...(plan.maxSteps === undefined ? {} : { maxSteps: plan.maxSteps }),
    weightDecay: WEIGHT_DECAY,
    contextDropout: { rate: CONTEXT_DROPOUT, keep: new Set(base.tokenizer.specialTokens.values()) },
    seed,
    threads,
  });
  try {
    await run(task, channel, base, trainer, validation);
  } finally {
    trainer.close();
  }
}

async function run(
  task: TrainTask,
  channel: Channel,
  base: LoadedModel,
  trainer: Trainer,
  validation: readonly Example[],
): Promise<void> {
  const { totalSteps, stepsPerEpoch } = trainer;
  const states = createTrainingStates(task.stateDirectory, base.config);
  const state = await states.newest((step) => {
    channel.send({
      type: "warning",
      message: `The state kept at step ${step} is damaged; an older one is used.`,
    });
  });
  if (state) trainer.restore(state);
  channel.send({ type: "started", step: trainer.stepsDone, totalSteps });

  const firstStep = trainer.stepsDone;
  const startedAt = performance.now();
  let keptAt = startedAt;
  const keep = async () => {
    // First the events, then the state: after a crash, training goes on behind steps whose metrics are recorded.
    await channel.flush();
    await states.save(trainer.state());
    keptAt = performance.now();
  };

  while (trainer.stepsDone < totalSteps) {
    // A step blocks this thread, so messages of the platform are heard between steps.
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (channel.stopRequested()) {
      await keep();
      channel.send({ type: "stopped", step: trainer.stepsDone });
      return;
    }
    const before = performance.now();
    const result = trainer.step();
    const tokensPerSecond = (result.tokens * 1000) / Math.max(performance.now() - before, 0.001);
    const { step } = result;
    const epochEnds = step % stepsPerEpoch === 0 || step === totalSteps;
    const measured = { ...measure(result), ...validate(trainer, validation, step, epochEnds) };
    // The update of this step may have left the numbers, which the next one would find.
    const loss = measured.full_valid_loss ?? measured.valid_loss ?? result.loss;
    if (!Number.isFinite(loss)) throw new TrainingDivergedError(step, loss, result.gradientNorm);
    const perStep = (performance.now() - startedAt) / (step - firstStep) / 1000;
    channel.send({
      type: "step",
      step,
      metrics: {
        ...measured,
        total_steps: totalSteps,
        learning_rate: result.learningRate,
        tokens_per_second: Math.round(tokensPerSecond),
        epoch: result.epoch,
      },
      remainingSeconds: perStep * (totalSteps - step),
    });
    if (epochEnds && step > totalSteps - CHECKPOINT_EPOCHS * stepsPerEpoch) {
      const directory = `step-${step}`;
      const files = await write(task, directory, base, trainer);
      channel.send({ type: "checkpoint", step, directory, files, metrics: measured });
    }
    const stale = performance.now() - keptAt > STATE_AT_EPOCH_MS;
    if (step < totalSteps && (step % STATE_EVERY_STEPS === 0 || (epochEnds && stale))) await keep();
  }
  const files = await write(task, "final", base, trainer);
  channel.send({ type: "finished", directory: "final", files });
}

async function readExamples(path: string, { tokenizer, config }: LoadedModel): Promise<readonly Example[]> {
  const { contextLength } = config;
  return (await readTrainingFile(createReadStream(path), { tokenizer, contextLength })).examples;
}

async function write(task: TrainTask, name: string, { config, tokenizer }: LoadedModel, trainer: Trainer) {
  const files = await writeModel(join(task.modelDirectory, name), {
    config,
    tokenizer,
    weights: trainer.weights(),
  });
  return files.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }));
}

function measure({ step, loss, accuracy }: StepResult) {
  return { step, train_loss: loss, train_mean_token_accuracy: accuracy };
}

interface ValidationMetrics {
  valid_loss?: number;
  valid_mean_token_accuracy?: number;
  full_valid_loss?: number;
  full_valid_mean_token_accuracy?: number;
}

/** The loss on a few validation rows now and then, and on all of them when an epoch ends. */
function validate(trainer: Trainer, rows: readonly Example[], step: number, epochEnds: boolean) {
  const measured: ValidationMetrics = {};
  if (rows.length === 0) return measured;
  if (step % VALIDATE_EVERY_STEPS === 0 || epochEnds) {
    const { loss, accuracy } = trainer.evaluate(sample(rows, step));
    measured.valid_loss = loss;
    measured.valid_mean_token_accuracy = accuracy;
  }
  if (epochEnds) {
    const { loss, accuracy } = trainer.evaluate(rows);
    measured.full_valid_loss = loss;
    measured.full_valid_mean_token_accuracy = accuracy;
  }
  return measured;
}

/** Which rows follows from the step alone, so that a step that is trained again measures the same. */
function sample(rows: readonly Example[], step: number): readonly Example[] {
  const first = (step * VALIDATE_ROWS) % rows.length;
  return [...rows.slice(first), ...rows.slice(0, first)].slice(0, VALIDATE_ROWS);
}
