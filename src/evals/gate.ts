import type { Interval } from "./bootstrap.ts";
import {
  type Comparison,
  type Difference,
  FEWEST_GROUPS,
  type PairedDifference,
  ROUNDING,
} from "./compare.ts";
import { EvaluationError } from "./errors.ts";

/** Something that a custom model mustn't lose while it gains by the primary scorer. */
export interface Guard {
  /** The name of a scorer. */
  readonly scorer: string;
  /** Only the items with this value of a slice, such as `{ name: "language", value: "de" }`. */
  readonly slice?: { readonly name: string; readonly value: string };
  /**
   * How much worse than the base it may be: no part of the difference's interval may lie below −margin. 0–1; with 0, a model
   * that answers as well as its base in every item passes, and one that may be worse doesn't.
   */
  readonly margin: number;
}

/** What a custom model has to reach. */
export interface GateOptions {
  /**
   * By how much the custom model has to be better, by the primary scorer: the whole interval of the difference has to lie
   * above it.
   *
   * @default 0
   */
  readonly minimum?: number;
  /**
   * Which of the {@link PairedDifference}'s differences decides: that over answers which could be judged on both sides,
   * `strict`, or `pessimistic`. With `parsed`, at least half of the answers have to be judged on both sides. Where a base
   * can't give the form of answer that is asked for, nearly all of its answers are unparsed, and `strict` says so.
   *
   * @default "parsed"
   */
  readonly basis?: "parsed" | "strict" | "pessimistic";
  /**
   * The largest share of the custom model's answers that the primary scorer may find unparsed, 0–1; the scorer of a guard
   * too, unless it finds no fewer of the base's.
   *
   * @default 0.1
   */
  readonly maxUnparsed?: number;
  /**
   * How many items may have got no answer, of either model.
   *
   * @default 0
   */
  readonly maxFailed?: number;
  /** @default [] */
  readonly guards?: readonly Guard[];
}

/** Whether a custom model may take its base's place, and why: all of it is JSON, to be kept with what it decided. */
export interface GateVerdict {
  readonly passed: boolean;
  /** What stood against it; empty if it passed. */
  readonly reasons: readonly string[];
  readonly suite: { readonly name: string; readonly hash: string };
  /** The models' ids. */
  readonly base: string;
  readonly custom: string;
  /** The primary scorer. */
  readonly scorer: string;
  readonly basis: "parsed" | "strict" | "pessimistic";
  readonly minimum: number;
  readonly n: number;
  readonly difference: number | null;
  readonly interval: Interval | null;
  /** Shares of the answers, 0–1. */
  readonly unparsed: { readonly base: number; readonly custom: number };
}

/** With `parsed`, this share of the answers has to be judged on both sides: the few that are may be the easy ones. */
const LEAST_JUDGED = 0.5;

/**
 * Decides whether a custom model is better than its base, and has lost nothing that is guarded. It passes only on evidence:
 * where there is too little of it, it doesn't.
 *
 * @throws EvaluationError `invalid_option` if a limit can't be, or a guard names a scorer or slice that isn't there
 *
 * @example
 * ```ts
 * const verdict = gate(comparison, { minimum: 0.05, guards: [{ scorer: "length-band", margin: 0.02 }] });
 * if (!verdict.passed) console.log(verdict.reasons.join("\n"));
 * ```
 */
export function gate(comparison: Comparison, options: GateOptions = {}): GateVerdict {
  const { minimum = 0, basis = "parsed", maxUnparsed = 0.1, maxFailed = 0, guards = [] } = options;
  checkRange("minimum", minimum, -1, 1);
  checkRange("maxUnparsed", maxUnparsed, 0, 1);
  checkRange("maxFailed", maxFailed, 0, Number.MAX_SAFE_INTEGER);
  const primary = scoresOf(comparison, comparison.primary);
  const deciding = basis === "parsed" ? primary : primary[basis];
  const reasons = [
    ...missingAnswers(comparison, maxFailed),
    ...unjudgedAnswers(primary, basis, maxUnparsed),
    ...unlessAbove(deciding, minimum, `${comparison.primary}: the difference`),
    ...guards.flatMap((guard) => broken(guard, comparison, maxUnparsed)),
  ];
  return {
    passed: reasons.length === 0,
    reasons,
    suite: comparison.suite,
    base: comparison.base.model,
    custom: comparison.custom.model,
    scorer: comparison.primary,
    basis,
    minimum,
    n: deciding.n,
    difference: deciding.difference,
    interval: deciding.interval,
    unparsed: { base: primary.unparsed.base.share, custom: primary.unparsed.custom.share },
  };
}

