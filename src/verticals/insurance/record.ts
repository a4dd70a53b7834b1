import * as z from "zod";

/** A part of a policy by which a claim is decided. */
export const insuranceClauseSchema = z.object({
  /** As a decision cites it, such as `H2`; unique in its policy. */
  id: z.string().regex(/^\S+$/, { error: "A clause's id is one word, so that it can be cited" }),
  /** `cover` pays, `exclusion` and `general` deny, `condition` sends a claim to a person. */
  kind: z.enum(["cover", "exclusion", "condition", "general"]),
  /** A few words, such as `burst pipe`. */
  title: z.string().min(1),
  /** Its wording. */
  text: z.string().min(1).optional(),
  /**
   * Whether all policies of this product have it. A model learns such clauses from the decisions, so they aren't part of
   * what it is asked; all others are.
   */
  standard: z.boolean().default(false),
});

/** A policy, a claim under it, and what was decided. */
export const insuranceRecordSchema = z.object({
  policy: z.object({
    number: z.string().min(1),
    /** Such as `home` or `motor`. */
    product: z.string().min(1),
    /** Who is insured; no model is told. */
    insured: z.string().min(1),
    /** ISO 4217, such as `EUR`. */
    currency: z.string().regex(/^[A-Z]{3}$/, { error: "A currency is a code of three letters, such as EUR" }),
    /** The most that is paid for a claim, before the excess is taken off. */
    limit: z.number().positive(),
    /** What the insured pays of each loss. */
    excess: z.number().min(0),
    clauses: z.array(insuranceClauseSchema).min(1),
  }),
  claim: z.object({
    /** Unique among all claims. */
    id: z.string().min(1),
    happened: z.iso.date(),
    reported: z.iso.date(),
    /** What the customer writes. */
    text: z.string().min(1),
    /** What was asked back and answered, in its order. */
    exchange: z
      .array(z.object({ from: z.enum(["insurer", "customer"]), text: z.string().min(1) }))
      .default([]),
    loss: z.number().min(0),
  }),
  decision: z.object({
    /** `refer`: a person has to look at it. */
    outcome: z.enum(["approve", "deny", "refer"]),
    /** What happened, in a few words, whether it is insured or not. */
    peril: z.string().min(1),
    /** The id of the clause that decides. */
    clause: z.string().min(1),
    payout: z.number().min(0),
  }),
});

/** A policy, a claim under it, and what was decided. */
export interface InsuranceRecord extends z.output<typeof insuranceRecordSchema> {}

/** How a claim is decided. */
export type ClaimOutcome = InsuranceRecord["decision"]["outcome"];

/** What would be paid for a claim if it is approved: the loss up to the limit, less the excess. */
export function payable({ policy, claim }: Pick<InsuranceRecord, "policy" | "claim">): number {
  return Math.max(0, Math.min(claim.loss, policy.limit) - policy.excess);
}
