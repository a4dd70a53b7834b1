import * as z from "zod";
import type { runSteps } from "./step.ts";

/** The version of the file's form. */
export const RUN_FILE_SCHEMA = 1;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const milliseconds = z.number();
const json = z.json();

/** A prepared file, beside the run's own. */
export const preparedFileSchema = z.object({
  /** Its name in the run's folder. */
  name: z.string(),
  sha256,
  bytes: z.number(),
  lines: z.number(),
});

export const fileHashes = z.array(z.object({ name: z.string(), sha256: z.string() }));

/** What a version is made from. Two versions differ in at least one of them. */
export const runInputsSchema = z.object({
  /** Hash of all records, in their order. */
  data: sha256,
  /** Hash of what the recipe made of them. */
  prepared: sha256,
  recipe: z.object({ name: z.string(), version: z.string(), sha256 }).nullable(),
  base: z.string(),
  hyperparameters: z.record(z.string(), z.union([z.string(), z.number()])),
  seed: z.number(),
  split: z.object({ validation: z.number(), evaluation: z.number() }),
  /** Texts that training and evaluation may have in common; false if they aren't compared. */
  decontaminate: z.union([z.literal(false), z.array(z.string())]),
  /** Hash of what the models are judged by and how; null if they aren't. */
  evaluation: sha256.nullable(),
  /** Tells a repetition from what it repeats. */
  nonce: z.string().optional(),
});

const step = <Outputs extends z.ZodType>(outputs: Outputs) =>
  z.object({
    /** Hash of all that the step depends on. */
    inputs: sha256,
    /** Milliseconds since 1970. */
    startedAt: milliseconds,
    finishedAt: milliseconds,
    outputs,
  });

const checkOutputs = z.object({
  /** The records that passed, as they are used from here on. */
  prepared: preparedFileSchema,
  records: z.number(),
  rows: z.number(),
  method: z.enum(["supervised", "dpo"]),
  /** How many findings there are, by rule. */
  findings: z.record(z.string(), z.number()),
});

const splitOutputs = z.object({
  /** Which record is in which part: id, hash and part, a line each. */
  index: preparedFileSchema,
  training: z.number(),
  validation: z.number(),
  evaluation: z.number(),
});

const decontaminateOutputs = z.object({
  index: preparedFileSchema,
  training: preparedFileSchema,
  validation: preparedFileSchema.nullable(),
  /** What is asked about the records that were held out. */
  items: preparedFileSchema.nullable(),
  /** How many records were left out because they overlap with the evaluation. */
  dropped: z.number(),
  /** How many somebody should look at. */
  review: z.number(),
});

const uploadOutputs = z.object({ training: z.string(), validation: z.string().nullable() });

const fineTuneOutputs = z.object({
  job: z.string(),
  model: z.string(),
  trainedTokens: z.number().nullable(),
  /** As the platform chose them. */
  hyperparameters: z.record(z.string(), json),
  seed: z.number().nullable(),
  weights: fileHashes,
  base: fileHashes,
  /** Step, training loss and validation loss, a line each. */
  losses: preparedFileSchema,
  cost: z.number().nullable(),
});

const interval = z.tuple([z.number(), z.number()]).nullable();
const byScorer = z.record(
  z.string(),
  z.object({
    /** How many items could be judged for both models. */
    n: z.number(),
    /** Each model's mean over its own answers that could be judged, 0–1; null if there are none. */
    base: z.number().nullable(),
    custom: z.number().nullable(),
    /** Custom less base, item by item, and where that lies with 95 %. */
    difference: z.number().nullable(),
    interval,
    wins: z.number(),
    losses: z.number(),
    ties: z.number(),
    /** Shares of the answers that couldn't be judged. */
    unparsed: z.object({ base: z.number(), custom: z.number() }),
  }),
);

const verdictSchema = z.object({
  passed: z.boolean(),
  reasons: z.array(z.string()),
  suite: z.object({ name: z.string(), hash: z.string() }),
  base: z.string(),
  custom: z.string(),
  scorer: z.string(),
  basis: z.enum(["parsed", "strict", "pessimistic"]),
  minimum: z.number(),
  n: z.number(),
  difference: z.number().nullable(),
  interval,
  unparsed: z.object({ base: z.number(), custom: z.number() }),
});

/** Base against custom. */
export const runComparisonSchema = z.object({
  /** How many items there are. */
  items: z.number(),
  /** By the scorers' names. */
  scores: byScorer,
  /** Whether the custom model may take its base's place, and why. */
  verdict: verdictSchema,
});

const promoteOutputs = z.object({
  alias: z.string(),
  model: z.string(),
  /** `held`: the gate wasn't passed, and the alias stays where it is. */
  outcome: z.enum(["moved", "held"]),
  forced: z.boolean(),
});

const stoppedSchema = z.object({ guard: z.enum(["diverging", "plateau"]), job: z.string(), guards: sha256 });

export const runVersionSchema = z.object({
  version: z.number().int().min(1),
  startedAt: milliseconds,
  /** When it came to its end; null until then. */
  finishedAt: milliseconds.nullable(),
  inputs: runInputsSchema,
  /** What is otherwise than in the version before. */
  changes: z.array(z.object({ what: z.string(), before: z.string(), now: z.string() })),
  /** The creation of the job: written before it is asked for, so that a crash behind it finds the same one. */
  job: z.object({ attempt: z.number().int().min(1), key: z.string(), id: z.string().nullable() }).nullable(),
  /** What stopped the last attempt, if a guard did. */
  stopped: stoppedSchema.nullable(),
  steps: z.object({
    check: step(checkOutputs).optional(),
    split: step(splitOutputs).optional(),
    decontaminate: step(decontaminateOutputs).optional(),
    upload: step(uploadOutputs).optional(),
    "fine-tune": step(fineTuneOutputs).optional(),
    evaluate: step(runComparisonSchema).optional(),
    promote: step(promoteOutputs).optional(),
  } satisfies Record<(typeof runSteps)[number], z.ZodType>),
  packages: z.record(z.string(), z.string()),
});

export const runFileSchema = z.object({
  schema: z.literal(RUN_FILE_SCHEMA),
  run: z.string(),
  /** The oldest first. */
  versions: z.array(runVersionSchema),
});

/** A prepared file of a run. */
export interface PreparedFile extends z.infer<typeof preparedFileSchema> {}
/** What a version of a run is made from. */
export interface RunInputs extends z.infer<typeof runInputsSchema> {}
/** Base against custom, by the evaluation of a run. */
export interface RunComparison extends z.infer<typeof runComparisonSchema> {}
/** A version of a run, as its file has it. */
export interface RunVersion extends z.infer<typeof runVersionSchema> {}
export interface RunFile extends z.infer<typeof runFileSchema> {}
/** What each step gives. */
export type StepOutputs = {
  [Step in keyof RunVersion["steps"]]-?: NonNullable<RunVersion["steps"][Step]>["outputs"];
};
/** Where records are: an entry of an index. */
export const recordPlaceSchema = z.object({
  id: z.string(),
  /** SHA-256 of the record. */
  sha256,
  /** `dropped`: it overlaps with the evaluation, and was left out. */
  part: z.enum(["training", "validation", "evaluation", "dropped"]),
});
/** What a run did with a record. */
export interface RecordPlace extends z.infer<typeof recordPlaceSchema> {}
