import { EvaluationError } from "../errors.ts";
import { normaliseText, saysPhrase } from "../normalise-text.ts";
import { EMPTY_ANSWER, scored, unparsed } from "../scores.ts";
import type { EvalItem, Scorer } from "../suite.ts";

/** What {@link forbiddenPhrases} forbids. */
export interface ForbiddenPhrasesOptions {
  /** @default "forbidden-phrases" */
  readonly name?: string;
  /**
   * What no answer may say.
   *
   * @default []
   */
  readonly phrases?: readonly string[];
  /**
   * The field of an item's `context` that lists what its answer may not say besides, such as what a character can't know.
   *
   * @default "forbidden"
   */
  readonly contextField?: string;
}

/**
 * Judges whether an answer keeps clear of what it must not say: 1 if it says none of it, 0 otherwise. Phrases are found as
 * {@link containedFacts} finds facts. An empty answer is unparsed: silence is no merit.
 *
 * @throws EvaluationError `invalid_option` if a phrase is empty
 *
 * @example
 * ```ts
 * const claims = forbiddenPhrases({ name: "banned-claims", phrases: ["guaranteed return", "risk-free"] });
 * ```
 */
export function forbiddenPhrases(options: ForbiddenPhrasesOptions = {}): Scorer {
  const { name = "forbidden-phrases", phrases = [], contextField = "forbidden" } = options;
  if (phrases.some((phrase) => normaliseText(phrase) === "")) {
    const message = `The scorer ${name} can't be: one of its phrases is empty.`;
    throw new EvaluationError(message, { code: "invalid_option", field: "phrases" });
  }
  return {
    name,
    options: { kind: "forbidden-phrases", phrases, contextField },
    lacks(item) {
      const own = phrasesOf(item, contextField);
      if (own === undefined) {
        return `its context.${contextField} has to be a list of texts that aren't empty`;
      }
      return own.length + phrases.length === 0
        ? `nothing is forbidden: neither the scorer's phrases nor its context.${contextField} say what`
        : undefined;
    },
    score({ text }, item) {
      const answer = normaliseText(text);
      if (answer === "") {
        return unparsed(EMPTY_ANSWER);
      }
      const said = [...phrases, ...(phrasesOf(item, contextField) ?? [])].filter((phrase) =>
        saysPhrase(answer, normaliseText(phrase)),
      );
      return said.length === 0 ? scored(1) : scored(0, `Said: ${said.join("; ")}`);
    },
  };
}

/** What an item forbids; undefined if that is no list of texts. */
function phrasesOf({ context }: EvalItem, field: string): readonly string[] | undefined {
  if (typeof context !== "object" || context === null || !Object.hasOwn(context, field)) {
    return [];
  }
  const listed: unknown = Object.entries(context).find(([key]) => key === field)?.[1];
  const isPhrase = (phrase: unknown): phrase is string =>
    typeof phrase === "string" && normaliseText(phrase) !== "";
  return Array.isArray(listed) && listed.every(isPhrase) ? listed : undefined;
}
