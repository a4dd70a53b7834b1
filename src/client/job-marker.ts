import type { FineTuningJob } from "../contract/fine-tuning.ts";

/** The pair of a job's `metadata` by which a job is found whose creation was never answered. */
export const JOB_MARKER = "fermion_idempotency_key";

/** What the wire allows. */
const MAX_PAIRS = 16;

/** The parameters of a job, with what a caller may have put on top of them. */
export type JobBody = Readonly<Record<string, unknown>>;

/** The parameters with the marker among their metadata; `undefined` where there is no room for it. */
export function withMarker(body: JobBody, key: string): JobBody | undefined {
  const { metadata } = withoutMarker(body);
  const pairs = metadata ?? {};
  if (typeof pairs !== "object" || Array.isArray(pairs) || Object.keys(pairs).length >= MAX_PAIRS) {
    return undefined;
  }
  return { ...body, metadata: { ...pairs, [JOB_MARKER]: key } };
}

/** Without the marker of another job, which comes along when its metadata is copied. */
export function withoutMarker(body: JobBody): JobBody {
  const { metadata } = body;
  if (typeof metadata !== "object" || metadata === null || !(JOB_MARKER in metadata)) {
    return body;
  }
  const { [JOB_MARKER]: _, ...pairs } = metadata;
  return { ...body, metadata: pairs };
}

/**
 * Where a job isn't what these parameters ask for: the name of the first that differs. Only what every server repeats as
 * it was given is compared; the name of a base model, for one, often comes back with a date.
 */
export function firstDifference(job: FineTuningJob, body: JobBody): string | undefined {
  const differs = (asked: unknown, is: unknown) => asked != null && is != null && asked !== is;
  for (const name of ["training_file", "validation_file", "seed"] as const) {
    if (differs(body[name], job[name])) {
      return name;
    }
  }
  for (const [name, value] of Object.entries(record(body.metadata))) {
    if (name !== JOB_MARKER && job.metadata?.[name] !== value) {
      return `metadata.${name}`;
    }
  }
  const asked = hyperparameters(body);
  const given = hyperparameters(job);
  return Object.keys(asked)
    .filter((name) => typeof asked[name] === "number" && typeof given[name] === "number")
    .find((name) => asked[name] !== given[name]);
}

/** In the form of today or in the old one. */
function hyperparameters(from: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const method = record(from.method);
  const { hyperparameters: inner } = record(method[String(method.type)]);
  return { ...record(from.hyperparameters), ...record(inner) };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
