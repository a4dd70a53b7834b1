import { describe, expect, test } from "vitest";
import {
  exactFields,
  listedPrices,
  quotedEvidence,
  type SalesRecord,
  sales,
  salesRecordSchema,
} from "../../src/verticals.ts";
import { first, judged } from "./judged.ts";

const sound = salesRecordSchema.parse({
  id: "call-1",
  account: "Harrow Bikes",
  turns: [
    { speaker: "rep", text: "Good morning. This call is RECORDED." },
    { speaker: "customer", text: "Twenty people are online here." },
    { speaker: "rep", text: "Fibre 500 does that for 47 euros a month." },
    { speaker: "customer", text: "That is above our budget." },
    { speaker: "rep", text: "Repairs are free. You can cancel within 14 days." },
    { speaker: "customer", text: "Send me the figures." },
  ],
  playbook: {
    disclosures: [
      { id: "recorded", phrases: ["recorded", "on tape"] },
      { id: "14 days", phrases: ["14 days"] },
    ],
    bannedClaims: ["never fails", "required by law"],
    prices: [
      { product: "Fibre 500", amount: 47, currency: "EUR", per: "month" },
      { product: "Backup Link", amount: 12, currency: "EUR", per: "month" },
    ],
  },
  crm: {
    product: "Fibre 500",
    price: 47,
    objection: "price",
    objectionTurn: 3,
    stage: "offer",
    stageTurn: 5,
    nextStep: "send offer",
  },
  coaching: { missing: [], banned: [], note: "Well done." },
});

/** The call with other words in one of its turns. */
function saying(at: number, text: string, record: SalesRecord = sound): SalesRecord {
  return { ...record, turns: record.turns.map((turn, index) => (index === at ? { ...turn, text } : turn)) };
}

const noted = (crm: Partial<SalesRecord["crm"]>) => ({ ...sound, crm: { ...sound.crm, ...crm } });
const coached = (coaching: Partial<SalesRecord["coaching"]>, record: SalesRecord = sound) => ({
  ...record,
  coaching: { ...record.coaching, ...coaching },
});

describe("a call is checked", () => {
  test("and nothing is found in one that is sound", () => {
    expect(sales.check(sound)).toEqual([]);
  });

  test.each<[string, SalesRecord, string, string]>([
    [
      "a banned claim that isn't coached",
      saying(4, "It Never Fails. You can cancel within 14 days."),
      "banned-claim-not-coached",
      "$.coaching.banned",
    ],
    [
      "a banned claim that nobody made",
      coached({ banned: ["never fails"] }),
      "banned-claim-not-made",
      "$.coaching.banned",
    ],
    [
      "a banned claim that the playbook allows",
      coached({ banned: ["repairs"] }),
      "banned-claim-not-made",
      "$.coaching.banned",
    ],
    [
      "a disclosure that wasn't made",
      saying(0, "Good morning."),
      "missing-disclosure-not-coached",
      "$.coaching.missing",
    ],
    [
      "a disclosure that was made",
      coached({ missing: ["14 days"] }),
      "disclosure-was-made",
      "$.coaching.missing",
    ],
    [
      "a disclosure that there isn't",
      coached({ missing: ["address"] }),
      "unknown-disclosure",
      "$.coaching.missing",
    ],
    ["a product that isn't listed", noted({ product: "Fibre 900" }), "product-not-listed", "$.crm.product"],
    ["another price than the list's", noted({ price: 74 }), "price-not-as-listed", "$.crm.price"],
    [
      "a price that nothing costs",
      saying(2, "Fibre 500, for 39 euros a month."),
      "quoted-price-not-listed",
      "$.turns[2].text",
    ],
    [
      "an objection of the rep",
      noted({ objectionTurn: 4 }),
      "no-turn-of-the-customer",
      "$.crm.objectionTurn",
    ],
  ])("for %s", (_, record, rule, path) => {
    expect(sales.check(record)).toEqual([expect.objectContaining({ rule, path })]);
  });

  test("for a decision that there isn't", () => {
    expect(sales.check(noted({ stageTurn: 6 }))).toEqual([
      expect.objectContaining({ rule: "no-turn-of-the-customer", path: "$.crm.stageTurn" }),
    ]);
  });

  test("for a call with one voice", () => {
    const record = {
      ...sound,
      turns: sound.turns.map(({ text }) => ({ speaker: "customer" as const, text })),
    };
    expect(sales.check(record).map(({ rule }) => rule)).toContain("one-speaker");
  });

  test("and what a customer says is no claim, price or disclosure of the rep", () => {
    const record = saying(
      0,
      "Good morning.",
      saying(1, "Is this recorded? Telora never fails, for 31 euros."),
    );
    expect(sales.check(coached({ missing: ["recorded"] }, record))).toEqual([]);
  });

  test("and a disclosure behind the decision comes too late", () => {
    const record = saying(4, "Repairs are free.");
    const late = {
      ...record,
      turns: [...record.turns, { speaker: "rep" as const, text: "You have 14 days." }],
    };
    expect(sales.check(late).map(({ rule }) => rule)).toEqual(["missing-disclosure-not-coached"]);
    expect(sales.check(coached({ missing: ["14 days"] }, late))).toEqual([]);
  });
});

