import { describe, expect, test } from "vitest";
import {
  claimDecision,
  claimOutcome,
  decisionCost,
  type InsuranceRecord,
  insurance,
  insuranceRecordSchema,
} from "../../src/verticals.ts";
import { first, judged } from "./judged.ts";

/** A burst pipe under a policy that covers it: 1,400 euros of loss, 150 of them the customer's. */
const sound = insuranceRecordSchema.parse({
  policy: {
    number: "MM-1",
    product: "home",
    insured: "Vera Lund",
    currency: "EUR",
    limit: 5000,
    excess: 150,
    clauses: [
      { id: "H1", kind: "cover", title: "fire" },
      { id: "H2", kind: "cover", title: "burst pipe" },
      { id: "E1", kind: "exclusion", title: "wear", standard: true },
      { id: "N3", kind: "condition", title: "no receipts", standard: true },
      { id: "G1", kind: "general", title: "not insured", standard: true },
    ],
  },
  claim: {
    id: "C-1",
    happened: "2025-03-01",
    reported: "2025-03-02",
    text: "A pipe burst under the sink.",
    exchange: [
      { from: "insurer", text: "What else can you say about it?" },
      { from: "customer", text: "It was new." },
    ],
    loss: 1400,
  },
  decision: { outcome: "approve", peril: "burst pipe", clause: "H2", payout: 1250 },
});

type Changes = { readonly [Part in keyof InsuranceRecord]?: Partial<InsuranceRecord[Part]> };

function changed({ policy, claim, decision }: Changes): InsuranceRecord {
  return {
    policy: { ...sound.policy, ...policy },
    claim: { ...sound.claim, ...claim },
    decision: { ...sound.decision, ...decision },
  };
}

const rules = (record: InsuranceRecord) => insurance.check(record).map(({ rule }) => rule);
const item = (record: InsuranceRecord = sound) => first(insurance.items(record));

describe("a claim is checked", () => {
  test("and nothing is found in one that is sound", () => {
    expect(insurance.check(sound)).toEqual([]);
  });

  test.each<[string, Changes, string, string]>([
    [
      "a clause that doesn't exist",
      { decision: { clause: "H9" } },
      "clause-not-in-policy",
      "$.decision.clause",
    ],
    [
      "an approval by an exclusion",
      { decision: { clause: "E1" } },
      "clause-of-another-kind",
      "$.decision.clause",
    ],
    [
      "a denial by a cover",
      { decision: { outcome: "deny", payout: 0 } },
      "clause-of-another-kind",
      "$.decision.clause",
    ],
    [
      "a payout that leaves the excess out",
      { decision: { payout: 1400 } },
      "payout-above-limit",
      "$.decision.payout",
    ],
    [
      "a payout above the limit",
      { claim: { loss: 9000 }, decision: { payout: 8850 } },
      "payout-above-limit",
      "$.decision.payout",
    ],
    [
      "money for a claim that is denied",
      { decision: { outcome: "deny", clause: "E1", payout: 10 } },
      "payout-without-approval",
      "$.decision.payout",
    ],
    ["an approval that pays nothing", { decision: { payout: 0 } }, "nothing-paid", "$.decision.payout"],
    [
      "dates in the wrong order",
      { claim: { reported: "2025-02-28" } },
      "reported-before-it-happened",
      "$.claim.reported",
    ],
    [
      "the insured person's name in the customer's text",
      { claim: { text: "VERA LUND here: a pipe burst." } },
      "insured-named",
      "$.claim.text",
    ],
    [
      "a question that nobody answered",
      { claim: { exchange: [{ from: "insurer", text: "What else?" }] } },
      "question-unanswered",
      "$.claim.exchange[0]",
    ],
  ])("for %s", (_, changes, rule, path) => {
    expect(insurance.check(changed(changes))).toEqual([expect.objectContaining({ rule, path })]);
  });

  test("for two clauses of one id", () => {
    const { clauses } = sound.policy;
    const record = changed({ policy: { clauses: [...clauses, { ...first(clauses), kind: "exclusion" }] } });
    expect(insurance.check(record)).toEqual([
      expect.objectContaining({ rule: "repeated-clause", path: "$.policy.clauses[5].id" }),
    ]);
  });

  test("and all that is wrong with it is told at once", () => {
    const record = changed({ decision: { outcome: "deny", clause: "H9", payout: 2000 } });
    expect(rules(record)).toEqual(["clause-not-in-policy", "payout-above-limit", "payout-without-approval"]);
  });

  test("without a word of the claim or the name of the insured in any message", () => {
    const record = changed({ claim: { text: "Vera Lund: a pipe burst.", reported: "2025-01-01" } });
    for (const { message, remedy } of insurance.check(record)) {
      expect(`${message} ${remedy}`).not.toMatch(/vera|lund|burst/i);
    }
  });
});

