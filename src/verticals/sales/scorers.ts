import * as z from "zod";
import { indexOfPhrase, normaliseText } from "../../evals/normalise-text.ts";
import { findNumbers } from "../../evals/numbers.ts";
import { EMPTY_ANSWER, scored, unparsed } from "../../evals/scores.ts";
import type { EvalItem, Scorer } from "../../evals/suite.ts";

/** What these scorers know about an item, in its `context`: the fields that a right answer has, as `Label: value`. */
const callContextSchema = z.object({
  fields: z.record(z.string(), z.string()),
  /** What the products cost. */
  prices: z.record(z.string(), z.number()),
});

/** What the scorers of calls know about an item, in its `context`. */
export interface CallContext extends z.output<typeof callContextSchema> {}

/**
 * Judges the fields of an answer, such as `Stage: won.`: the share of them that is right. A field's value is what stands behind
 * its label up to the next full stop, semicolon or line, without what is quoted there as evidence; case makes no difference. A
 * field that is missing is wrong, and so is one that is said twice with different values. An empty answer is unparsed.
 */
export function exactFields(options: { /** @default "exact-fields" */ readonly name?: string } = {}): Scorer {
  const { name = "exact-fields" } = options;
  return {
    name,
    options: { kind: "exact-fields" },
    lacks,
    score({ text }, item) {
      if (text.trim() === "") return unparsed(EMPTY_ANSWER);
      const { fields } = callContextSchema.parse(item.context);
      const expected = Object.entries(fields);
      const wrong = expected.filter(([label, value]) => {
        const said = new Set(fieldValues(text, label));
        return !(said.size === 1 && said.has(normaliseText(value)));
      });
      const detail = wrong.length === 0 ? undefined : `Wrong: ${wrong.map(([label]) => label).join(", ")}`;
      return scored((expected.length - wrong.length) / expected.length, detail);
    },
  };
}

/**
 * Judges whether all sums of money in an answer are prices of the products that it names, 1 or 0. Only items that have a
 * `Price` field are judged; an answer that names no sum is unparsed.
 */
export function listedPrices(
  options: { /** @default "listed-prices" */ readonly name?: string } = {},
): Scorer {
  const { name = "listed-prices" } = options;
  return {
    name,
    options: { kind: "listed-prices" },
    lacks,
    appliesTo: isNotes,
    score({ text }, item) {
      const { prices } = callContextSchema.parse(item.context);
      const own = withoutQuotes(text);
      const sums = findNumbers(own).filter(({ currency, unit }) => currency !== undefined || isMoney(unit));
      if (sums.length === 0) return unparsed("The answer names no sum of money.");
      const named = Object.entries(prices).filter(([product]) =>
        normaliseText(own).includes(normaliseText(product)),
      );
      const wrong = sums.filter(({ value }) => !named.some(([, price]) => price === value));
      return wrong.length === 0
        ? scored(1)
        : scored(0, `Not listed: ${wrong.map((sum) => sum.text).join("; ")}`);
    },
  };
}

/**
 * Judges the evidence: the share of an answer's quotes that were said in the call, word for word but for case. Only items that
 * have a `Price` field are judged, because coaching quotes nothing; an answer without a quote is unparsed.
 */
export function quotedEvidence(
  options: { /** @default "quoted-evidence" */ readonly name?: string } = {},
): Scorer {
  const { name = "quoted-evidence" } = options;
  return {
    name,
    options: { kind: "quoted-evidence" },
    lacks,
    appliesTo: isNotes,
    score({ text }, { input }) {
      const quotes = Array.from(text.normalize("NFKC").matchAll(QUOTE), ([, quote = ""]) => quote);
      if (quotes.length === 0) return unparsed("The answer quotes nothing.");
      const call = normaliseText(
        input.map(({ content }) => (typeof content === "string" ? content : "")).join("\n"),
      );
      const invented = quotes.filter((quote) => !call.includes(normaliseText(quote)));
      const detail = invented.length === 0 ? undefined : `Never said: ${invented.join("; ")}`;
      return scored((quotes.length - invented.length) / quotes.length, detail);
    },
  };
}

function isNotes({ context }: EvalItem): boolean {
  return callContextSchema.safeParse(context).data?.fields.Price !== undefined;
}

function isMoney(unit: string | undefined): boolean {
  return unit !== undefined && /^(?:euros?|dollars?|pounds?|francs?)$/.test(unit);
}

function lacks({ context }: EvalItem): string | undefined {
  const { data } = callContextSchema.safeParse(context);
  return data && Object.keys(data.fields).length > 0 ? undefined : "its context has no fields and prices";
}

const QUOTE = /["\u201c\u201e]([^"\u201c\u201d]*)["\u201d]/g;

/** Quotes are what somebody else said. */
function withoutQuotes(text: string): string {
  return text.normalize("NFKC").replace(QUOTE, " ");
}

function fieldValues(text: string, label: string): string[] {
  const mark = `${normaliseText(label)}:`;
  const parts = withoutQuotes(text)
    .split("\n")
    .flatMap((line) => normaliseText(line).split(/[.;]\s|[.;]$/));
  return parts.flatMap((part) => {
    const at = indexOfPhrase(part, mark);
    return at < 0
      ? []
      : [
          part
            .slice(at + mark.length)
            .replace(/[.,]+$/, "")
            .trim(),
        ];
  });
}
