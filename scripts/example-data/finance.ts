/** Makes the finance records of `examples/data`: statements of invented companies, and what analysts ask about them. */
import { createRandom, type Random } from "../pretraining/random.ts";
import {
  absentLines,
  type Company,
  companies,
  plurals,
  questions,
  type StatementKind,
  statementKinds,
} from "./finance-pieces.ts";

interface Line {
  readonly id: string;
  readonly label: string;
  readonly values: readonly [number, number];
  readonly sum?: readonly { readonly line: string; readonly factor: 1 | -1 }[];
}

type Kind = keyof typeof questions;

const words = { EUR: "euros", USD: "dollars", GBP: "pounds" } as const;

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** What a company reported in one year. */
interface Reported {
  readonly labels: readonly string[];
  readonly values: readonly number[];
}

const totalOf = ({ sign }: StatementKind, values: readonly number[]) =>
  values.reduce((one, other) => one + sign * other);

/** The year before last, from which the others go on. */
function firstYear({ parts, sign }: StatementKind, random: Random): Reported {
  return {
    labels: parts.map((labels) => random.pick(labels)),
    values: parts.map((_, index) =>
      sign === -1 && index === 0 ? random.integer(520, 980) : random.integer(41, 240),
    ),
  };
}

function nextYear(kind: StatementKind, { labels, values: before }: Reported, random: Random): Reported {
  let values = before;
  // A total that stayed the same would neither rise nor fall.
  while (totalOf(kind, values) === totalOf(kind, before)) {
    values = before.map((value) =>
      Math.max(11, value + (random.chance(0.4) ? -1 : 1) * random.integer(3, 38)),
    );
  }
  return { labels, values };
}

function linesOf(kind: StatementKind, now: Reported, before: Reported): Line[] {
  const lines = now.labels.map(
    (label, index): Line => ({
      id: `L${index + 1}`,
      label,
      values: [now.values[index] ?? 0, before.values[index] ?? 0],
    }),
  );
  const sum = lines.map(({ id }, index) => ({ line: id, factor: index === 0 ? (1 as const) : kind.sign }));
  const totals = [totalOf(kind, now.values), totalOf(kind, before.values)] as const;
  return [...lines, { id: `L${lines.length + 1}`, label: kind.total, values: totals, sum }];
}

function ask(kind: Kind, company: Company, year: number, lines: readonly Line[], random: Random) {
  const unit = `${company.scale} ${words[company.currency]}`;
  const { id, label, values } = random.pick(lines);
  const isLatest = random.chance(0.6);
  const absent = random.pick(absentLines);
  const asked = kind === "missing" ? absent : label;
  const question = capital(
    random
      .pick<string>(questions[kind])
      .replace("{l}", asked)
      .replace("{was}", plurals.has(asked) ? "were" : "was")
      .replace("{does}", plurals.has(asked) ? "do" : "does")
      .replace("{y}", String(isLatest ? year : year - 1))
      .replace("{c}", company.name),
  );
  if (kind === "advice") {
    return {
      kind,
      question,
      answer: "I can't advise on buying or selling; I only report what the statement says.",
    };
  }
  if (kind === "missing") return { kind, question, answer: `The statement has no line for ${absent}.` };
  if (kind === "change") {
    const change = values[0] - values[1];
    const answer = `${capital(label)} ${change < 0 ? "fell" : "rose"} by ${Math.abs(change)} ${unit} in ${year}.`;
    return { kind, question, answer, cites: [id], figure: Math.abs(change) };
  }
  const figure = values[isLatest ? 0 : 1];
  const answer = `${capital(label)} ${plurals.has(label) ? "were" : "was"} ${figure} ${unit} in ${isLatest ? year : year - 1}.`;
  return { kind, question, answer, cites: [id], figure };
}

/** No question twice about one statement. */
function askAll(
  kinds: readonly Kind[],
  company: Company,
  year: number,
  lines: readonly Line[],
  random: Random,
) {
  const asked = new Map<string, ReturnType<typeof ask>>();
  for (const kind of kinds) {
    let next = ask(kind, company, year, lines, random);
    while (asked.has(next.question)) next = ask(kind, company, year, lines, random);
    asked.set(next.question, next);
  }
  return [...asked.values()];
}

/** 270 statements: three kinds for each of three years of thirty companies. Each goes on where the one before ended. */
export function financeRecords(): object[] {
  const random = createRandom(5);
  return companies.flatMap((company) =>
    statementKinds.flatMap((kind) => {
      let before = firstYear(kind, random);
      return [2023, 2024, 2025].map((year) => {
        const { name, currency, scale } = company;
        const now = nextYear(kind, before, random);
        const lines = linesOf(kind, now, before);
        before = now;
        const third = random.pick(["advice", "missing", "change"] as const);
        const fourth = random.chance(0.5) ? "figure" : third;
        return {
          id: `${name} ${kind.kind} ${year}`.toLowerCase().replaceAll(" ", "-"),
          company: name,
          statement: {
            kind: kind.kind,
            columns: [year, year - 1].map((each) => ({ label: String(each), asOf: `${each}-12-31` })),
            currency,
            scale,
            lines,
          },
          questions: askAll(
            random.sample<Kind>(["figure", "change", third, fourth], 3),
            company,
            year,
            lines,
            random,
          ),
        };
      });
    }),
  );
}
