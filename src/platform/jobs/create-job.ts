import { randomInt } from "node:crypto";
import type * as z from "zod/mini";
import type { supervisedHyperparametersSchema } from "../../contract/hyperparameters.ts";
import type { jobCreateParamsSchema } from "../../contract/job-params.ts";
import { invalidRequest, notFound } from "../api-error.ts";
import { newId } from "../ids.ts";
import type { ModelCatalog } from "../models.ts";
import type { JobRow, RequestedHyperparameters } from "../store/jobs.ts";
import type { Store } from "../store/store.ts";
import { ORGANIZATION } from "./job-object.ts";

type Params = z.output<typeof jobCreateParamsSchema>;
type Hyperparameters = z.output<typeof supervisedHyperparametersSchema>;

interface Dependencies {
  readonly store: Store;
  readonly models: ModelCatalog;
  /** Unix seconds. */
  readonly now: () => number;
}

/**
 * A new job, from the parameters that it was asked for with.
 *
 * @throws ApiError 404 for a model or file that isn't there, 400 for what this platform can't do
 */
export function newJob(params: Params, { store, models, now }: Dependencies): JobRow {
  refuse(params);
  const base = models.get(params.model);
  if (!base) throw notFound("model", params.model);
  const training = fileOf("training_file", params.training_file, store);
  const validation = params.validation_file
    ? fileOf("validation_file", params.validation_file, store)
    : undefined;
  return {
    id: newId("ftjob-"),
    status: "validating_files",
    model: params.model,
    result_model: `ft:${base.base}:${ORGANIZATION}:${nameSuffix(params.suffix)}:${newId("", 8)}`,
    suffix: params.suffix ?? null,
    training_file: training.id,
    training_sha256: training.sha256,
    validation_file: validation?.id ?? null,
    validation_sha256: validation?.sha256 ?? null,
    seed: params.seed ?? randomInt(2 ** 31),
    requested: requestedHyperparameters(params),
    metadata: params.metadata ?? null,
    counts: null,
    plan: null,
    created_at: now(),
    estimated_finish: null,
    finished_at: null,
    fine_tuned_model: null,
    trained_tokens: null,
    result_file: null,
    error: null,
  };
}

/**
 * The part of a model's name that its maker chose. A name is split at ":" and goes into URLs, shells and logs, so only
 * ASCII letters, digits, ".", "_" and "-" are kept as they are; every run of other characters becomes one "-", and none
 * stays at either end. The job answers the suffix as it was given, as `user_provided_suffix`.
 */
function nameSuffix(given: string | null | undefined): string {
  return (given ?? "").replaceAll(/[^A-Za-z0-9._-]+/g, "-").replaceAll(/^-+|-+$/g, "");
}

function refuse({ method, integrations }: Params): void {
  if (method && method.type !== "supervised") {
    throw invalidRequest(
      `The method "${method.type}" is not supported yet by this platform; "supervised" is.`,
      { param: "method", code: "unsupported_method" },
    );
  }
  if (integrations && integrations.length > 0) {
    throw invalidRequest('This platform reports to no integration: leave "integrations" out.', {
      param: "integrations",
      code: "unsupported_parameter",
    });
  }
}

function fileOf(param: "training_file" | "validation_file", id: string, store: Store) {
  const file = store.files.get(id);
  if (!file) throw notFound("file", id, param);
  if (file.purpose !== "fine-tune") {
    throw invalidRequest(`The file "${id}" has the purpose "${file.purpose}", and must have "fine-tune".`, {
      param,
      code: "invalid_file_purpose",
    });
  }
  return file;
}

function requestedHyperparameters({ method, hyperparameters }: Params): RequestedHyperparameters {
  const ofMethod = method?.supervised?.hyperparameters;
  if (ofMethod && hyperparameters && !same(ofMethod, hyperparameters)) {
    throw invalidRequest(
      '"hyperparameters" is the old form of "method.supervised.hyperparameters", and the two differ. Give one of them.',
      { param: "hyperparameters", code: "invalid_value" },
    );
  }
  const chosen = ofMethod ?? hyperparameters ?? {};
  return {
    n_epochs: chosen.n_epochs ?? "auto",
    batch_size: chosen.batch_size ?? "auto",
    learning_rate_multiplier: chosen.learning_rate_multiplier ?? "auto",
    ...(chosen.max_steps === undefined ? {} : { max_steps: chosen.max_steps }),
  };
}

function same(a: Hyperparameters, b: Hyperparameters): boolean {
  const names = ["n_epochs", "batch_size", "learning_rate_multiplier", "max_steps"] as const;
  return names.every((name) => a[name] === b[name]);
}