describe("a call becomes two dialogues", () => {
  const [crm, coaching] = sales.dialogues(sound).map(({ messages }) => messages.at(-1));

  test("of which one takes notes, with the customer's words as evidence", () => {
    expect(crm?.content).toBe(
      'Product: Fibre 500. Price: 47 euros. Objection: "That is above our budget." price. ' +
        'Stage: "Send me the figures." offer. Next step: send offer.',
    );
  });

  test("of which the other says what was disclosed and claimed", () => {
    expect(coaching?.content).toBe("Recorded: yes. 14 days: yes. Banned claim: none. Well done.");
  });

  test("and into two items, neither of which has the answer of the other", () => {
    const items = sales.items(sound);
    expect(items.map(({ slices }) => slices?.task)).toEqual(["crm", "coaching"]);
    for (const { input, references } of items) {
      expect(input).toHaveLength(2);
      expect(JSON.stringify(input)).not.toContain(first(references));
    }
  });
});

const [crm, coaching] = sales.items(coached({ missing: ["14 days"], banned: ["never fails"] }));
if (!crm || !coaching) throw new Error("A call has two items.");

describe("exact-fields", () => {
  test.each([
    [
      'Product: Fibre 500. Price: 47 euros. Objection: "That is above our budget." price. Stage: "Send me the figures." offer. Next step: send offer.',
      1,
    ],
    ["product: FIBRE 500\nprice: 47 Euros\nobjection: price\nstage: offer\nnext step: send offer", 1],
    ["Product: Fibre 500. Price: 74 euros. Objection: price. Stage: offer. Next step: send offer.", 0.8],
    ["Product: Fibre 500. Objection: price. Stage: offer. Next step: send offer.", 0.8],
    // What is quoted is evidence, and no answer.
    ['Product: Fibre 500. Price: 47 euros. Objection: "price". Stage: "offer". Next step: send offer.', 0.6],
    ["Stage: offer. Stage: won.", 0],
    ["Stage: offer. Stage: offer.", 0.2],
    ["Stage: offers.", 0],
    ["The customer wants an offer.", 0],
  ])("gives the notes %j %d", async (text, value) => {
    expect(await judged(exactFields(), text, crm)).toMatchObject({
      kind: "scored",
      value: expect.closeTo(value, 9),
    });
  });

  test.each([
    ["Recorded: yes. 14 days: no. Banned claim: never fails. Name the 14 days.", 1],
    ["Recorded: yes. 14 days: yes. Banned claim: none. Well done.", 1 / 3],
    ["Recorded: yes. 14 days: no. Banned claim: never fails and required by law.", 2 / 3],
  ])("gives the coaching %j %d", async (text, value) => {
    expect(await judged(exactFields(), text, coaching)).toMatchObject({ value: expect.closeTo(value, 9) });
  });

  test("says which fields are wrong", async () => {
    const score = await judged(exactFields(), "Recorded: no. 14 days: no.", coaching);
    expect(score).toMatchObject({ detail: "Wrong: Recorded, Banned claim" });
  });

  test("can't judge an empty answer", async () => {
    expect(await judged(exactFields(), " ", crm)).toMatchObject({ kind: "unparsed" });
  });
});

describe("listed-prices", () => {
  test.each([
    ["Product: Fibre 500. Price: 47 euros.", 1],
    ["Fibre 500 is €47, and Backup Link 12 euros.", 1],
    ["Product: Fibre 500. Price: 12 euros.", 0],
    ["Product: Fibre 500. Price: 47 euros, before 52 euros.", 0],
    ["Price: 47 euros.", 0],
    // What a customer says of another firm's prices isn't what the answer says.
    ['Product: Fibre 500. Price: 47 euros. Objection: "We pay 31 euros." price.', 1],
  ])("gives %j %d", async (text, value) => {
    expect(await judged(listedPrices(), text, crm)).toMatchObject({ kind: "scored", value });
  });

  test("can't judge an answer without a sum, and judges no coaching", async () => {
    expect(await judged(listedPrices(), "Product: Fibre 500.", crm)).toMatchObject({ kind: "unparsed" });
    expect(listedPrices().appliesTo?.(coaching)).toBe(false);
  });
});

describe("quoted evidence", () => {
  test.each([
    ['Objection: "That is above our budget." price.', 1],
    ["Objection: \u201cTHAT is above  our budget.\u201d price.", 1],
    ['Objection: "That is above our budget." price. Stage: "Then let us do it." won.', 0.5],
    ['Stage: "Then let us do it." won.', 0],
  ])("%s is worth %d", async (text, value) => {
    expect(await judged(quotedEvidence(), text, crm)).toMatchObject({ kind: "scored", value });
  });

  test("can't be judged where nothing is quoted, and isn't asked of coaching", async () => {
    expect(await judged(quotedEvidence(), "Objection: price.", crm)).toMatchObject({ kind: "unparsed" });
    expect(quotedEvidence().appliesTo?.(coaching)).toBe(false);
  });
});
