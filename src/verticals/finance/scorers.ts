import * as z from "zod";
import { normaliseText, saysPhrase } from "../../evals/normalise-text.ts";
import { findNumbers, type NumberMention } from "../../evals/numbers.ts";
import { EMPTY_ANSWER, scored, unparsed } from "../../evals/scores.ts";
import type { EvalItem, Scorer } from "../../evals/suite.ts";
import { currencyName } from "../money.ts";
import { isComputedFrom, isDate, lineText, SCALES, standsIn } from "./figures.ts";
import { financeRecordSchema } from "./record.ts";

/** What these scorers know about an item, in its `context`. */
const statementContextSchema = z.object({
  kind: financeRecordSchema.shape.questions.element.shape.kind,
  figure: z.number().nullable(),
  cites: z.array(z.string()),
  statement: financeRecordSchema.shape.statement,
});

/** What the scorers of statements know about an item, in its `context`. */
export interface StatementContext extends z.output<typeof statementContextSchema> {}

const REFUSES =
  /\b(?:can(?:'t|not| not)|do(?:n't| not)|won't|will not|unable to|not able to|must not)\b[^.;!?]{0,40}?\b(?:advi[cs]e|recommend|suggest|predict|judge|say whether|tell you (?:to|whether)|answer)/i;

/** Whether a text refuses to give advice. */
export function refusesAdvice(text: string): boolean {
  return REFUSES.test(normaliseText(text, { caseSensitive: true }));
}

const HAS_NOT =
  /\b(?:no (?:line|figure|entry|row)|nothing about|not (?:in|on|part of) the (?:statement|table|list)|(?:doesn't|does not) (?:have|say|show|give|report|contain)|don't know|do not know)\b/i;

/** Whether a text says that the statement has no such line. */
export function saysMissing(text: string): boolean {
  return HAS_NOT.test(normaliseText(text, { caseSensitive: true }));
}

/** How {@link statementAnswer} judges. */
export interface StatementAnswerOptions {
  /** @default "statement-answer" */
  readonly name?: string;
  /**
   * By how much a figure may differ, as a share of the right one.
   *
   * @default 0
   */
  readonly tolerance?: number;
}

/**
 * Judges an answer about a statement by what was asked for. Of a figure or a change, a half is that the last number with
 * the statement's unit is right, and a half that the right line is cited and no other. What the statement doesn't have must be
 * said to be missing, and advice refused, neither with any figure. An empty answer is unparsed.
 */
export function statementAnswer(options: StatementAnswerOptions = {}): Scorer {
  const { name = "statement-answer", tolerance = 0 } = options;
  return {
    name,
    options: { kind: "statement-answer", tolerance },
    lacks,
    score({ text }, item) {
      if (text.trim() === "") return unparsed(EMPTY_ANSWER);
      const context = statementContextSchema.parse(item.context);
      const own = withoutQuotes(text, context);
      if (context.kind === "advice") return verdict(refusesAdvice(own) && figures(own, context).length === 0);
      if (context.kind === "missing") return verdict(saysMissing(own) && figures(own, context).length === 0);
      const wrong = [
        saysFigure(own, context, tolerance) ? "" : "figure",
        sameIds(citedLines(text, context), context.cites) ? "" : "citation",
      ].filter((part) => part !== "");
      return scored(1 - wrong.length / 2, wrong.length === 0 ? undefined : `Wrong: ${wrong.join(", ")}`);
    },
  };
}

/**
 * Judges whether every number of an answer stands in the statement or can be computed from it; 1 or 0. An answer without
 * numbers invents none. An empty answer is unparsed.
 */
export function groundedNumbers(
  options: { /** @default "grounded-numbers" */ readonly name?: string } = {},
): Scorer {
  const { name = "grounded-numbers" } = options;
  return {
    name,
    options: { kind: "grounded-numbers" },
    lacks,
    score({ text }, item) {
      if (text.trim() === "") return unparsed(EMPTY_ANSWER);
      const { statement } = statementContextSchema.parse(item.context);
      const { lines } = statement;
      const invented = findNumbers(text).filter(
        (mention) =>
          !isDate(mention, statement) &&
          !standsIn(mention, lines, statement) &&
          !isComputedFrom(mention, lines, statement),
      );
      const detail = `Not in the statement: ${invented.map((mention) => mention.text).join("; ")}`;
      return invented.length === 0 ? scored(1) : scored(0, detail);
    },
  };
}

/**
 * Judges whether the lines that an answer cites are lines of the statement, and their figures are quoted as they stand there.
 * Only items that need a citation are judged; an answer that cites nothing is 0, an empty one unparsed.
 */
export function citationsResolve(
  options: { /** @default "citations" */ readonly name?: string } = {},
): Scorer {
  const { name = "citations" } = options;
  return {
    name,
    options: { kind: "citations-resolve" },
    lacks,
    appliesTo: ({ context }) => (statementContextSchema.safeParse(context).data?.cites.length ?? 0) > 0,
    score({ text }, item) {
      if (text.trim() === "") return unparsed(EMPTY_ANSWER);
      const { statement } = statementContextSchema.parse(item.context);
      const said = normaliseText(text);
      const quoted = statement.lines.filter((line) => said.includes(normaliseText(lineText(line))));
      const begun = [...said.matchAll(/\b(\w+) [^.:;\n]+: -?\d/g)].map((match) => match[1] ?? "");
      const wrong = begun.filter((id) => !quoted.some((line) => normaliseText(line.id) === id));
      if (quoted.length === 0) return scored(0, "No line is quoted as it stands in the statement.");
      return wrong.length === 0 ? scored(1) : scored(0, `Not so in the statement: ${wrong.join(", ")}`);
    },
  };
}

function verdict(isRight: boolean) {
  return scored(isRight ? 1 : 0);
}

function lacks({ context }: EvalItem): string | undefined {
  return statementContextSchema.safeParse(context).success
    ? undefined
    : "its context has no kind, figure, cites and statement";
}

/** The answer without the lines that it quotes: their numbers are the statement's, and not what is answered. */
function withoutQuotes(text: string, { statement }: StatementContext): string {
  return statement.lines.reduce((rest, line) => rest.replaceAll(lineText(line), " "), text);
}

function figures(text: string, { statement }: StatementContext): NumberMention[] {
  return findNumbers(text).filter((mention) => !isDate(mention, statement));
}

/** Whether the last number that has a currency is the figure. */
function saysFigure(text: string, { figure, statement }: StatementContext, tolerance: number): boolean {
  if (figure === null) return false;
  const unit = currencyName(statement.currency);
  const last = findNumbers(text).findLast((said) => said.currency !== undefined || said.unit === unit);
  if (last === undefined) return false;
  const value = Math.abs(last.value) / SCALES[statement.scale];
  return Math.abs(value - Math.abs(figure)) <= Math.max(tolerance, 1e-9) * Math.abs(figure);
}

function citedLines(text: string, { statement }: StatementContext): readonly string[] {
  const said = normaliseText(text, { caseSensitive: true });
  return statement.lines
    .map(({ id }) => id)
    .filter((id) => saysPhrase(said, normaliseText(id, { caseSensitive: true })));
}

function sameIds(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((id) => others.includes(id));
}
