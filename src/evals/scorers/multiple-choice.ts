import { EvaluationError } from "../errors.ts";
import { scored, unparsed } from "../scores.ts";
import type { Scorer } from "../suite.ts";

/** How {@link multipleChoice} judges. */
export interface MultipleChoiceOptions {
  /** @default "multiple-choice" */
  readonly name?: string;
  /**
   * How many choices there are at most, 2–26: with 4, the letters are A to D.
   *
   * @default 10
   */
  readonly choices?: number;
  /**
   * How hard a letter is looked for, see {@link extractChoice}.
   *
   * @default 3
   */
  readonly levels?: 1 | 2 | 3;
}

/**
 * Judges whether an answer chooses the letter that is the item's reference: 1 or 0. Where no letter is found it is
 * unparsed; nothing is guessed, as MMLU-Pro does.
 *
 * @throws EvaluationError `invalid_option` if there can't be so many choices
 *
 * @example
 * ```ts
 * const scorer = multipleChoice({ choices: 4, levels: 2 });
 * ```
 */
export function multipleChoice(options: MultipleChoiceOptions = {}): Scorer {
  const { name = "multiple-choice", choices = 10, levels = 3 } = options;
  if (!Number.isInteger(choices) || choices < 2 || choices > 26) {
    const message = `The scorer ${name} can't have ${choices} choices: it takes from 2 to 26.`;
    throw new EvaluationError(message, { code: "invalid_option", field: "choices" });
  }
  const last = letterOf(choices);
  return {
    name,
    options: { kind: "multiple-choice", choices, levels },
    lacks({ references }) {
      const isLetter = (reference: string) => reference.length === 1 && reference >= "A" && reference <= last;
      return references.length > 0 && references.every(isLetter)
        ? undefined
        : `its references have to be letters from A to ${last}`;
    },
    score({ text }, { references }) {
      const found = extractChoice(text, { choices, levels });
      if (!found) {
        return unparsed("The answer chooses no letter.");
      }
      return scored(
        references.includes(found.letter) ? 1 : 0,
        `Chosen: ${found.letter}, by level ${found.level}`,
      );
    },
  };
}

/**
 * The letter that an answer chooses, looked for on three levels as MMLU-Pro does (Wang et al. 2024, arXiv:2406.01574):
 *
 * 1. the first `answer is (X)`;
 * 2. `Answer: X`;
 * 3. the last capital letter that is a word by itself. It takes the I of "I can't say" and the A of "A claim" for a
 *    choice, as the benchmark does; `levels: 2` doesn't go so far.
 *
 * Words have Unicode's borders here, as in the benchmark's own program; `\b` of JavaScript has others.
 */
export function extractChoice(
  text: string,
  options: { readonly choices?: number; readonly levels?: 1 | 2 | 3 } = {},
): { readonly letter: string; readonly level: 1 | 2 | 3 } | undefined {
  const { choices = 10, levels = 3 } = options;
  const letter = `[A-${letterOf(choices)}]`;
  const patterns = [
    [1, new RegExp(`answer is \\(?(${letter})\\)?`, "u")],
    [2, new RegExp(`^.*[aA]nswer:\\s*(${letter})`, "mu")],
    [3, new RegExp(`^.*(?<![\\p{L}\\p{N}_])(${letter})(?![\\p{L}\\p{N}_])`, "su")],
  ] as const;
  for (const [level, pattern] of patterns) {
    const found = level <= levels ? pattern.exec(text)?.[1] : undefined;
    if (found !== undefined) {
      return { letter: found, level };
    }
  }
  return undefined;
}

function letterOf(choices: number): string {
  return String.fromCharCode("A".charCodeAt(0) + choices - 1);
}
