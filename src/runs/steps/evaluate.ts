import type { EvalItem, Suite } from "../../evals/suite.ts";
import { ConfigurationError } from "../../index.ts";
import type { RunWork } from "../perform-run.ts";
import type { RunComparison } from "../run-file-schema.ts";
import type { CheckedEvaluation } from "../run-plan.ts";

export async function suiteOfRun(
  _name: string,
  evaluation: CheckedEvaluation,
  _items: readonly EvalItem[],
): Promise<Suite | undefined> {
  return evaluation.suite;
}

export async function evaluated<R>(
  _work: RunWork<R>,
  _what: { suite: Suite; evaluation: CheckedEvaluation; custom: string },
): Promise<RunComparison> {
  throw new ConfigurationError("This version moves no aliases and evaluates nothing yet.");
}
