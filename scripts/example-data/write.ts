/** Writes the records of the verticals' examples into `examples/data`: `npx tsx scripts/example-data/write.ts`. */
import { writeFileSync } from "node:fs";
import { financeRecords } from "./finance.ts";
import { insuranceRecords } from "./insurance.ts";
import { salesRecords } from "./sales.ts";

const sets = { insurance: insuranceRecords(), finance: financeRecords(), sales: salesRecords() };

for (const [name, records] of Object.entries(sets)) {
  const lines = records.map((record) => `${JSON.stringify(record)}\n`);
  writeFileSync(new URL(`../../examples/data/${name}.records.jsonl`, import.meta.url), lines.join(""));
  console.log(`${name}: ${records.length} records`);
}
