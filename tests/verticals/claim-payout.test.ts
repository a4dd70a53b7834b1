import { expect, test } from "vitest";
import { claimDecision } from "../../src/verticals.ts";
import { answerOf, itemOf } from "../evals/samples.ts";

const item = itemOf({ context: { outcome: "approve", clause: "H4", clauses: ["H4"], payout: 2190 } });

test.each([
  ["2,190 euros.", true],
  ["2,190 RON.", true],
  ["€2,190, for 2 and a half windows.", true],
  ["2,190 euros, within 14 day.", true],
  ["2,190 and 50 euros.", false],
  ["RON 2,190.", true],
])("a payout is the sum that has a currency: %s", async (payout, isRight) => {
  const text = `Decision: approve. Clause: H4 storm. Payout: ${payout}`;
  const score = await claimDecision().score(answerOf(text), item);
  expect(score).toMatchObject({ kind: "scored", value: isRight ? 1 : expect.closeTo(2 / 3, 9) });
});
