/**
 * Writes the records of examples/data that are composed from hand-written pieces: `npx tsx scripts/make-example-data.ts`.
 * The same pieces and seeds give the same files; tests/verticals keeps it.
 */
import { writeFileSync } from "node:fs";
import { exampleRecords } from "./example-data/files.ts";

for (const [name, records] of Object.entries(exampleRecords)) {
  const text = records().map((record) => `${JSON.stringify(record)}\n`).join("");
  writeFileSync(new URL(`../examples/data/${name}`, import.meta.url), text);
}
