import * as z from "zod";

/** The rules of a seller, as they hold for a call. */
export const salesPlaybookSchema = z.object({
  /** What a rep has to say before the customer decides. */
  disclosures: z.array(
    z.object({
      /** As a coach names it, such as `recorded`. */
      id: z.string().min(1),
      /** It is made if a rep says one of these, whatever the case of its letters. */
      phrases: z.array(z.string().min(1)).min(1),
    }),
  ),
  /** What nobody may say, whatever the case of its letters. */
  bannedClaims: z.array(z.string().min(1)),
  prices: z.array(
    z.object({
      product: z.string().min(1),
      amount: z.number().min(0),
      /** ISO 4217, such as `EUR`. */
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/, { error: "A currency is a code of three letters, such as EUR" }),
      /** Such as `month`; left out where it is paid once. */
      per: z.string().min(1).optional(),
    }),
  ),
});

/** A call, what was noted about it, and how the rep was coached. */
export const salesRecordSchema = z.object({
  /** Unique among all calls. */
  id: z.string().min(1),
  /** The customer that was called. */
  account: z.string().min(1),
  turns: z.array(z.object({ speaker: z.enum(["rep", "customer"]), text: z.string().min(1) })).min(2),
  playbook: salesPlaybookSchema,
  /** What goes into the fields of the CRM. */
  crm: z.object({
    /** A product of the price list. */
    product: z.string().min(1),
    /** What was quoted for it. */
    price: z.number().min(0),
    /** Such as `price` or `timing`; `none` if the customer objected to nothing. */
    objection: z.string().min(1),
    /** Which turn shows it, counted from 0. */
    objectionTurn: z.int().min(0),
    /** Such as `won`, `offer` or `lost`. */
    stage: z.string().min(1),
    /** Which turn shows it, counted from 0. */
    stageTurn: z.int().min(0),
    nextStep: z.string().min(1),
  }),
  coaching: z.object({
    /** The ids of disclosures that weren't made before the customer decided. */
    missing: z.array(z.string()),
    /** The banned claims that were made. */
    banned: z.array(z.string()),
    note: z.string().min(1),
  }),
});

/** A call, what was noted about it, and how the rep was coached. */
export interface SalesRecord extends z.output<typeof salesRecordSchema> {}

/** The ids of the disclosures that no rep made before the customer decided, by the words that were said. */
export function missingDisclosures({ turns, playbook, crm }: SalesRecord): readonly string[] {
  const before = turns.slice(0, crm.stageTurn).filter(({ speaker }) => speaker === "rep");
  return playbook.disclosures
    .filter(({ phrases }) => !phrases.some((phrase) => before.some(({ text }) => says(text, phrase))))
    .map(({ id }) => id);
}

/** The banned claims that a rep made, by the words that were said. */
export function madeClaims({ turns, playbook }: SalesRecord): readonly string[] {
  const reps = turns.filter(({ speaker }) => speaker === "rep");
  return playbook.bannedClaims.filter((claim) => reps.some(({ text }) => says(text, claim)));
}

function says(text: string, phrase: string): boolean {
  return text.toLowerCase().includes(phrase.toLowerCase());
}
