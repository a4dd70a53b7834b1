import {
  type BootstrapOptions,
  bootstrapInterval,
  checkResamples,
  type Interval,
  type Observation,
} from "./bootstrap.ts";
import { EvaluationError } from "./errors.ts";
import type { ItemResult, ModelResult } from "./result.ts";
import { clusterOf, mapSlices, mean } from "./summarise.ts";

/**
 * With fewer groups, no interval of 95 % excludes 0: even if the custom model were better in all of five, chance alone would
 * do that, one way or the other, in 2 of 32 cases (the sign test).
 */
export const FEWEST_GROUPS = 6;

/** What sums of scores may be off by: less than this is no difference. */
export const ROUNDING = 1e-9;

/** By how much the custom model is better than the base. */
export interface Difference {
  /** How many pairs of answers it is made of. */
  readonly n: number;
  readonly groups: number;
  /** The mean of custom minus base, −1 to 1; `null` if there is no pair. */
  readonly difference: number | null;
  /** In which it lies with 95 %: a bootstrap over groups. `null` if there are fewer than two groups. */
  readonly interval: Interval | null;
  /** Whether the interval lies on one side of 0; never with fewer than six groups. */
  readonly excludesZero: boolean;
}

/** How two models differ by one scorer. The difference itself is over pairs in which both answers could be judged. */
export interface PairedDifference extends Difference {
  /** The means over those pairs; `null` if there are none. */
  readonly base: number | null;
  readonly custom: number | null;
  /** Pairs in which the custom model is better, worse, or neither. */
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  /** How many answers couldn't be judged, and their share of the answers, 0–1. */
  readonly unparsed: { readonly base: UnparsedCount; readonly custom: UnparsedCount };
  /** The same if an answer that can't be judged is of no use, 0 on either side. For those whose answers a program reads. */
  readonly strict: Difference;
  /** The least that is possible: what is unparsed or failed is counted as right for the base, as wrong for the custom model. */
  readonly pessimistic: Difference;
}

/** Answers that couldn't be judged. */
export interface UnparsedCount {
  readonly count: number;
  readonly share: number;
}

/** How two models differ on some of a suite's items. */
export interface ComparisonPart {
  /** Items that both results have. */
  readonly n: number;
  /** By the scorers' names. */
  readonly scores: Readonly<Record<string, PairedDifference>>;
}

/** What a comparison repeats of a model's result. */
export type ComparedModel = Pick<
  ModelResult,
  "model" | "n" | "failed" | "latency" | "timeToFirstToken" | "tokens" | "cost"
>;

/** How a custom model differs from its base on a suite: all of it is JSON. */
export interface Comparison extends ComparisonPart {
  readonly suite: { readonly name: string; readonly hash: string };
  /** The scorer that decides. */
  readonly primary: string;
  readonly base: ComparedModel;
  readonly custom: ComparedModel;
  /** Ids of items that only the other result has. */
  readonly missing: { readonly base: readonly string[]; readonly custom: readonly string[] };
  /** Ids of items that got no answer. */
  readonly failed: { readonly base: readonly string[]; readonly custom: readonly string[] };
  /** By the name of the slice, then by its value. */
  readonly slices: Readonly<Record<string, Readonly<Record<string, ComparisonPart>>>>;
}

/**
 * Compares what two models answered, item by item: joined by the items' ids, so that an item which one of them lacks moves
 * nothing. The interval is that of the paired difference, by a bootstrap over groups, as of {@link evaluate}.
 *
 * An answer that can't be judged has no difference to another. So there are three differences: over pairs that could be
 * judged on both sides; `strict`, where it is of no use; and `pessimistic`, the least that is possible. If the first says
 * something that the last doesn't, look at the unparsed answers.
 *
 * @throws EvaluationError `different_suites` if the results aren't of one suite; `invalid_result` if a score in them is none;
 *   `invalid_option`
 *
 * @example
 * ```ts
 * const comparison = compare(await evaluate(client, { suite, model: base }), await evaluate(client, { suite, model: custom }));
 * console.log(comparison.scores[suite.primary]?.difference, comparison.scores[suite.primary]?.interval);
 * ```
 */
