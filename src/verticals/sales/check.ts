import { findNumbers } from "../../evals/numbers.ts";
import type { RecordProblem } from "../vertical.ts";
import { madeClaims, missingDisclosures, type SalesRecord } from "./record.ts";

/** What is wrong with a call's record: notes and coaching that the transcript or the playbook doesn't bear out. */
export function checkSalesRecord(record: SalesRecord): readonly RecordProblem[] {
  return [...checkTurns(record), ...checkPrices(record), ...checkCoaching(record)];
}

function checkTurns({ turns, crm }: SalesRecord): RecordProblem[] {
  const problems: RecordProblem[] = [];
  const speakers = new Set(turns.map(({ speaker }) => speaker));
  if (speakers.size < 2) {
    problems.push(
      error("one-speaker", "$.turns", "Only one of the two speaks.", "See whether speakers were mixed up."),
    );
  }
  for (const field of ["objectionTurn", "stageTurn"] as const) {
    const turn = turns[crm[field]];
    if (turn?.speaker === "customer") continue;
    problems.push(
      error(
        "no-turn-of-the-customer",
        `$.crm.${field}`,
        turn
          ? `Turn ${crm[field]} is the rep's.`
          : `There is no turn ${crm[field]}; the last is ${turns.length - 1}.`,
        "Name the customer's turn that shows it, counted from 0.",
      ),
    );
  }
  return problems;
}

function checkPrices({ turns, playbook, crm }: SalesRecord): RecordProblem[] {
  const problems: RecordProblem[] = [];
  const listed = playbook.prices.find(({ product }) => product === crm.product);
  if (!listed) {
    problems.push(
      error(
        "product-not-listed",
        "$.crm.product",
        `The price list has no ${crm.product}.`,
        `Name one of ${playbook.prices.map(({ product }) => product).join(", ")}.`,
      ),
    );
  } else if (listed.amount !== crm.price) {
    problems.push(
      error(
        "price-not-as-listed",
        "$.crm.price",
        `${crm.price} is noted for ${crm.product}, and the list says ${listed.amount}.`,
        "Mend the price, or the list.",
      ),
    );
  }
  const amounts = new Set(playbook.prices.map(({ amount }) => amount));
  turns.forEach(({ speaker, text }, index) => {
    if (speaker !== "rep") return;
    const sums = findNumbers(text).filter(({ currency, unit }) => currency !== undefined || isMoney(unit));
    for (const sum of sums.filter(({ value }) => !amounts.has(value))) {
      problems.push({
        rule: "quoted-price-not-listed",
        severity: "warning",
        path: `$.turns[${index}].text`,
        message: `The rep says ${sum.text}, which no product of the price list costs.`,
        remedy: "See whether the transcript is wrong; if the rep was, the coaching should say so.",
      });
    }
  });
  return problems;
}

function isMoney(unit: string | undefined): boolean {
  return unit !== undefined && /^(?:euros?|dollars?|pounds?|francs?)$/.test(unit);
}

function checkCoaching(record: SalesRecord): RecordProblem[] {
  const { coaching, playbook } = record;
  const problems: RecordProblem[] = [];
  const known = playbook.disclosures.map(({ id }) => id);
  const unknown = coaching.missing.filter((id) => !known.includes(id));
  if (unknown.length > 0) {
    problems.push(
      error(
        "unknown-disclosure",
        "$.coaching.missing",
        `The playbook has no disclosure ${unknown.join(", ")}.`,
        `Name those of ${known.join(", ")} that weren't made.`,
      ),
    );
  }
  const missing = missingDisclosures(record);
  for (const id of missing.filter((each) => !coaching.missing.includes(each))) {
    problems.push(
      error(
        "missing-disclosure-not-coached",
        "$.coaching.missing",
        `Nobody made the disclosure "${id}" before the customer decided, and the coaching doesn't say so.`,
        "Add it, or add the words that made it to the playbook's phrases.",
      ),
    );
  }
  for (const id of coaching.missing.filter((each) => known.includes(each) && !missing.includes(each))) {
    problems.push(
      error(
        "disclosure-was-made",
        "$.coaching.missing",
        `The coaching says that the disclosure "${id}" is missing, and a rep made it before the customer decided.`,
        "Take it off the list.",
      ),
    );
  }
  const made = madeClaims(record);
  for (const claim of made.filter((each) => !coaching.banned.includes(each))) {
    problems.push(
      error(
        "banned-claim-not-coached",
        "$.coaching.banned",
        `A rep said "${claim}", and the coaching doesn't say so.`,
        "Add it to the banned claims that were made.",
      ),
    );
  }
  for (const claim of coaching.banned.filter((each) => !made.includes(each))) {
    problems.push(
      error(
        "banned-claim-not-made",
        "$.coaching.banned",
        `The coaching says that a rep said "${claim}", and none did, or the playbook doesn't ban it.`,
        "Take it off the list, or mend the playbook.",
      ),
    );
  }
  return problems;
}

function error(rule: string, path: string, message: string, remedy: string): RecordProblem {
  return { rule, severity: "error", path, message, remedy };
}
