import { defineVertical } from "./define-vertical.ts";
import { checkFinanceRecord } from "./finance/check.ts";
import { lineText } from "./finance/figures.ts";
import { type FinanceRecord, financeRecordSchema, type Statement } from "./finance/record.ts";
import {
  citationsResolve,
  groundedNumbers,
  type StatementContext,
  statementAnswer,
} from "./finance/scorers.ts";
import { currencyName } from "./money.ts";

/**
 * Analysts' questions over statements: a table goes in; an answer comes out that quotes the line it rests on, and then gives
 * the figure with its unit. What the statement doesn't have is said to be missing, and advice is refused.
 *
 * The changes from column to column are calculated and part of the table that the model sees, so it has to find them and not
 * to subtract. All questions about a statement are one dialogue; each is asked alone when the model is judged.
 *
 * Records are split by company. A model is judged by `statement-answer`, by `grounded-numbers` (each number stands in the
 * statement or can be computed from it), and by `citations` (quoted lines are there, and quoted rightly).
 *
 * @example
 * ```ts
 * import { finance, financeRecordSchema } from "fermion/verticals";
 * import { readFileSync } from "node:fs";
 *
 * const lines = readFileSync("statements.jsonl", "utf8").trim().split("\n");
 * for (const line of lines) {
 *   const statement = financeRecordSchema.parse(JSON.parse(line));
 *   for (const { rule, path, message } of finance.check(statement)) {
 *     console.log(statement.id, rule, path, message);
 *   }
 * }
 * ```
 */
export const finance = defineVertical<FinanceRecord>({
  name: "finance",
  description:
    "Answers analysts' questions from a statement, with the line quoted and the unit; gives no advice.",
  version: "1",
  schema: financeRecordSchema,
  id: ({ id }) => id,
  group: ({ company }) => company,
  stratum: ({ statement }) => statement.kind,
  check: checkFinanceRecord,
  dialogues: (record) => [
    {
      messages: [
        { role: "system", content: tableText(record) },
        ...record.questions.flatMap((question) => [
          { role: "user" as const, content: question.question },
          { role: "assistant" as const, content: answerText(question, record.statement) },
        ]),
      ],
    },
  ],
  items: (record) =>
    record.questions.map((question, index) => ({
      id: `${record.id}#${index + 1}`,
      input: [
        { role: "system" as const, content: tableText(record) },
        { role: "user" as const, content: question.question },
      ],
      references: [answerText(question, record.statement)],
      group: record.company,
      slices: { kind: question.kind, statement: record.statement.kind },
      context: {
        kind: question.kind,
        figure: question.figure ?? null,
        cites: question.cites,
        statement: record.statement,
      } satisfies StatementContext,
    })),
  scorers: [statementAnswer(), groundedNumbers(), citationsResolve()],
  primary: "statement-answer",
  sampling: { temperature: 0, maxCompletionTokens: 64 },
  hyperparameters: { n_epochs: 4, batch_size: 4 },
  split: { validation: 0.05, evaluation: 0.2 },
});

/** The statement as a model sees it: what it is, its columns, and a line for each of its lines. */
function tableText({ company, statement }: FinanceRecord): string {
  const columns = statement.columns.map(({ label }) => label);
  const titles = [...columns, ...(columns.length > 1 ? ["change"] : [])].join(", ");
  const title = `${company}, ${statement.kind}, ${unitOf(statement)}. Line: ${titles}`;
  return [title, ...statement.lines.map(lineText)].join("\n");
}

function unitOf({ currency, scale }: Statement): string {
  return scale === "one" ? currencyName(currency) : `${scale} ${currencyName(currency)}`;
}

/** The answer behind the lines that it cites, quoted as they stand in the statement. */
function answerText({ answer, cites }: FinanceRecord["questions"][number], { lines }: Statement): string {
  const quoted = lines.filter(({ id }) => cites.includes(id)).map((line) => `${lineText(line)}.`);
  return [...quoted, answer].join(" ");
}