export function compare(base: ModelResult, custom: ModelResult, options: BootstrapOptions = {}): Comparison {
  checkResamples(options.resamples);
  if (base.suite.hash !== custom.suite.hash) {
    const [one, other] = [base, custom].map(({ suite }) => `${suite.name} (${suite.hash.slice(0, 12)})`);
    throw new EvaluationError(
      `Only results of one suite can be compared, and these are of ${one} and of ${other}. Evaluate both models with the same suite.`,
      { code: "different_suites" },
    );
  }
  const other = new Map(Object.entries(custom.items));
  const pairs = Object.entries(base.items).flatMap(([id, one]): Pair[] => {
    const match = other.get(id);
    return match ? [{ id, base: one, custom: match }] : [];
  });
  // Slices and groups are the suite's, and so the same on both sides.
  const byId = new Map(pairs.map((pair) => [pair.id, pair]));
  const scorers = Object.keys(base.scores);
  const part = (some: readonly (readonly [string, ItemResult])[]): ComparisonPart => {
    const chosen = some.flatMap(([id]) => byId.get(id) ?? []);
    const scores = scorers.map((name) => [name, pairedDifference(chosen, name, options)] as const);
    return { n: chosen.length, scores: Object.fromEntries(scores) };
  };
  const entries = pairs.map((pair) => [pair.id, pair.base] as const);
  const failed = (result: ModelResult) =>
    Object.entries(result.items).flatMap(([id, { status }]) => (status === "failed" ? [id] : []));
  return {
    suite: base.suite,
    primary: base.primary,
    base: comparedModel(base),
    custom: comparedModel(custom),
    ...part(entries),
    missing: { base: lacking(base, custom), custom: lacking(custom, base) },
    failed: { base: failed(base), custom: failed(custom) },
    slices: mapSlices(entries, part),
  };
}

interface Pair {
  readonly id: string;
  readonly base: ItemResult;
  readonly custom: ItemResult;
}

function lacking(one: ModelResult, other: ModelResult): string[] {
  return Object.keys(other.items).filter((id) => !Object.hasOwn(one.items, id));
}

function comparedModel(result: ModelResult): ComparedModel {
  const { model, n, failed, latency, timeToFirstToken, tokens, cost } = result;
  return { model, n, failed, latency, timeToFirstToken, tokens, cost };
}

/** A score, or that there is none: because it couldn't be made, nothing was answered, or the scorer isn't for this item. */
type Told = number | "unparsed" | "failed" | "not-asked";

function told(result: ItemResult, scorer: string, id: string): Told {
  if (result.status === "failed") {
    return "failed";
  }
  const score = Object.hasOwn(result.scores, scorer) ? result.scores[scorer] : undefined;
  if (score?.kind !== "scored") {
    return score ? "unparsed" : "not-asked";
  }
  if (!(score.value >= 0 && score.value <= 1)) {
    const message = `The score of ${scorer} for the item ${id} is ${score.value}, and scores are from 0 to 1. Evaluate the model again.`;
    throw new EvaluationError(message, { code: "invalid_result", item: id, field: scorer });
  }
  return score.value;
}

function pairedDifference(
  pairs: readonly Pair[],
  scorer: string,
  options: BootstrapOptions,
): PairedDifference {
  const all = pairs
    .map(({ id, base, custom }) => ({
      group: clusterOf([id, base]),
      base: told(base, scorer, id),
      custom: told(custom, scorer, id),
    }))
    // Where both failed, nobody can tell whether the scorer was for the item; they are among the comparison's `failed`.
    .filter(
      ({ base, custom }) =>
        base !== "not-asked" && custom !== "not-asked" && !(base === "failed" && custom === "failed"),
    );
  const judged = all.flatMap(({ group, base, custom }) =>
    typeof base === "number" && typeof custom === "number" ? [{ group, base, custom }] : [],
  );
  const differences = judged.map(({ group, base, custom }) => ({ group, value: custom - base }));
  const answered = all.filter(({ base, custom }) => base !== "failed" && custom !== "failed");
  const counted = (from: typeof all, base: number, custom: number) =>
    from.map((pair) => ({
      group: pair.group,
      value:
        (typeof pair.custom === "number" ? pair.custom : custom) -
        (typeof pair.base === "number" ? pair.base : base),
    }));
  const count = (side: "base" | "custom"): UnparsedCount => {
    const answers = all.filter((pair) => pair[side] !== "failed").length;
    const unparsed = all.filter((pair) => pair[side] === "unparsed").length;
    return { count: unparsed, share: answers === 0 ? 0 : unparsed / answers };
  };
  return {
    ...estimate(differences, options),
    base: mean(judged.map(({ base }) => base)),
    custom: mean(judged.map(({ custom }) => custom)),
    wins: differences.filter(({ value }) => value > ROUNDING).length,
    losses: differences.filter(({ value }) => value < -ROUNDING).length,
    ties: differences.filter(({ value }) => Math.abs(value) <= ROUNDING).length,
    unparsed: { base: count("base"), custom: count("custom") },
    strict: estimate(counted(answered, 0, 0), options),
    pessimistic: estimate(counted(all, 1, 0), options),
  };
}

function estimate(differences: readonly Observation[], options: BootstrapOptions): Difference {
  const groups = new Set(differences.map(({ group }) => group)).size;
  const interval = bootstrapInterval(differences, options);
  return {
    n: differences.length,
    groups,
    difference: mean(differences.map(({ value }) => value)),
    interval,
    excludesZero:
      interval !== null && groups >= FEWEST_GROUPS && (interval[0] > ROUNDING || interval[1] < -ROUNDING),
  };
}
