import { moneyText } from "../money.ts";
import type { RecordProblem } from "../vertical.ts";
import { type ClaimOutcome, type InsuranceRecord, payable } from "./record.ts";

/** Which kinds of clauses a decision may rest on. */
const GROUNDS: Readonly<Record<ClaimOutcome, readonly string[]>> = {
  approve: ["cover"],
  deny: ["exclusion", "general"],
  refer: ["condition"],
};

/** What is wrong with a claim's record: a decision that its policy doesn't bear out. */
export function checkInsuranceRecord(record: InsuranceRecord): readonly RecordProblem[] {
  const { policy, claim, decision } = record;
  const problems: RecordProblem[] = [];
  const error = (rule: string, path: string, message: string, remedy: string) =>
    problems.push({ rule, severity: "error", path, message, remedy });

  const ids = policy.clauses.map(({ id }) => id);
  const twice = ids.findIndex((id, index) => ids.indexOf(id) !== index);
  if (twice >= 0) {
    error(
      "repeated-clause",
      `$.policy.clauses[${twice}].id`,
      `Two clauses have the id ${ids[twice] ?? ""}, so nobody knows which of them is cited.`,
      "Give each clause an id of its own.",
    );
  }
  const clause = policy.clauses.find(({ id }) => id === decision.clause);
  if (!clause) {
    error(
      "clause-not-in-policy",
      "$.decision.clause",
      `The decision cites ${decision.clause}, and the policy has only ${ids.join(", ")}.`,
      "Cite a clause of the policy, or add the clause to it.",
    );
  } else if (!GROUNDS[decision.outcome].includes(clause.kind)) {
    error(
      "clause-of-another-kind",
      "$.decision.clause",
      `The outcome is "${decision.outcome}", and ${clause.id} is of the kind "${clause.kind}".`,
      `Cite a clause of the kind ${GROUNDS[decision.outcome].join(" or ")}, or change the outcome.`,
    );
  }
  const most = payable(record);
  if (decision.payout > most) {
    error(
      "payout-above-limit",
      "$.decision.payout",
      `The payout is ${moneyText(decision.payout, policy.currency)}; loss, limit and excess leave ${moneyText(most, policy.currency)}.`,
      "Pay at most the loss up to the limit, less the excess.",
    );
  }
  if (decision.outcome !== "approve" && decision.payout > 0) {
    error(
      "payout-without-approval",
      "$.decision.payout",
      `Something is paid although the outcome is "${decision.outcome}".`,
      "Set the payout to 0, or approve the claim.",
    );
  }
  if (decision.outcome === "approve" && decision.payout === 0) {
    problems.push({
      rule: "nothing-paid",
      severity: "warning",
      path: "$.decision.payout",
      message: "The claim is approved, and nothing is paid.",
      remedy: "See whether the loss is below the excess; then it should say so, or the claim be left out.",
    });
  }
  if (claim.reported < claim.happened) {
    error(
      "reported-before-it-happened",
      "$.claim.reported",
      `It was reported on ${claim.reported} and happened on ${claim.happened}.`,
      "Mend the dates; they may be swapped.",
    );
  }
  const texts = [claim.text, ...claim.exchange.map(({ text }) => text)];
  const named = texts.findIndex((text) => text.toLowerCase().includes(policy.insured.toLowerCase()));
  if (named >= 0) {
    problems.push({
      rule: "insured-named",
      severity: "warning",
      path: named === 0 ? "$.claim.text" : `$.claim.exchange[${named - 1}].text`,
      message: "The text names the insured person, so a model would learn the name.",
      remedy: "Redact the text before it is trained on.",
    });
  }
  const last = claim.exchange.at(-1);
  if (last?.from === "insurer") {
    problems.push({
      rule: "question-unanswered",
      severity: "warning",
      path: `$.claim.exchange[${claim.exchange.length - 1}]`,
      message: "The exchange ends with the insurer, so nothing new was known when it was decided.",
      remedy: "Add the customer's answer, or leave the last question out.",
    });
  }
  return problems;
}
