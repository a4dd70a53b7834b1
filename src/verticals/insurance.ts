import { forbiddenPhrases } from "../evals/scorers/forbidden-phrases.ts";
import { defineVertical } from "./define-vertical.ts";
import { checkInsuranceRecord } from "./insurance/check.ts";
import { type InsuranceRecord, insuranceRecordSchema, payable } from "./insurance/record.ts";
import { type ClaimContext, claimDecision, decisionCost } from "./insurance/scorers.ts";
import { moneyText } from "./money.ts";

/**
 * Claims: a policy with its clauses and a claim under it go in; the peril, a decision, the clause that it rests on and the
 * payout come out.
 *
 * What can be calculated is calculated: the model is told what would be payable (the loss up to the limit, less the excess),
 * and decides whether it is. It is never told who is insured. Clauses marked `standard` aren't listed either: a model learns
 * them from the decisions. Earlier questions of the insurer are shown to the model and not learned.
 *
 * Records are split by policy. A model is judged by `claim-decision` (outcome, clause and payout), by `decision-cost`, in
 * which false approvals cost most, and by `personal-data`: the name of the insured must not be said.
 *
 * @example
 * ```ts
 * import { Fermion } from "fermion";
 * import { customize } from "fermion/runs";
 * import { insurance } from "fermion/verticals";
 *
 * const { model, comparison } = await customize(new Fermion(), {
 *   name: "claims",
 *   vertical: insurance,
 *   base: "photon-nano",
 *   data: "claims.jsonl",
 *   promote: "claims-desk",
 * });
 * console.log(model, comparison?.scores["claim-decision"]);
 * ```
 */
export const insurance = defineVertical<InsuranceRecord>({
  name: "insurance",
  description: "Decides claims: peril, outcome, the clause that it rests on, and the payout.",
  version: "1",
  schema: insuranceRecordSchema,
  id: ({ claim }) => claim.id,
  group: ({ policy }) => policy.number,
  stratum: ({ policy, decision }) => `${policy.product}/${decision.outcome}`,
  check: checkInsuranceRecord,
  dialogues: (record) => [
    {
      messages: [
        ...question(record).map((turn) =>
          turn.role === "assistant" ? { ...turn, weight: 0 as const } : turn,
        ),
        { role: "assistant", content: decisionText(record) },
      ],
    },
  ],
  items(record) {
    const { policy, claim, decision } = record;
    const context = {
      outcome: decision.outcome,
      clause: decision.clause,
      clauses: policy.clauses.map(({ id }) => id),
      payout: decision.payout,
    } satisfies ClaimContext;
    const clause = policy.clauses.find(({ id }) => id === decision.clause);
    return [
      {
        id: claim.id,
        input: question(record),
        references: [decisionText(record)],
        group: policy.number,
        slices: { product: policy.product, outcome: decision.outcome, ground: clause?.kind ?? "none" },
        context: { ...context, forbidden: [policy.insured] },
      },
    ];
  },
  scorers: [claimDecision(), decisionCost(), forbiddenPhrases({ name: "personal-data" })],
  primary: "claim-decision",
  sampling: { temperature: 0, maxCompletionTokens: 60 },
  hyperparameters: { n_epochs: 6, batch_size: 8 },
  split: { validation: 0.05, evaluation: 0.2 },
});

/** What a model is asked about a claim. */
function question({ policy, claim }: InsuranceRecord) {
  const listed = policy.clauses.filter(({ standard }) => !standard).map(({ id, title }) => `${id} ${title}`);
  const product = policy.product.charAt(0).toUpperCase() + policy.product.slice(1);
  const sum = moneyText(payable({ policy, claim }), policy.currency);
  return [
    { role: "system" as const, content: "Decide the claim: peril, decision, clause, payout." },
    {
      role: "user" as const,
      content: `${product} policy with ${listed.join(", ")}. Payable: ${sum}.\nClaim: ${claim.text}`,
    },
    ...claim.exchange.map(({ from, text }) => ({
      role: from === "customer" ? ("user" as const) : ("assistant" as const),
      content: text,
    })),
  ];
}

function decisionText({ policy, decision }: InsuranceRecord): string {
  const clause = policy.clauses.find(({ id }) => id === decision.clause);
  return [
    `Peril: ${decision.peril}.`,
    `Decision: ${decision.outcome}.`,
    `Clause: ${decision.clause}${clause ? ` ${clause.title}` : ""}.`,
    `Payout: ${moneyText(decision.payout, policy.currency)}.`,
  ].join(" ");
}
