import { ConfigurationError } from "../../index.ts";
import type { RunPromotion } from "../options.ts";
import type { RunWork } from "../perform-run.ts";
import type { RunComparison, StepOutputs } from "../run-file-schema.ts";

/** Moves the alias to the new model, if it is better. Moving it there twice is moving it once. */
export async function promoted<R>(
  _work: RunWork<R>,
  {
    promotion: { alias, force },
    model,
    comparison,
  }: { promotion: Required<RunPromotion>; model: string; comparison: RunComparison | undefined },
): Promise<StepOutputs["promote"]> {
  if (!comparison?.passed && !force) {
    return { alias, model, outcome: "held", forced: false };
  }
  throw new ConfigurationError("This version moves no aliases and evaluates nothing yet.");
}
