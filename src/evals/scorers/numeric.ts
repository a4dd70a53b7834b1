import { EvaluationError } from "../errors.ts";
import { findNumbers, type NumberFormat, type NumberMention } from "../numbers.ts";
import { scored, unparsed } from "../scores.ts";
import type { Score, Scorer } from "../suite.ts";

/** By which share two numbers may differ and still be one, unless a tolerance says otherwise. */
const SAME = 1e-9;

/** How {@link numeric} judges. */
export interface NumericOptions extends Omit<NumberFormat, "units"> {
  /** @default "numeric" */
  readonly name?: string;
  /**
   * How far off an answer may be: the larger of both counts. `relative` is a share of the reference, 0.01 for 1 %.
   *
   * @default { absolute: 0, relative: 1e-9 }
   */
  readonly tolerance?: { readonly absolute?: number; readonly relative?: number };
  /**
   * Which number is the answer's, of those that have a fitting unit:
   * - `last`, as is usual for worked solutions (Cobbe et al. 2021, arXiv:2110.14168);
   * - `first`;
   * - `any`: right if one of them is, which an answer that lists many numbers profits from;
   * - `only`: unparsed if it says several that differ by more than a billionth.
   *
   * @default "last"
   */
  readonly which?: "last" | "first" | "any" | "only";
  /**
   * The units that a number may have, in lower case, and what one of it is worth in the smallest:
   * `{ day: 1, days: 1, week: 7, weeks: 7 }`. Numbers with other units, or none, are then not the answer's.
   *
   * @default numbers of any unit, and the units aren't compared
   */
  readonly units?: Readonly<Record<string, number>>;
  /**
   * Whether 12.5 and 12.5 % are the same. Otherwise 12.5 % is 0.125.
   *
   * @default false
   */
  readonly percentAsNumber?: boolean;
}

/**
 * Judges whether the number that an answer says is the one that the item's reference says, or one of them: 1 or 0. Numbers
 * are read as {@link findNumbers} does, from references too: `$4.2 million`, `4,200,000` and `4.2e6` are the same.
 * Currencies aren't compared. An answer that says no number is unparsed.
 *
 * @throws EvaluationError `invalid_option` if a tolerance is negative or no number, or a unit's worth isn't above 0
 *
 * @example
 * ```ts
 * const deadline = numeric({ units: { day: 1, days: 1, week: 7, weeks: 7 } });
 * const margin = numeric({ name: "margin", tolerance: { absolute: 0.05 }, percentAsNumber: true });
 * ```
 */
export function numeric(options: NumericOptions = {}): Scorer {
  const { name = "numeric", which = "last", percentAsNumber = false, units } = options;
  const { absolute = 0, relative = SAME } = options.tolerance ?? {};
  if (!(absolute >= 0 && relative >= 0) || !Number.isFinite(absolute + relative)) {
    throw invalidOption(name, "tolerance", "its tolerances have to be numbers from 0 on");
  }
  const worth = units && new Map(Object.entries(units).map(([unit, one]) => [unit.toLowerCase(), one]));
  if (worth && ![...worth.values()].every((one) => one > 0 && Number.isFinite(one))) {
    throw invalidOption(name, "units", "what a unit is worth has to be above 0");
  }
  const { decimal = "auto", negativeParentheses = true, fractions = false } = options;
  const format = { decimal, negativeParentheses, fractions, units: [...(worth?.keys() ?? [])] };

  const valuesOf = (text: string): number[] =>
    findNumbers(text, format).flatMap((mention) => {
      const factor = worth ? worth.get(mention.unit ?? "") : 1;
      return factor === undefined ? [] : [plainValue(mention, percentAsNumber) * factor];
    });
  const fits = (value: number, reference: number) =>
    Math.abs(value - reference) <= Math.max(absolute, relative * Math.abs(reference));

  return {
    name,
    options: {
      kind: "numeric",
      tolerance: { absolute, relative },
      which,
      units: units ?? null,
      percentAsNumber,
      decimal,
      negativeParentheses,
      fractions,
    },
    lacks({ references }) {
      if (references.length === 0) {
        return "it has no reference, which has to say a number";
      }
      const wrong = references.find((reference) => valuesOf(reference).length !== 1);
      const fitting = worth ? ` in one of the units ${[...worth.keys()].join(", ")}` : "";
      return wrong === undefined ? undefined : `a reference has to say exactly one number${fitting}`;
    },
    score({ text }, { references }) {
      const expected = references.flatMap(valuesOf);
      return judge(valuesOf(text), which, (value) => expected.some((reference) => fits(value, reference)));
    },
  };
}

function plainValue({ value, percent }: NumberMention, percentAsNumber: boolean): number {
  return percent && !percentAsNumber ? value / 100 : value;
}

function judge(values: readonly number[], which: string, isRight: (value: number) => boolean): Score {
  const [first] = values;
  const last = values.at(-1);
  if (first === undefined || last === undefined) {
    return unparsed("The answer says no number.");
  }
  if (which === "any") {
    return values.some(isRight) ? scored(1) : scored(0, `Said: ${values.join(", ")}`);
  }
  if (which === "only" && values.some((value) => !isSame(value, first))) {
    return unparsed(`The answer says several numbers: ${[...new Set(values)].join(", ")}.`);
  }
  const said = which === "last" ? last : first;
  return isRight(said) ? scored(1) : scored(0, `Said: ${said}`);
}

/** A number may have been said twice, as 12.5 % and as 0.125, and come out a hair different. */
function isSame(value: number, other: number): boolean {
  return Math.abs(value - other) <= SAME * Math.max(Math.abs(value), Math.abs(other));
}

function invalidOption(scorer: string, field: string, message: string): EvaluationError {
  return new EvaluationError(`The scorer ${scorer} can't be: ${message}.`, { code: "invalid_option", field });
}
