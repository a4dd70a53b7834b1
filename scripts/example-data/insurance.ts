/** Makes the insurance records of `examples/data`: policies of an invented insurer, claims under them, and what was decided. */
import { createRandom, type Random } from "../pretraining/random.ts";
import { firstNames, surnames } from "../pretraining/vocabulary.ts";
import { asides, type Bar, bars, type Cover, covers, followUps } from "./insurance-pieces.ts";

const products = ["home", "motor", "travel"] as const;

const notListed = {
  id: "G1",
  kind: "general",
  title: "not insured",
} as const;

/** As many days after the first of January 2025. */
function date(days: number): string {
  return new Date(Date.UTC(2025, 0, 1 + days)).toISOString().slice(0, 10);
}

function decide(cover: Cover, bar: Bar | undefined, isListed: boolean, payable: number) {
  const peril = cover.title;
  if (!isListed) return { outcome: "deny", peril, clause: notListed.id, payout: 0 };
  if (!bar) return { outcome: "approve", peril, clause: cover.id, payout: payable };
  return { outcome: bar.kind === "exclusion" ? "deny" : "refer", peril, clause: bar.id, payout: 0 };
}

function policy(random: Random, at: number) {
  const product = products[at % products.length] ?? "home";
  const all = covers[product];
  const listed = random.sample(all, 3).sort((a, b) => a.id.localeCompare(b.id));
  const barred = bars.filter(({ id }) => all.some((cover) => cover.barred.includes(id)));
  return {
    number: `MM-${20_100 + at * 37}`,
    product,
    insured: `${random.pick(firstNames)} ${random.pick(surnames)}`,
    currency: "EUR",
    limit: random.pick([3000, 4000, 5000, 6000, 8000]),
    excess: random.pick([0, 50, 100, 150, 200, 250]),
    clauses: [
      ...listed.map(({ id, title, text }) => ({ id, kind: "cover", title, text })),
      ...barred.map(({ id, kind, title }) => ({ id, kind, title, standard: true })),
      { ...notListed, standard: true },
    ],
  };
}

/** Some 380 claims under 110 policies. */
export function insuranceRecords(count = 110): object[] {
  const random = createRandom(4);
  const records: object[] = [];
  for (let at = 0; at < count; at++) {
    const bought = policy(random, at);
    const all = covers[bought.product];
    const ids = new Set(bought.clauses.map(({ id }) => id));
    const listed = all.filter(({ id }) => ids.has(id));
    for (let claims = random.integer(3, 4); claims > 0; claims--) {
      const isListed = !random.chance(0.14);
      const cover = isListed ? random.pick(listed) : (all.find(({ id }) => !ids.has(id)) ?? random.pick(all));
      const barId = isListed && random.chance(0.52) ? random.pick(cover.barred) : undefined;
      const bar = bars.find(({ id }) => id === barId);
      const loss = bought.excess + 10 * random.integer(cover.loss[0] / 10, cover.loss[1] / 10);
      const payable = Math.min(loss, bought.limit) - bought.excess;
      const happened = random.integer(0, 300);
      const late = bar?.id === "N1" ? random.integer(55, 100) : random.integer(0, 6);
      const event = random.pick(cover.told);
      const circumstance = bar ? random.pick(bar.told) : random.pick(asides);
      const askedBack = random.chance(0.2);
      records.push({
        policy: bought,
        claim: {
          id: `C-${1001 + records.length}`,
          happened: date(happened),
          reported: date(happened + late),
          text: askedBack ? event : `${event} ${circumstance}`,
          ...(askedBack
            ? {
                exchange: [
                  { from: "insurer", text: random.pick(followUps) },
                  { from: "customer", text: circumstance },
                ],
              }
            : {}),
          loss,
        },
        decision: decide(cover, bar, isListed, payable),
      });
    }
  }
  return records;
}
