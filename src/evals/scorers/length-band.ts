import { EvaluationError } from "../errors.ts";
import { scored, unparsed } from "../scores.ts";
import type { EvalAnswer, Scorer } from "../suite.ts";

/** How {@link lengthBand} judges. */
export interface LengthBandOptions {
  /** @default "length-band" */
  readonly name?: string;
  /**
   * What is counted: words and sentences by Unicode's rules (UAX 29), characters as people see them, or the tokens that
   * the platform's usage says.
   *
   * @default "words"
   */
  readonly unit?: "words" | "characters" | "sentences" | "tokens";
  /** @default 1 */
  readonly min?: number;
  /** @default no limit */
  readonly max?: number;
}

/**
 * Judges whether an answer is as long as it should be: 1 or 0. It is unparsed only if tokens are to be counted and the
 * platform didn't say how many there were.
 *
 * @throws EvaluationError `invalid_option` if the limits leave no length
 *
 * @example
 * ```ts
 * const brief = lengthBand({ max: 60 });
 * ```
 */
export function lengthBand(options: LengthBandOptions = {}): Scorer {
  const { name = "length-band", unit = "words", min = 1, max } = options;
  if (!(min >= 0) || (max !== undefined && !(max >= min))) {
    const message = `The scorer ${name} can't be: no length is from ${min} to ${max ?? "any"}.`;
    throw new EvaluationError(message, { code: "invalid_option", field: "max" });
  }
  return {
    name,
    options: { kind: "length-band", unit, min, max: max ?? null },
    score(answer) {
      const length = lengthOf(answer, unit);
      if (length === undefined) {
        return unparsed("The platform didn't say how many tokens the answer has.");
      }
      const isWithin = length >= min && (max === undefined || length <= max);
      return scored(Number(isWithin), `${length} ${unit}`);
    },
  };
}

const GRANULARITY = { words: "word", characters: "grapheme", sentences: "sentence" } as const;

function lengthOf(
  { text, usage }: EvalAnswer,
  unit: NonNullable<LengthBandOptions["unit"]>,
): number | undefined {
  if (unit === "tokens") {
    return usage?.completionTokens;
  }
  let count = 0;
  const trimmed = text.trim();
  for (const { isWordLike } of new Intl.Segmenter("und", { granularity: GRANULARITY[unit] }).segment(
    trimmed,
  )) {
    count += Number(unit !== "words" || isWordLike === true);
  }
  return count;
}
