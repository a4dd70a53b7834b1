import * as z from "zod";
import { fileHashes, type RunVersion, runInputsSchema } from "./run-file-schema.ts";

/** What a model was made from, and what came out. JSON, to be kept beside the model. */
export const receiptSchema = z.object({
  object: z.literal("fermion.receipt"),
  run: z.string(),
  version: z.number(),
  /** Hashes of all records, and of what the recipe made of them. */
  data: z.object({ sha256: z.string(), prepared: z.string(), records: z.number() }),
  /** Hashes of the files that were sent. */
  files: z.object({ training: z.string(), validation: z.string().nullable() }),
  recipe: runInputsSchema.shape.recipe,
  base: z.object({ model: z.string(), files: fileHashes }),
  seed: z.number(),
  split: runInputsSchema.shape.split,
  decontaminate: runInputsSchema.shape.decontaminate,
  /** Hash of what the models were judged by: training data is kept apart from it. */
  evaluation: z.string().nullable(),
  /** As the platform chose them. */
  hyperparameters: z.record(z.string(), z.json()),
  job: z.string(),
  model: z.string(),
  /** What the model consists of. */
  weights: fileHashes,
  /** Versions of what took part: `fermion`, `node`. */
  packages: z.record(z.string(), z.string()),
});

/** What a model was made from, and what came out: enough to make it again. */
export interface RunReceipt extends z.infer<typeof receiptSchema> {}

/** The receipt of a version whose model is made. */
export function receiptOf(run: string, version: RunVersion): RunReceipt | undefined {
  const { inputs, steps } = version;
  const check = steps.check?.outputs;
  const clean = steps.decontaminate?.outputs;
  const tuned = steps["fine-tune"]?.outputs;
  if (!check || !clean || !tuned) {
    return undefined;
  }
  return {
    object: "fermion.receipt",
    run,
    version: version.version,
    data: { sha256: inputs.data, prepared: inputs.prepared, records: check.records },
    files: { training: clean.training.sha256, validation: clean.validation?.sha256 ?? null },
    recipe: inputs.recipe,
    base: { model: inputs.base, files: tuned.base },
    seed: inputs.seed,
    split: inputs.split,
    decontaminate: inputs.decontaminate,
    evaluation: inputs.evaluation,
    hyperparameters: tuned.hyperparameters,
    job: tuned.job,
    model: tuned.model,
    weights: tuned.weights,
    packages: version.packages,
  };
}