describe("a claim becomes a dialogue", () => {
  test("whose earlier questions are shown and not learned, and whose decision is learned", () => {
    const { messages } = first(insurance.dialogues(sound));
    expect(messages.map(({ role }) => role)).toEqual(["system", "user", "assistant", "user", "assistant"]);
    expect(messages[2]).toMatchObject({ weight: 0 });
    expect(messages[4]).toEqual({
      role: "assistant",
      content: "Peril: burst pipe. Decision: approve. Clause: H2 burst pipe. Payout: 1,250 euros.",
    });
  });

  test("that tells what is payable, lists no standard clause, and never who is insured", () => {
    const text = JSON.stringify(item().input);
    expect(text).toContain("Home policy with H1 fire, H2 burst pipe. Payable: 1,250 euros.");
    expect(text).not.toMatch(/E1|N3|G1|Lund/);
  });

  test.each([
    [1400, 1250],
    [9000, 4850],
    [150, 0],
    [20, 0],
  ])("where of a loss of %i euros %i are payable", (loss, payable) => {
    const text = JSON.stringify(item(changed({ claim: { loss } })).input);
    expect(text).toContain(`Payable: ${payable.toLocaleString("en-US")} euros`);
  });
});

describe("claim-decision", () => {
  test.each<[string, number]>([
    ["Peril: burst pipe. Decision: approve. Clause: H2 burst pipe. Payout: 1,250 euros.", 1],
    ["We approve this under H2 and pay 1250.", 1],
    ["APPROVED by clause H2; EUR 1,250.00 will be transferred.", 1],
    ["Decision: approve. Clause: H2. Payout: 1,400 euros.", 2 / 3],
    ["Decision: approve. Clause: H1. Payout: 1,250 euros.", 2 / 3],
    ["Decision: approve. Clauses: H1 and H2. Payout: 1,250 euros.", 2 / 3],
    ["Decision: approve. Clause: H22. Payout: 1,250 euros.", 2 / 3],
    ["Decision: deny. Clause: H2. Payout: 1,250 euros.", 2 / 3],
    ["We approve or deny it under H2. Payout: 1,250 euros.", 2 / 3],
    ["Decision: refer. Clause: N3 no receipts. Payout: 0 euros.", 0],
    ["I don't know.", 0],
  ])("gives %j %d", async (text, value) => {
    const score = await judged(claimDecision(), text, item());
    expect(score).toMatchObject({ kind: "scored", value: expect.closeTo(value, 9) });
  });

  test("says which parts are wrong", async () => {
    const score = await judged(claimDecision(), "Decision: deny. Clause: E1 wear. Payout: 0 euros.", item());
    expect(score).toMatchObject({ value: 0, detail: "Wrong: outcome, clause, payout" });
  });

  test("takes a payout within the tolerance, and none beyond it", async () => {
    const scorer = claimDecision({ payoutTolerance: 0.02 });
    const says = (sum: string) =>
      judged(scorer, `Decision: approve. Clause: H2. Payout: ${sum} euros.`, item());
    expect(await says("1,270")).toMatchObject({ value: 1 });
    expect(await says("1,280")).toMatchObject({ value: expect.closeTo(2 / 3, 9) });
  });

  test("can't judge an empty answer", async () => {
    expect(await judged(claimDecision(), " \n", item())).toMatchObject({ kind: "unparsed" });
  });
});

describe("claimOutcome", () => {
  test.each([
    ["Decision: refer. We can't approve it yet.", "refer"],
    ["The claim is rejected.", "deny"],
    ["I escalated it.", "refer"],
    ["Accepted.", "approve"],
    ["We neither approve nor deny it.", undefined],
    ["Decision: maybe.", undefined],
    ["Undeniable damage.", undefined],
    ["", undefined],
  ])("reads %j as %s", (text, outcome) => {
    expect(claimOutcome(text)).toBe(outcome);
  });
});

describe("decision-cost", () => {
  const denied = item(changed({ decision: { outcome: "deny", clause: "E1", payout: 0 } }));
  const referred = item(changed({ decision: { outcome: "refer", clause: "N3", payout: 0 } }));

  test.each([
    ["approve", item(), 1],
    ["deny", item(), 0.4],
    ["refer", item(), 0.8],
    ["approve", denied, 0],
    ["refer", denied, 0.8],
    ["approve", referred, 0],
    ["deny", referred, 0.6],
  ])("of %s is what the mistake costs", async (given, asked, value) => {
    const score = await judged(decisionCost(), `Decision: ${given}.`, asked);
    expect(score).toMatchObject({ kind: "scored", value: expect.closeTo(value, 9) });
  });

  test("can be another business's", async () => {
    const scorer = decisionCost({ falseDenial: 1 });
    expect(await judged(scorer, "Decision: deny.", item())).toMatchObject({ value: 0 });
  });

  test("isn't told of an answer by which nobody can act", async () => {
    expect(await judged(decisionCost(), "Approve or deny.", item())).toMatchObject({ kind: "unparsed" });
  });
});

test("personal-data: an answer mustn't say who is insured", async () => {
  const scorer = first(insurance.scorers.filter(({ name }) => name === "personal-data"));
  expect(await judged(scorer, "Dear Vera  Lund, we approve it.", item())).toMatchObject({ value: 0 });
  expect(await judged(scorer, "We approve it.", item())).toMatchObject({ value: 1 });
});
