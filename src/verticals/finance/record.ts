import * as z from "zod";

/** A line of a statement: what is reported, and its figure in each column. */
export const statementLineSchema = z.object({
  /** As an answer cites it, such as `L2`; unique in its statement. */
  id: z.string().regex(/^\S+$/, { error: "A line's id is one word, so that it can be cited" }),
  label: z.string().min(1),
  /** One for each column, in their order, in the statement's unit. */
  values: z.array(z.number()).min(1),
  /** Of which other lines it is the sum, each taken times its factor: 1, or −1 for what is taken off. */
  sum: z
    .array(z.object({ line: z.string(), factor: z.union([z.literal(1), z.literal(-1)]) }))
    .min(1)
    .optional(),
});

/** A statement table, and what analysts ask about it. */
export const financeRecordSchema = z.object({
  /** Unique among all statements. */
  id: z.string().min(1),
  company: z.string().min(1),
  statement: z.object({
    /** Such as `balance sheet`. */
    kind: z.string().min(1),
    /** The newest first. Where there are several, a model is told the change from the second to the first. */
    columns: z.array(z.object({ label: z.string().min(1), asOf: z.iso.date() })).min(1),
    /** ISO 4217, such as `EUR`. */
    currency: z.string().regex(/^[A-Z]{3}$/, { error: "A currency is a code of three letters, such as EUR" }),
    /** What its figures are counted in. */
    scale: z.enum(["one", "thousand", "million", "billion"]),
    lines: z.array(statementLineSchema).min(1),
  }),
  questions: z
    .array(
      z.object({
        /**
         * - `figure`: a number that stands in the statement.
         * - `change`: a number that is computed from it.
         * - `missing`: what the statement doesn't say.
         * - `advice`: what an analyst's assistant must not answer.
         */
        kind: z.enum(["figure", "change", "missing", "advice"]),
        question: z.string().min(1),
        answer: z.string().min(1),
        /** The ids of the lines that the answer rests on. */
        cites: z.array(z.string()).default([]),
        /** The number that is asked for, in the statement's unit and without its sign where words say it ("fell by"). */
        figure: z.number().optional(),
      }),
    )
    .min(1),
});

/** A statement table, and what analysts ask about it. */
export interface FinanceRecord extends z.output<typeof financeRecordSchema> {}

/** A table with its currency and dates. */
export type Statement = FinanceRecord["statement"];

/** A line of a {@link Statement}. */
export interface StatementLine extends z.output<typeof statementLineSchema> {}

/** What the change of a line is, from the second column to the first; undefined if there is one column only. */
export function changeOf({ values }: StatementLine): number | undefined {
  const [now, before] = values;
  return now === undefined || before === undefined ? undefined : roundedAs(now - before, [now, before]);
}

/** A number without the dust of binary fractions: with as many decimals as the numbers that it was computed from. */
export function roundedAs(value: number, from: readonly number[]): number {
  const decimals = Math.max(...from.map((each) => String(each).split(".")[1]?.length ?? 0));
  return Number(value.toFixed(decimals));
}
