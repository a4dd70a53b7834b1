import { type PriceTable, wrongPrice } from "../data/prices.ts";
import { APIUserAbortError, type Fermion } from "../index.ts";
import { openAnswerStore } from "./answer-store.ts";
import { askModel } from "./ask-model.ts";
import { type BootstrapOptions, checkResamples } from "./bootstrap.ts";
import { EvaluationError } from "./errors.ts";
import type { ItemResult, ModelResult } from "./result.ts";
import type { EvalAnswer, EvalItem, Score, Scorer, Suite } from "./suite.ts";
import { summarise } from "./summarise.ts";

/** How far an evaluation has come. */
export interface EvaluationProgress {
  /** Items that are done: answered, taken from the store, or failed. */
  readonly done: number;
  readonly total: number;
  readonly failed: number;
  readonly reused: number;
}

/** What {@link evaluate} does. */
export interface EvaluateOptions extends BootstrapOptions {
  readonly suite: Suite;
  /** The model's id. */
  readonly model: string;
  /**
   * How many items are asked at a time. Latency is measured under this load.
   *
   * @default 4
   */
  readonly concurrency?: number;
  /**
   * A file to which each answer is written as it comes, and from which answers to the same item (its id and input), by the
   * same model, with the same sampling are taken instead of asking again; they are judged anew. One file may serve many suites
   * and models, but one process at a time.
   *
   * @default nothing is kept
   */
  readonly store?: string;
  /**
   * How often an answer that broke off is asked for again. What fails before an answer begins is retried by the client, as
   * its `maxRetries` says.
   *
   * @default 2
   */
  readonly retries?: number;
  /** Ends it. What was answered until then is in the store. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EvaluationProgress) => void;
  /** What the platform charges, so that the result says what the answers cost: `inference` of it. */
  readonly prices?: PriceTable;
}

/**
 * Asks a model all that a suite asks, and judges its answers. Any model that the client reaches will do.
 *
 * The result has every item of the suite. An item whose request failed for good is `failed`, with the kind of error: it is
 * not wrong, and not among the answers that were judged. Failed items aren't stored, so running it again asks them again.
 * An answer that a scorer can't judge is unparsed, which is counted apart and never a 0.
 *
 * @throws APIUserAbortError if the signal ended it
 * @throws AuthenticationError, PermissionDeniedError, NotFoundError, ConfigurationError if no item can be asked at all: the
 *   key, the model or the client is wrong
 * @throws EvaluationError `scorer_failed` if a scorer throws or gives what is no score; `unreadable` or `unwritable` if the store
 *   can't be used; `invalid_option`
 *
 * @example
 * ```ts
 * const result = await evaluate(client, { suite, model: "photon-nano", store: ".fermion/answers.jsonl" });
 * console.log(result.scores[suite.primary]?.mean, result.failed, result.latency?.p95);
 * ```
 */
