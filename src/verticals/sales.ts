import { defineVertical } from "./define-vertical.ts";
import { moneyText } from "./money.ts";
import { checkSalesRecord } from "./sales/check.ts";
import { type SalesRecord, salesRecordSchema } from "./sales/record.ts";
import { type CallContext, exactFields, listedPrices, quotedEvidence } from "./sales/scorers.ts";

/** What is asked about a call, and how the fields of the answer are called. */
const ASKED = {
  crm: "Fill in the CRM: product, price, objection, stage, next step.",
  coaching: "Coach the rep: disclosures, banned claims, a note.",
} as const;

/**
 * Calls: a transcript goes in; the fields of the CRM come out, with the customer's words as evidence, and a note that coaches
 * the rep: which disclosures were made, which banned claims, and what to do better.
 *
 * Each is a dialogue of its own in training, and an item when a model is judged. Disclosures and banned claims are checked word for
 * word against the playbook, so that no record teaches what the transcript doesn't bear out.
 *
 * Records are split by account. A model is judged by `exact-fields` (the share of the fields that are right, of the CRM and of
 * the coaching), by `listed-prices`, and by `quoted-evidence`, which sees words that nobody said.
 *
 * @example
 * ```ts
 * import { Fermion } from "fermion";
 * import { evaluate } from "fermion/evals";
 * import { prepareRecords, recordSuite, sales, type SalesRecord } from "fermion/verticals";
 *
 * async function score(client: Fermion, model: string, heldOut: SalesRecord[]) {
 *   const { records } = await prepareRecords(sales, heldOut);
 *   return await evaluate(client, { suite: recordSuite(sales, records), model });
 * }
 * ```
 */
export const sales = defineVertical<SalesRecord>({
  name: "sales",
  description: "Takes notes of sales calls into the CRM, and coaches the rep by the playbook.",
  version: "1",
  schema: salesRecordSchema,
  id: ({ id }) => id,
  group: ({ account }) => account,
  stratum: ({ crm }) => crm.stage,
  check: checkSalesRecord,
  dialogues: (record) => [
    { messages: [...asked(record, "crm"), { role: "assistant", content: crmText(record) }] },
    { messages: [...asked(record, "coaching"), { role: "assistant", content: coachingText(record) }] },
  ],
  items(record) {
    const { crm, coaching, playbook } = record;
    const prices = Object.fromEntries(playbook.prices.map(({ product, amount }) => [product, amount]));
    const item = (task: keyof typeof ASKED, reference: string, fields: CallContext["fields"]) => ({
      id: `${record.id}#${task}`,
      input: asked(record, task),
      references: [reference],
      group: record.account,
      slices: {
        task,
        stage: crm.stage,
        objection: crm.objection,
        fault: coaching.banned.length > 0 ? "banned claim" : (coaching.missing[0] ?? "none"),
      },
      context: { fields, prices } satisfies CallContext,
    });
    return [
      item("crm", crmText(record), crmFields(record)),
      item("coaching", coachingText(record), coachingFields(record)),
    ];
  },
  scorers: [exactFields(), listedPrices(), quotedEvidence()],
  primary: "exact-fields",
  sampling: { temperature: 0, maxCompletionTokens: 90 },
  hyperparameters: { n_epochs: 4, batch_size: 4 },
  split: { validation: 0.05, evaluation: 0.2 },
});

function asked(record: SalesRecord, task: keyof typeof ASKED) {
  return [
    { role: "system" as const, content: transcript(record) },
    { role: "user" as const, content: ASKED[task] },
  ];
}

function transcript({ turns }: SalesRecord): string {
  return turns.map(({ speaker, text }) => `${speaker === "rep" ? "Rep" : "Customer"}: ${text}`).join("\n");
}

function crmFields({ crm, playbook }: SalesRecord): Readonly<Record<string, string>> {
  const currency = playbook.prices.find(({ product }) => product === crm.product)?.currency ?? "EUR";
  return {
    Product: crm.product,
    Price: moneyText(crm.price, currency),
    Objection: crm.objection,
    Stage: crm.stage,
    "Next step": crm.nextStep,
  };
}

/** The fields as they are learned: what was decided by a customer's words comes behind those words. */
function crmText(record: SalesRecord): string {
  const { turns, crm } = record;
  const evidence: Readonly<Record<string, number>> = { Objection: crm.objectionTurn, Stage: crm.stageTurn };
  return Object.entries(crmFields(record))
    .map(([label, value]) => {
      const said = turns[evidence[label] ?? -1]?.text;
      return said === undefined ? `${label}: ${value}.` : `${label}: "${said}" ${value}.`;
    })
    .join(" ");
}

function coachingFields({ coaching, playbook }: SalesRecord): Readonly<Record<string, string>> {
  const made = playbook.disclosures.map(({ id }) => [
    capital(id),
    coaching.missing.includes(id) ? "no" : "yes",
  ]);
  return { ...Object.fromEntries(made), "Banned claim": coaching.banned.join(" and ") || "none" };
}

function coachingText(record: SalesRecord): string {
  const fields = Object.entries(coachingFields(record)).map(([label, value]) => `${label}: ${value}.`);
  return [...fields, record.coaching.note].join(" ");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
