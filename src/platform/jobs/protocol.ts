import * as z from "zod";
import { trainingPlan } from "../store/jobs.ts";
import { modelFile } from "../store/models.ts";

/** What a training process is asked to do: everything that it needs is a file, so it opens no database. */
export const task = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("validate"),
    /** The directory of the base model, whose tokenizer and context length count. */
    model: z.string(),
    trainingPath: z.string(),
    validationPath: z.string().nullable(),
  }),
  z.object({
    type: z.literal("train"),
    model: z.string(),
    trainingPath: z.string(),
    validationPath: z.string().nullable(),
    plan: trainingPlan,
    seed: z.number(),
    threads: z.number(),
    /** Where states of the training are kept, so that it can go on. */
    stateDirectory: z.string(),
    /** Where models that can answer are written: `step-N` and `final`. */
    modelDirectory: z.string(),
  }),
]);
export type Task = z.infer<typeof task>;
export type TrainTask = Extract<Task, { type: "train" }>;
export type ValidateTask = Extract<Task, { type: "validate" }>;

/** What the platform says to a training process. */
export const toTrainer = z.discriminatedUnion("type", [
  z.object({ type: z.literal("task"), task }),
  /** All that came before `flush` is in the database. */
  z.object({ type: z.literal("flushed") }),
  /** Keep a state and end. */
  z.object({ type: z.literal("stop") }),
]);
export type ToTrainer = z.infer<typeof toTrainer>;

const fileReport = z.object({
  rows: z.number(),
  tokens: z.number(),
  badLines: z.array(z.object({ line: z.number(), reason: z.string() })),
  badLineCount: z.number(),
  badLineGroups: z.array(z.object({ reason: z.string(), lines: z.array(z.number()), count: z.number() })),
  looksLikeJsonLines: z.boolean(),
  cutLines: z.array(z.number()),
  cutLineCount: z.number(),
});
export type FileReport = z.infer<typeof fileReport>;

const metrics = z.record(z.string(), z.number());

/** What a training process says. */
export const fromTrainer = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  z.object({
    type: z.literal("validated"),
    contextLength: z.number(),
    training: fileReport,
    validation: fileReport.nullable(),
  }),
  /** Steps begin, behind those that a kept state has done. */
  z.object({ type: z.literal("started"), step: z.number(), totalSteps: z.number() }),
  z.object({ type: z.literal("warning"), message: z.string() }),
  z.object({ type: z.literal("step"), step: z.number(), metrics, remainingSeconds: z.number() }),
  /** A model that can answer lies in the model directory. */
  z.object({
    type: z.literal("checkpoint"),
    step: z.number(),
    directory: z.string(),
    files: z.array(modelFile),
    metrics,
  }),
  /** Asks for `flushed`: a state must not be kept before the events of its steps are. */
  z.object({ type: z.literal("flush") }),
  z.object({ type: z.literal("stopped"), step: z.number() }),
  z.object({ type: z.literal("finished"), directory: z.string(), files: z.array(modelFile) }),
  /** It can't be done, and trying again would not help. */
  z.object({
    type: z.literal("failed"),
    code: z.string(),
    message: z.string(),
    param: z.string().nullable(),
  }),
]);
export type FromTrainer = z.infer<typeof fromTrainer>;
