/**
 * Writes the records of the verticals' examples into `examples/data`: `npx tsx scripts/example-data/write.ts`. The same
 * pieces and seeds give the same files; tests/verticals keeps it.
 */
import { writeFileSync } from "node:fs";
import { companionRecords } from "./companion.ts";
import { educationRecords } from "./education.ts";
import { energyRecords } from "./energy.ts";
import { financeRecords } from "./finance.ts";
import { gameRecords } from "./game.ts";
import { insuranceRecords } from "./insurance.ts";
import { salesRecords } from "./sales.ts";

const sets = {
  insurance: insuranceRecords(),
  finance: financeRecords(),
  sales: salesRecords(),
  game: gameRecords(),
  education: educationRecords(),
  companion: companionRecords(),
  energy: energyRecords(),
};

for (const [name, records] of Object.entries(sets)) {
  const lines = records.map((record) => `${JSON.stringify(record)}\n`);
  writeFileSync(new URL(`../../examples/data/${name}.records.jsonl`, import.meta.url), lines.join(""));
  console.log(`${name}: ${records.length} records`);
}
