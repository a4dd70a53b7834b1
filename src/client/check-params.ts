import type { ZodMiniType } from "zod/mini";
import { explain } from "../contract/explain.ts";
import { faultsOf } from "../contract/messages.ts";
import { InvalidParameterError } from "./errors.ts";

/**
 * Refuses the parameters of a call that no platform would take, before anything is sent.
 *
 * @param call - as its caller knows it, such as `jobs.create()`
 * @throws InvalidParameterError that names the first parameter at fault, and what was expected
 */
export function checkParams(schema: ZodMiniType, value: unknown, call: string): void {
  const [issue] = faultsOf(schema, value);
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
