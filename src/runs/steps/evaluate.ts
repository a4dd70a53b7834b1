import { join } from "node:path";
import type { Interval } from "../../evals/bootstrap.ts";
import { compare } from "../../evals/compare.ts";
import { defineSuite } from "../../evals/define-suite.ts";
import { evaluate } from "../../evals/evaluate.ts";
import { gate } from "../../evals/gate.ts";
import type { ModelResult } from "../../evals/result.ts";
import type { EvalItem, Suite } from "../../evals/suite.ts";
import { RunDataError, RunError } from "../errors.ts";
import type { RunWork } from "../perform-run.ts";
import type { RunComparison } from "../run-file-schema.ts";
import type { CheckedEvaluation } from "../run-plan.ts";

/**
 * What the two models are asked: the suite that was given, or one of the records that were held out.
 *
 * @throws RunDataError if nothing was held out that can be asked about
 */
export function suiteOfRun(
  run: string,
  { suite, judge }: CheckedEvaluation,
  items: readonly EvalItem[],
): Suite {
  if (suite) {
    return suite;
  }
  if (items.length === 0) {
    throw new RunDataError(
      `Nothing is held out to evaluate the run "${run}" with: there are too few groups of records, or split.evaluation is 0. ` +
        "Give more groups or a larger share, or leave the evaluation out: evaluate: false.",
      { run, findings: [], count: 0 },
    );
  }
  const { scorers, primary, sampling } = judge;
  return defineSuite({ name: run, items, scorers, primary, sampling });
}

/**
 * Asks base and custom model, and compares what they answered item by item. Answers that are stored aren't asked for again:
 * those of the base serve all versions that are judged by the same suite.
 *
 * @throws RunError if some questions got no answer; started again, only those are asked
 */
export async function evaluated<R>(
  { client, options, paths, state, signal, onProgress }: RunWork<R>,
  { suite, evaluation, custom }: { suite: Suite; evaluation: CheckedEvaluation; custom: string },
): Promise<RunComparison> {
  const ask = async (model: string) => {
    const result = await evaluate(client, {
      suite,
      model,
      concurrency: evaluation.concurrency,
      store: join(paths.folder, "answers.jsonl"),
      signal,
      onProgress: ({ done, total }) => onProgress({ type: "answers", model, done, total }),
    });
    if (result.failed > 0) {
      throw new RunError(
        `${result.failed} of ${suite.items.length} questions to ${model} got no answer (${failureOf(result)}). ` +
          "What was answered is kept: start the run again to ask the rest.",
        { run: options.name, isRetryable: true },
      );
    }
    return result;
  };
  const base = await ask(state.version.inputs.base);
  const tuned = await ask(custom);
  const comparison = compare(base, tuned);
  const scores = Object.entries(comparison.scores).map(([name, score]) => {
    const { n, difference, interval, wins, losses, ties, unparsed } = score;
    const shares = { base: unparsed.base.share, custom: unparsed.custom.share };
    const means = { base: base.scores[name]?.mean ?? null, custom: tuned.scores[name]?.mean ?? null };
    const numbers = { n, ...means, difference, wins, losses, ties };
    return [name, { ...numbers, interval: pair(interval), unparsed: shares }] as const;
  });
  const verdict = gate(comparison, evaluation.gate);
  return {
    items: suite.items.length,
    scores: Object.fromEntries(scores),
    verdict: { ...verdict, reasons: [...verdict.reasons], interval: pair(verdict.interval) },
  };
}

function pair(interval: Interval | null): [number, number] | null {
  return interval && [interval[0], interval[1]];
}

function failureOf({ items }: ModelResult): string {
  const kinds = new Set(
    Object.values(items).flatMap((item) => (item.status === "failed" ? [item.failure.kind] : [])),
  );
  return [...kinds].join(", ");
}
