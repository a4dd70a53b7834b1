import { join } from "node:path";
import { bootstrapInterval } from "../../evals/bootstrap.ts";
import { defineSuite } from "../../evals/define-suite.ts";
import { evaluate } from "../../evals/evaluate.ts";
import type { ModelResult, ScoreSummary } from "../../evals/result.ts";
import type { EvalItem, Suite } from "../../evals/suite.ts";
import { RunDataError, RunError } from "../errors.ts";
import type { RunWork } from "../perform-run.ts";
import type { RunComparison, ScorerComparison } from "../run-file-schema.ts";
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
  return defineSuite({ name: run, items, ...judge });
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
  const scorers = suite.scorers.map(({ name }) => comparedBy(name, base, tuned));
  return {
    suite: { name: suite.name, sha256: suite.hash, items: suite.items.length },
    primary: suite.primary,
    scorers,
    ...judged(
      scorers.find(({ scorer }) => scorer === suite.primary),
      evaluation,
    ),
  };
}

function failureOf({ items }: ModelResult): string {
  const kinds = new Set(
    Object.values(items).flatMap((item) => (item.status === "failed" ? [item.failure.kind] : [])),
  );
  return [...kinds].join(", ");
}

function comparedBy(scorer: string, base: ModelResult, custom: ModelResult): ScorerComparison {
  const differences = Object.entries(custom.items).flatMap(([id, item]) => {
    const before = valueOfScore(base.items[id], scorer);
    const now = valueOfScore(item, scorer);
    return before === undefined || now === undefined
      ? []
      : [{ value: now - before, group: item.group ?? id }];
  });
  const sum = differences.reduce((total, { value }) => total + value, 0);
  return {
    scorer,
    base: scoreOf(base.scores[scorer]),
    custom: scoreOf(custom.scores[scorer]),
    difference:
      differences.length === 0
        ? null
        : {
            n: differences.length,
            mean: sum / differences.length,
            interval: intervalOf(bootstrapInterval(differences)),
          },
  };
}

function valueOfScore(item: ModelResult["items"][string] | undefined, scorer: string): number | undefined {
  const score = item?.status === "answered" ? item.scores[scorer] : undefined;
  return score?.kind === "scored" ? score.value : undefined;
}

function scoreOf(summary: ScoreSummary | undefined): ScorerComparison["base"] {
  return {
    n: summary?.n ?? 0,
    mean: summary?.mean ?? null,
    unparsed: summary?.unparsed ?? 0,
    interval: intervalOf(summary?.interval ?? null),
  };
}

function intervalOf(interval: readonly [number, number] | null): [number, number] | null {
  return interval && [interval[0], interval[1]];
}

/** The gate: the custom model is better by the scorer that decides, and chance doesn't explain it. */
function judged(
  primary: ScorerComparison | undefined,
  { margin, unparsed }: CheckedEvaluation,
): { passed: boolean; reason: string } {
  const interval = primary?.difference?.interval;
  if (!primary || !interval) {
    return { passed: false, reason: "there are too few groups of items to tell the models apart" };
  }
  const answers = primary.custom.n + primary.custom.unparsed;
  if (primary.custom.unparsed > unparsed * answers) {
    return {
      passed: false,
      reason: `${primary.custom.unparsed} of ${answers} answers of the custom model can't be judged`,
    };
  }
  const [low, high] = interval;
  const where = `by ${primary.scorer}, the difference lies between ${low.toFixed(3)} and ${high.toFixed(3)}`;
  return low > margin
    ? { passed: true, reason: where }
    : { passed: false, reason: `${where}, and has to be above ${margin}` };
}