function missingAnswers({ missing, failed }: Comparison, maxFailed: number): string[] {
  const lacking = missing.base.length + missing.custom.length;
  const without = failed.base.length + failed.custom.length;
  return [
    ...(lacking > 0
      ? [`${lacking} items are in one result alone. Evaluate both models on the whole suite.`]
      : []),
    ...(without > maxFailed
      ? [
          `${without} items got no answer, and ${maxFailed} may. Evaluate again: what was answered is in the store.`,
        ]
      : []),
  ];
}

function unjudgedAnswers(primary: PairedDifference, basis: string, maxUnparsed: number): string[] {
  const { base, custom } = primary.unparsed;
  const reasons: string[] = [];
  if (custom.share > maxUnparsed) {
    reasons.push(
      `${percent(custom.share)} of the custom model's answers are unparsed; ${percent(maxUnparsed)} may be.`,
    );
  }
  const possible = primary.pessimistic.n;
  if (basis === "parsed" && primary.n < LEAST_JUDGED * possible) {
    reasons.push(
      `Only ${primary.n} of ${possible} items could be judged on both sides (unparsed: base ${base.count}, custom ${custom.count}). If an unparsed answer is of no use to you, say basis: "strict".`,
    );
  }
  return reasons;
}

function unlessAbove(
  { interval, groups, difference }: Difference,
  limit: number,
  what: string,
  slack = ROUNDING,
): string[] {
  if (interval === null || difference === null || groups < FEWEST_GROUPS) {
    return [
      `${what} is made of ${groups} groups, and an interval needs ${FEWEST_GROUPS}. Add items of other groups.`,
    ];
  }
  return interval[0] > limit + slack
    ? []
    : [
        `${what} is ${signed(difference)} [${signed(interval[0])}, ${signed(interval[1])}], which isn't surely above ${signed(limit)}.`,
      ];
}

function broken(guard: Guard, comparison: Comparison, maxUnparsed: number): string[] {
  const { scorer, slice, margin } = guard;
  checkRange("guards.margin", margin, 0, 1);
  const name = slice ? `${scorer} (${slice.name}: ${slice.value})` : scorer;
  const scores = scoresOf(comparison, scorer, slice);
  const { base, custom } = scores.unparsed;
  // What a guard can't judge is no proof that nothing was lost.
  const unjudged =
    custom.share > maxUnparsed && custom.share > base.share
      ? [
          `Guard ${name}: ${percent(custom.share)} of the custom model's answers are unparsed, and ${percent(base.share)} of the base's; ${percent(maxUnparsed)} may be.`,
        ]
      : [];
  // Just so much worse is still allowed.
  return [...unjudged, ...unlessAbove(scores, -margin, `Guard ${name}: the difference`, -ROUNDING)];
}

function scoresOf(comparison: Comparison, scorer: string, slice?: Guard["slice"]): PairedDifference {
  const part = slice ? comparison.slices[slice.name]?.[slice.value] : comparison;
  const scores = part?.scores[scorer];
  if (!scores) {
    const where = part ? "" : ` of the slice ${slice?.name}: ${slice?.value}`;
    const message = `The comparison has no scores${where} by ${scorer}. Its scorers are ${Object.keys(comparison.scores).join(", ")}.`;
    throw new EvaluationError(message, { code: "invalid_option", field: scorer });
  }
  return scores;
}

function checkRange(field: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) {
    const message = `${field} is ${value}; it has to be from ${least} to ${most}.`;
    throw new EvaluationError(message, { code: "invalid_option", field });
  }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}
