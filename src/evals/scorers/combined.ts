import { EvaluationError } from "../errors.ts";
import { scored, unparsed } from "../scores.ts";
import type { EvalItem, Scorer } from "../suite.ts";

/**
 * One score of several: their mean, weighted. If one of them can't judge an answer the whole is unparsed, because a missing
 * part has no value. A part that doesn't apply to an item is left out there, with its weight.
 *
 * @throws EvaluationError `invalid_option` if there is no part, or a weight isn't above 0
 *
 * @example
 * ```ts
 * const quality = weighted("quality", [
 *   { scorer: containedFacts(), weight: 3 },
 *   { scorer: lengthBand({ max: 60 }), weight: 1 },
 * ]);
 * ```
 */
export function weighted(
  name: string,
  parts: readonly { readonly scorer: Scorer; readonly weight: number }[],
): Scorer {
  if (parts.length === 0 || !parts.every(({ weight }) => weight > 0 && Number.isFinite(weight))) {
    const message = `The scorer ${name} can't be: it needs parts, each with a weight above 0.`;
    throw new EvaluationError(message, { code: "invalid_option", field: "parts" });
  }
  const applying = (item: EvalItem) => parts.filter(({ scorer }) => scorer.appliesTo?.(item) ?? true);
  return {
    name,
    options: {
      kind: "weighted",
      parts: parts.map(({ scorer, weight }) => ({ name: scorer.name, options: scorer.options, weight })),
    },
    lacks: (item) => firstOf(applying(item), ({ scorer }) => scorer.lacks?.(item)),
    appliesTo: (item) => applying(item).length > 0,
    async score(answer, item) {
      let sum = 0;
      let weights = 0;
      const details: string[] = [];
      for (const { scorer, weight } of applying(item)) {
        const score = await scorer.score(answer, item);
        if (score.kind === "unparsed") {
          return unparsed(`${scorer.name}: ${score.reason}`);
        }
        sum += weight * score.value;
        weights += weight;
        details.push(`${scorer.name} ${score.value}`);
      }
      return scored(Math.min(1, sum / weights), details.join(", "));
    },
  };
}

/**
 * A scorer for the items of one kind alone, named by a slice; other items aren't among its `n`.
 *
 * @throws EvaluationError `invalid_option` if no slice is named
 *
 * @example
 * ```ts
 * const payouts = onlyFor({ task: "payout" }, numeric({ tolerance: { relative: 0.01 } }));
 * ```
 */
export function onlyFor(slices: Readonly<Record<string, string>>, scorer: Scorer): Scorer {
  const wanted = Object.entries(slices);
  if (wanted.length === 0) {
    const message = `onlyFor needs a slice to choose the items of the scorer ${scorer.name} by, such as { task: "payout" }.`;
    throw new EvaluationError(message, { code: "invalid_option", field: "slices" });
  }
  return {
    name: scorer.name,
    options: { kind: "only-for", slices, scorer: scorer.options },
    appliesTo: (item) =>
      wanted.every(([slice, value]) => item.slices?.[slice] === value) && (scorer.appliesTo?.(item) ?? true),
    lacks: (item) => scorer.lacks?.(item),
    score: (answer, item) => scorer.score(answer, item),
  };
}

/**
 * One scorer for items of several kinds: each is judged by the scorer that its slice names. So a suite that asks for
 * decisions and for amounts has one score that says how often either is right.
 *
 * @throws EvaluationError `invalid_option` if there is no scorer
 *
 * @example
 * ```ts
 * const correct = bySlice("correct", "task", {
 *   decision: label({ labels: ["approve", "deny"] }),
 *   payout: numeric({ tolerance: { relative: 0.01 } }),
 * });
 * ```
 */
export function bySlice(name: string, slice: string, scorers: Readonly<Record<string, Scorer>>): Scorer {
  const byValue = new Map(Object.entries(scorers));
  if (byValue.size === 0) {
    const message = `The scorer ${name} can't be: it has no scorer for any value of the slice ${slice}.`;
    throw new EvaluationError(message, { code: "invalid_option", field: "scorers" });
  }
  const chosen = (item: EvalItem) => byValue.get(item.slices?.[slice] ?? "");
  return {
    name,
    options: {
      kind: "by-slice",
      slice,
      scorers: Object.fromEntries(
        [...byValue].map(([value, scorer]) => [value, { name: scorer.name, options: scorer.options }]),
      ),
    },
    lacks(item) {
      const scorer = chosen(item);
      return scorer
        ? scorer.lacks?.(item)
        : `its slice ${slice} has to be one of ${[...byValue.keys()].join(", ")}`;
    },
    appliesTo: (item) => chosen(item)?.appliesTo?.(item) ?? true,
    score(answer, item) {
      const scorer = chosen(item);
      return scorer ? scorer.score(answer, item) : unparsed(`No scorer is for the item's slice ${slice}.`);
    },
  };
}

function firstOf<T, R>(entries: readonly T[], find: (entry: T) => R | undefined): R | undefined {
  for (const entry of entries) {
    const found = find(entry);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}
