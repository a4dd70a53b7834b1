import { EvaluationError } from "../errors.ts";
import { indexOfPhrase, normaliseText } from "../normalise-text.ts";
import { scored, unparsed } from "../scores.ts";
import type { Scorer } from "../suite.ts";

/** How {@link label} judges. */
export interface LabelOptions {
  /** @default "label" */
  readonly name?: string;
  /** All labels; or each label with the wordings that stand for it, itself among them only if it is named. */
  readonly labels: readonly string[] | Readonly<Record<string, readonly string[]>>;
  /**
   * What stands before the label, such as `Decision:`. Then only the rest of its line counts, and of several the last.
   *
   * @default the whole answer counts
   */
  readonly marker?: string;
}

/**
 * Judges whether an answer says the one label, out of a closed set, that is the item's reference: 1 or 0.
 *
 * It is unparsed if it says none of them, several, or one that it denies ("not covered", where only `covered` is a label).
 * Of labels that lie one in another (`covered`, `not covered`), the longest is what is said.
 *
 * @throws EvaluationError `invalid_option` if there are fewer than two labels, or two share a wording
 *
 * @example
 * ```ts
 * const decision = label({
 *   name: "decision",
 *   labels: { approve: ["approve", "approved"], deny: ["deny", "denied"] },
 *   marker: "Decision:",
 * });
 * ```
 */
export function label(options: LabelOptions): Scorer {
  const { name = "label", labels, marker } = options;
  const byLabel: readonly (readonly [string, readonly string[]])[] = isList(labels)
    ? labels.map((one) => [one, [one]])
    : Object.entries(labels);
  const wordings = readWordings(name, byLabel);
  const known = new Set(byLabel.map(([one]) => one));
  return {
    name,
    options: { kind: "label", labels: byLabel, marker: marker ?? null },
    lacks({ references }) {
      if (references.length === 0) {
        return "it has no reference, which has to be a label";
      }
      const wrong = references.find((reference) => !known.has(reference));
      return wrong === undefined
        ? undefined
        : `its reference ${wrong} is none of the labels ${[...known].join(", ")}`;
    },
    score({ text }, { references }) {
      const part = marker === undefined ? normaliseText(text) : behindMarker(text, marker);
      if (part === undefined) {
        return unparsed(`The answer doesn't say ${marker}`);
      }
      const said = saidLabels(part, wordings);
      const [one] = said;
      if (one === undefined) {
        return unparsed("The answer says none of the labels.");
      }
      if (said.size > 1) {
        return unparsed(`The answer says several labels: ${[...said].join(", ")}.`);
      }
      if (one === DENIED) {
        return unparsed("The answer denies a label, and says no other.");
      }
      return scored(references.includes(one) ? 1 : 0, `Said: ${one}`);
    },
  };
}

interface Wording {
  readonly label: string;
  readonly words: string;
}

function isList(labels: LabelOptions["labels"]): labels is readonly string[] {
  return Array.isArray(labels);
}

function readWordings(name: string, byLabel: readonly (readonly [string, readonly string[]])[]): Wording[] {
  const invalid = (message: string) =>
    new EvaluationError(`The scorer ${name} can't be: ${message}.`, {
      code: "invalid_option",
      field: "labels",
    });
  if (byLabel.length < 2) {
    throw invalid("it needs two labels at least");
  }
  const wordings = byLabel.flatMap(([one, all]) =>
    all.map((words) => ({ label: one, words: normaliseText(words) })),
  );
  const first = new Map<string, string>();
  for (const { label: one, words } of wordings) {
    if (words === "") {
      throw invalid(`the label ${one} has an empty wording`);
    }
    const other = first.get(words);
    if (other !== undefined) {
      throw invalid(`${words} stands for the labels ${other} and ${one}`);
    }
    first.set(words, one);
  }
  // The longest first, so that what lies in it isn't found again.
  return wordings.sort((one, other) => other.words.length - one.words.length);
}

function behindMarker(text: string, marker: string): string | undefined {
  // By lines, which normalising makes spaces of.
  const lines = text.split(/\r?\n/).map((line) => normaliseText(line));
  const mark = normaliseText(marker);
  const line = lines.findLast((one) => one.includes(mark));
  return line?.slice(line.lastIndexOf(mark) + mark.length);
}

/** Stands for a label that was named to say that it isn't it. */
const DENIED = "\u0000denied";
const DENIAL =
  /(?:^|[^\p{L}\p{N}])(?:not|no|never|neither|nor|cannot|\p{L}+n't|nicht|kein\p{L}*|nie|ne|pas|jamais|non|sin|nunca|n\u00e3o|niet|geen)(?: (?:be|been|a|an|the|to|yet|fully))?[ "'*_]*$/u;

function saidLabels(text: string, wordings: readonly Wording[]): ReadonlySet<string> {
  const said = new Set<string>();
  let left = text;
  for (const { label: one, words } of wordings) {
    for (let at = indexOfPhrase(left, words); at !== -1; at = indexOfPhrase(left, words, at)) {
      said.add(DENIAL.test(left.slice(Math.max(0, at - 40), at)) ? DENIED : one);
      // In its place stands what is no part of a word, of the same length.
      left = left.slice(0, at) + "\u0000".repeat(words.length) + left.slice(at + words.length);
    }
  }
  // "Not approved: denied." says one label, and which it isn't.
  if (said.size > 1) {
    said.delete(DENIED);
  }
  return said;
}
