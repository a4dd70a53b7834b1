import * as z from "zod";
import { normaliseText, saysPhrase } from "../../evals/normalise-text.ts";
import { findNumbers } from "../../evals/numbers.ts";
import { EMPTY_ANSWER, scored, unparsed } from "../../evals/scores.ts";
import type { EvalItem, Scorer } from "../../evals/suite.ts";
import type { ClaimOutcome } from "./record.ts";

/** What these scorers know about an item, in its `context`. */
const claimContextSchema = z.object({
  outcome: z.enum(["approve", "deny", "refer"]),
  /** The id of the clause that decides. */
  clause: z.string(),
  /** The ids of all clauses of the policy. */
  clauses: z.array(z.string()),
  payout: z.number(),
});

/** What the scorers of claims know about an item, in its `context`. */
export interface ClaimContext extends z.output<typeof claimContextSchema> {}

const SAYS: Readonly<Record<ClaimOutcome, RegExp>> = {
  approve: /\b(?:approv(?:e|es|ed|al)|accept(?:s|ed)?)\b/i,
  deny: /\b(?:den(?:y|ies|ied|ial)|reject(?:s|ed)?|declin(?:e|es|ed))\b/i,
  refer: /\b(?:refer(?:s|red|ral)?|escalat(?:e|es|ed))\b/i,
};

/**
 * Which outcome an answer names: the one behind `Decision:`, or the only one that it names at all. Undefined if it names
 * none, or several.
 */
export function claimOutcome(answer: string): ClaimOutcome | undefined {
  const stated = /\bdecision\s*:\s*(\w+)/i.exec(answer)?.[1];
  return (stated === undefined ? undefined : onlyOutcome(stated)) ?? onlyOutcome(answer);
}

function onlyOutcome(text: string): ClaimOutcome | undefined {
  const outcomes = (["approve", "deny", "refer"] as const).filter((outcome) => SAYS[outcome].test(text));
  return outcomes.length === 1 ? outcomes[0] : undefined;
}

/** How {@link claimDecision} judges. */
export interface ClaimDecisionOptions {
  /** @default "claim-decision" */
  readonly name?: string;
  /**
   * By how much a payout may differ, as a share of the right one.
   *
   * @default 0
   */
  readonly payoutTolerance?: number;
}

/**
 * Judges a decision by its three parts: the outcome, the clause that is cited, and the payout. The score is the share of
 * them that is right. Citing a second clause of the policy is as wrong as citing none, and so is naming two outcomes. The
 * payout is the last number that has a currency or stands behind "pay". An empty answer is unparsed.
 */
export function claimDecision(options: ClaimDecisionOptions = {}): Scorer {
  const { name = "claim-decision", payoutTolerance = 0 } = options;
  return {
    name,
    options: { kind: "claim-decision", payoutTolerance },
    lacks,
    score({ text }, item) {
      if (text.trim() === "") return unparsed(EMPTY_ANSWER);
      const context = claimContextSchema.parse(item.context);
      const cited = citedClauses(text, context.clauses);
      const paid = statedPayout(text);
      const wrong = [
        claimOutcome(text) === context.outcome ? "" : "outcome",
        cited.length === 1 && cited[0] === context.clause ? "" : "clause",
        paid !== undefined && Math.abs(paid - context.payout) <= payoutTolerance * context.payout
          ? ""
          : "payout",
      ].filter((part) => part !== "");
      return scored((3 - wrong.length) / 3, wrong.length === 0 ? undefined : `Wrong: ${wrong.join(", ")}`);
    },
  };
}

/** What wrong decisions cost, each from 0 to 1; see {@link decisionCost}. */
export interface DecisionCosts {
  /**
   * Approving what had to be denied or referred: money is gone.
   *
   * @default 1
   */
  readonly falseApproval?: number;
  /**
   * Denying what had to be approved: a customer is wronged.
   *
   * @default 0.6
   */
  readonly falseDenial?: number;
  /**
   * Denying what a person had to look at.
   *
   * @default 0.4
   */
  readonly missedReferral?: number;
  /**
   * Referring what had to be approved or denied: a person's time.
   *
   * @default 0.2
   */
  readonly needlessReferral?: number;
}

/**
 * Judges the outcome of a claim by what a mistake costs. The score is 1 less the cost:
 *
 * | had to be | approved         | denied            | referred            |
 * | --------- | ---------------- | ----------------- | ------------------- |
 * | approve   | 0                | `falseDenial`     | `needlessReferral`  |
 * | deny      | `falseApproval`  | 0                 | `needlessReferral`  |
 * | refer     | `falseApproval`  | `missedReferral`  | 0                   |
 *
 * An answer that names no outcome, or several, is unparsed: nobody can act on it, so it costs what asking again costs.
 */
export function decisionCost(
  costs: DecisionCosts & { /** @default "decision-cost" */ readonly name?: string } = {},
): Scorer {
  const {
    name = "decision-cost",
    falseApproval = 1,
    falseDenial = 0.6,
    missedReferral = 0.4,
    needlessReferral = 0.2,
  } = costs;
  const cost = (given: ClaimOutcome, right: ClaimOutcome): number => {
    if (given === right) return 0;
    if (given === "approve") return falseApproval;
    if (given === "refer") return needlessReferral;
    return right === "approve" ? falseDenial : missedReferral;
  };
  return {
    name,
    options: { kind: "decision-cost", falseApproval, falseDenial, missedReferral, needlessReferral },
    lacks,
    score({ text }, item) {
      const given = claimOutcome(text);
      if (given === undefined) return unparsed("The answer names no outcome, or several.");
      const { outcome } = claimContextSchema.parse(item.context);
      const detail = given === outcome ? undefined : `"${given}" where "${outcome}" was right`;
      return scored(1 - cost(given, outcome), detail);
    },
  };
}

function lacks({ context }: EvalItem): string | undefined {
  return claimContextSchema.safeParse(context).success
    ? undefined
    : "its context has no outcome, clause, clauses and payout";
}

function citedClauses(text: string, clauses: readonly string[]): readonly string[] {
  const said = normaliseText(text, { caseSensitive: true });
  return clauses.filter((id) => saysPhrase(said, normaliseText(id, { caseSensitive: true })));
}

function statedPayout(text: string): number | undefined {
  // Any three letters may be a code, in capitals: "2 and a half" is no sum.
  const isMoney = (unit: string) =>
    /^(?:euros?|dollars?|pounds?|francs?)$/.test(unit) ||
    (/^[a-z]{3}$/.test(unit) && new RegExp(`\\d\\s?${unit.toUpperCase()}\\b`).test(text));
  const sums = findNumbers(text).filter(
    ({ currency, unit }) => currency !== undefined || (unit !== undefined && isMoney(unit)),
  );
  const [, behindPay] = /\bpay(?:out|ment|s)?\b\D{0,20}?(-?[\d.,]*\d)/i.exec(text) ?? [];
  return sums.at(-1)?.value ?? (behindPay === undefined ? undefined : findNumbers(behindPay).at(-1)?.value);
}