export async function evaluate(client: Fermion, options: EvaluateOptions): Promise<ModelResult> {
  const { suite, model, signal, prices, seed = 0, resamples = 2_000 } = options;
  const concurrency = countOption(options.concurrency ?? 4, "concurrency", 1);
  const retries = countOption(options.retries ?? 2, "retries", 0);
  checkResamples(resamples);
  const price = wrongPrice(prices);
  if (price) {
    throw new EvaluationError(`${price.field} ${price.message}.`, {
      code: "invalid_option",
      field: price.field,
    });
  }
  if (signal?.aborted) {
    throw new APIUserAbortError();
  }
  const store =
    options.store === undefined ? undefined : await openAnswerStore(options.store, suite, model, signal);
  const results = new Map<string, ItemResult>();
  const reused = store?.known.size ?? 0;
  let failed = 0;

  const conclude = (item: EvalItem, result: ItemResult) => {
    results.set(item.id, result);
    failed += Number(result.status === "failed");
    options.onProgress?.({ done: results.size, total: suite.items.length, failed, reused });
  };
  const judge = async (item: EvalItem, answer: EvalAnswer) =>
    conclude(item, {
      ...placeOf(item),
      status: "answered",
      answer,
      scores: await scoresOf(suite, item, answer),
    });

  try {
    const left: EvalItem[] = [];
    for (const item of suite.items) {
      const answer = store?.known.get(item.id);
      if (answer) {
        await judge(item, answer);
      } else {
        left.push(item);
      }
    }
    await inParallel(left, concurrency, signal, async (item, ownSignal) => {
      const asked = await askModel(client, model, item.input, {
        sampling: suite.sampling,
        retries,
        signal: ownSignal,
      });
      if (asked.status === "failed") {
        conclude(item, { ...placeOf(item), ...asked });
        return;
      }
      // Stored first: an answer is paid for, and a scorer may fail.
      await store?.append(item, asked.answer);
      await judge(item, asked.answer);
    });
  } finally {
    await store?.close();
  }
  const entries = suite.items.flatMap(({ id }) => {
    const result = results.get(id);
    return result ? [[id, result] as const] : [];
  });
  const rest = { model, reused, unreadableLines: store?.unreadableLines ?? 0 };
  return summarise(suite, entries, rest, { prices, bootstrap: { seed, resamples } });
}

function countOption(value: number, field: string, least: number): number {
  if (!Number.isSafeInteger(value) || value < least) {
    const message = `${field} is ${value}; it has to be a whole number from ${least} on.`;
    throw new EvaluationError(message, { code: "invalid_option", field });
  }
  return value;
}

function placeOf({ group, slices }: EvalItem): Pick<ItemResult, "group" | "slices"> {
  return { ...(group === undefined ? {} : { group }), ...(slices === undefined ? {} : { slices }) };
}

async function scoresOf(suite: Suite, item: EvalItem, answer: EvalAnswer): Promise<Record<string, Score>> {
  const scores: [string, Score][] = [];
  for (const scorer of suite.scorers) {
    if (scorer.appliesTo?.(item) ?? true) {
      scores.push([scorer.name, await scoreOf(scorer, item, answer)]);
    }
  }
  return Object.fromEntries(scores);
}

async function scoreOf(scorer: Scorer, item: EvalItem, answer: EvalAnswer): Promise<Score> {
  const where = { code: "scorer_failed", item: item.id, field: scorer.name } as const;
  let score: Score;
  try {
    score = await scorer.score(answer, item);
  } catch (cause) {
    if (cause instanceof EvaluationError) {
      throw cause;
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EvaluationError(`The scorer ${scorer.name} failed on the item ${item.id}: ${reason}`, {
      ...where,
      cause,
    });
  }
  const isScore =
    score.kind === "unparsed" || (score.kind === "scored" && score.value >= 0 && score.value <= 1);
  if (!isScore) {
    const message = `The scorer ${scorer.name} gave the item ${item.id} what is no score. A value has to be from 0 to 1; use scored() and unparsed().`;
    throw new EvaluationError(message, where);
  }
  return score;
}

/** Works on some at a time. The first failure, or the caller's signal, ends the others; they have ended when it rejects. */
async function inParallel<T>(
  entries: readonly T[],
  concurrency: number,
  signal: AbortSignal | undefined,
  work: (entry: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  const onAbort = () => controller.abort();
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted) {
    onAbort();
  }
  const failures: unknown[] = [];
  const queue = entries.values();
  const worker = async () => {
    for (const entry of queue) {
      if (controller.signal.aborted) {
        return;
      }
      try {
        await work(entry, controller.signal);
      } catch (error) {
        failures.push(error);
        controller.abort();
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, entries.length) }, worker));
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
  // The first is the cause; those behind it were aborted because of it.
  if (failures.length > 0) {
    throw failures[0];
  }
  if (signal?.aborted) {
    throw new APIUserAbortError();
  }
}
