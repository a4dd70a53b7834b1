import type * as z from "zod";
import { explain } from "../contract/explain.ts";
import { ConfigurationError } from "./errors.ts";

/** A parameter of a call can't be. Nothing was sent. */
export class InvalidParameterError extends ConfigurationError {
  override readonly name = "InvalidParameterError";
  /** The parameter at fault, such as `method.supervised.hyperparameters.n_epochs`. */
  readonly param: string;

  constructor(message: string, param: string) {
    super(message);
    this.param = param;
  }
}

/** What zod and zod/mini have in common. */
interface Schema {
  safeParse(
    value: unknown,
  ): { success: true } | { success: false; error: { issues: readonly z.core.$ZodIssue[] } };
}

/**
 * Refuses the parameters of a call that no platform would take, before anything is sent.
 *
 * @param call - as its caller knows it, such as `jobs.create()`
 * @throws InvalidParameterError that names the first parameter at fault, and what was expected
 */
export function checkParams(schema: Schema, value: unknown, call: string): void {
  const result = schema.safeParse(value);
  const issue = result.success ? undefined : result.error.issues[0];
  if (!issue) {
    return;
  }
  const { path, reason, isPredicate } = explain(issue, value);
  const param = path.map(String).join(".");
  const subject = param ? `"${param}"` : "What it was given";
  const fault = isPredicate ? `${subject} ${reason}.` : `${subject} can't be taken: ${reason}`;
  const remedy =
    issue.code === "unrecognized_keys"
      ? " What a platform takes beyond the contract goes into extraBody."
      : "";
  throw new InvalidParameterError(`${call}: ${fault}${remedy} Nothing was sent.`, param);
}
