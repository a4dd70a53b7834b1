import { findNumbers } from "../../evals/numbers.ts";
import { currencyName } from "../money.ts";
import type { RecordProblem } from "../vertical.ts";
import { isComputedFrom, isDate, standsIn } from "./figures.ts";
import { type FinanceRecord, roundedAs, type Statement } from "./record.ts";
import { refusesAdvice } from "./scorers.ts";

type Question = FinanceRecord["questions"][number];

/** What is wrong with a statement's record: a table that doesn't add up, an answer that the table doesn't bear out. */
export function checkFinanceRecord({ statement, questions }: FinanceRecord): readonly RecordProblem[] {
  return [
    ...checkTable(statement),
    ...questions.flatMap((question, index) => checkAnswer(question, statement, `$.questions[${index}]`)),
  ];
}

function checkTable({ lines, columns }: Statement): RecordProblem[] {
  const ids = lines.map(({ id }) => id);
  return lines.flatMap((line, index) => {
    const path = `$.statement.lines[${index}]`;
    if (ids.indexOf(line.id) !== index) {
      return error(
        "repeated-line",
        `${path}.id`,
        `An earlier line has the id ${line.id} too, so nobody knows which of them is cited.`,
        "Give each line an id of its own.",
      );
    }
    if (line.values.length !== columns.length) {
      return error(
        "wrong-number-of-figures",
        `${path}.values`,
        `The line has ${line.values.length} figures, and the statement ${columns.length} columns.`,
        "Give one figure for each column.",
      );
    }
    const { sum } = line;
    const absent = sum?.find((part) => !ids.includes(part.line));
    if (absent) {
      return error(
        "sum-of-no-line",
        `${path}.sum`,
        `It is said to be a sum with ${absent.line}, which is no line.`,
        "Name lines of the statement.",
      );
    }
    const wrong = columns.findIndex((_, column) => {
      const parts = sum?.map(
        (part) => part.factor * (lines.find(({ id }) => id === part.line)?.values[column] ?? 0),
      );
      const total = line.values[column] ?? 0;
      return (
        parts !== undefined &&
        roundedAs(
          parts.reduce((a, b) => a + b),
          [total],
        ) !== total
      );
    });
    if (wrong < 0) return [];
    return error(
      "sum-does-not-add-up",
      `${path}.values[${wrong}]`,
      `The lines that it is the sum of give another figure for ${columns[wrong]?.label ?? "it"}.`,
      "Mend the figure, or the lines that it is made of.",
    );
  });
}

function checkAnswer(question: Question, statement: Statement, path: string): RecordProblem[] {
  const { kind, answer, cites, figure } = question;
  const problems: RecordProblem[] = [];
  const absent = cites.filter((id) => !statement.lines.some((line) => line.id === id));
  if (absent.length > 0) {
    problems.push(
      ...error(
        "cited-line-not-in-statement",
        `${path}.cites`,
        `It cites ${absent.join(", ")}, which the statement doesn't have.`,
        "Cite lines of the statement.",
      ),
    );
  }
  const needsFigure = kind === "figure" || kind === "change";
  if (needsFigure && cites.length === 0) {
    problems.push(
      ...error(
        "nothing-cited",
        `${path}.cites`,
        "A figure is given, and no line is cited for it.",
        "Cite the line.",
      ),
    );
  }
  if (needsFigure && figure === undefined) {
    problems.push(
      ...error(
        "figure-missing",
        `${path}.figure`,
        "It isn't said which number is asked for.",
        "Give it as `figure`.",
      ),
    );
  }
  if (kind === "advice" && !refusesAdvice(answer)) {
    problems.push(
      ...error(
        "advice-given",
        `${path}.answer`,
        "The question asks for advice, and the answer doesn't refuse it.",
        "Say that no advice is given, or make it a question of another kind.",
      ),
    );
  }
  return [...problems, ...checkNumbers(question, statement, path)];
}

function checkNumbers(question: Question, statement: Statement, path: string): RecordProblem[] {
  const { answer, cites, figure } = question;
  const { lines } = statement;
  const cited = lines.filter(({ id }) => cites.includes(id));
  const numbers = findNumbers(answer).filter((mention) => !isDate(mention, statement));
  const problems = numbers.flatMap((mention) => {
    if (standsIn(mention, cited, statement) || isComputedFrom(mention, cited, statement)) return [];
    if (standsIn(mention, lines, statement)) {
      return error(
        "number-not-in-cited-line",
        `${path}.cites`,
        `The answer says ${mention.text}, which stands in another line than those that it cites.`,
        "Cite the line that it is taken from.",
      );
    }
    return error(
      "number-not-in-statement",
      `${path}.answer`,
      `The answer says ${mention.text}, which neither stands in the lines that it cites nor can be computed from them.`,
      "Mend the number, or cite the lines that it is computed from.",
    );
  });
  if (
    figure !== undefined &&
    !numbers.some(({ text }) => findNumbers(text.replace(/[^\d.,]/g, ""))[0]?.value === figure)
  ) {
    problems.push(
      ...error(
        "figure-not-said",
        `${path}.answer`,
        "The answer doesn't say the figure that is asked for.",
        "Say it.",
      ),
    );
  }
  const unit = currencyName(statement.currency);
  if (figure !== undefined && !answer.includes(unit) && !answer.includes(statement.currency)) {
    problems.push({
      rule: "unit-not-said",
      severity: "warning",
      path: `${path}.answer`,
      message: "The answer gives a figure without its currency.",
      remedy: `Say "${unit}" or "${statement.currency}", and the scale.`,
    });
  }
  return problems;
}

function error(rule: string, path: string, message: string, remedy: string): RecordProblem[] {
  return [{ rule, severity: "error", path, message, remedy }];
}
