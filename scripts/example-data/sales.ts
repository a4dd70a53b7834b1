/** Makes the sales records of `examples/data`: calls of an invented seller, what was noted about them, and how the rep was coached. */
import { createRandom, type Random } from "../pretraining/random.ts";
import * as pieces from "./sales-pieces.ts";

const { accounts, bannedClaims, bannedWordings, priceList } = pieces;

const nextSteps: Readonly<Record<pieces.Stage, string>> = {
  won: "send contract",
  offer: "send offer",
  "follow-up": "call again",
  lost: "close file",
};

const playbook = {
  disclosures: [
    { id: "recorded", phrases: ["recorded"] },
    { id: "14 days", phrases: ["14 days"] },
  ],
  bannedClaims,
  prices: priceList.map(({ product, monthly }) => ({
    product,
    amount: monthly,
    currency: "EUR",
    per: "month",
  })),
};

/** What a coach says of a call by the rules, or by what the customer objected to where all rules were kept. */
const notes: Readonly<Record<string, string>> = {
  recorded: "Say first that the call is recorded.",
  "14 days": "Name the 14 days before the customer decides.",
  price: "Well done. Next time ask for the budget first.",
  timing: "Well done. Next time agree on a date.",
  competitor: "Well done. Next time ask what they have now.",
  trust: "Well done. Next time name a customer.",
  none: "Well done.",
};

function call(random: Random, account: string, at: number): object {
  const { product, monthly } = random.pick(priceList);
  const objection = random.pick(["price", "timing", "competitor", "trust", "none"] as const);
  const stage = random.pick(["won", "won", "offer", "follow-up", "lost"] as const);
  const fault = random.pick(["", "", "banned", "recorded", "14 days"] as const);
  const which = random.integer(0, bannedClaims.length - 1);
  const claim = fault === "banned" ? bannedClaims[which] : undefined;
  const opening = random.pick(pieces.openings[fault === "recorded" ? "silent" : "recording"]);
  const says = (speaker: "rep" | "customer", ...texts: readonly string[]) => ({
    speaker,
    text: texts.join(" "),
  });
  return {
    id: `call-${3001 + at}`,
    account,
    turns: [
      says("rep", opening.replace("{r}", random.pick(pieces.reps))),
      says("customer", random.pick(pieces.needs[product])),
      says("rep", random.pick(pieces.pitches).replace("{p}", product).replace("{n}", String(monthly))),
      says("customer", random.pick(pieces.objections[objection])),
      says(
        "rep",
        random.pick(pieces.handled[objection]),
        ...(claim === undefined ? [] : [bannedWordings[which] ?? ""]),
        random.pick(pieces.closings[fault === "14 days" ? "silent" : "cancel"]),
      ),
      says("customer", random.pick(pieces.endings[stage])),
    ],
    playbook,
    crm: {
      product,
      price: monthly,
      objection,
      objectionTurn: 3,
      stage,
      stageTurn: 5,
      nextStep: nextSteps[stage],
    },
    coaching: {
      missing: fault === "recorded" || fault === "14 days" ? [fault] : [],
      banned: claim === undefined ? [] : [claim],
      note: claim === undefined ? notes[fault || objection] : `Do not say "${claim}".`,
    },
  };
}

export function salesRecords(): object[] {
  const random = createRandom(6);
  const records: object[] = [];
  for (const account of accounts) {
    for (let calls = random.integer(3, 5); calls > 0; calls--)
      records.push(call(random, account, records.length));
  }
  return records;
}
