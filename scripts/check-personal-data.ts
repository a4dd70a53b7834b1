/**
 * How well the rules for secrets, personal data and prompt injections do on the labelled set, by rule and overall:
 *
 *   npm run check:personal-data
 *
 * It ends with 1 where precision is below 0.95 or recall below 0.9. Of what went wrong it names the snippet, not the text.
 */
import { scanText } from "../src/data/texts/scan-text.ts";
import { type Counts, measure, precision, recall } from "../tests/data/personal-data/measure.ts";
import { readSnippets } from "../tests/data/personal-data/snippets.ts";

const line = (name: string, counts: Counts) =>
  [
    name.padEnd(30),
    String(counts.found + counts.missed).padStart(6),
    precision(counts).toFixed(3).padStart(10),
    recall(counts).toFixed(3).padStart(8),
  ].join("");

const snippets = readSnippets();
const all = measure(snippets, scanText);
console.log(`${"rule".padEnd(30)}marked  precision  recall`);
for (const [rule, counts] of [...all.byRule].sort(([a], [b]) => a.localeCompare(b))) {
  console.log(line(rule, counts));
}
console.log("");
for (const part of ["tuning", "held-out"] as const) {
  const of = snippets.filter((snippet) => snippet.part === part);
  console.log(line(`${part} (${of.length} snippets)`, measure(of, scanText).overall));
}
console.log(line(`all (${snippets.length} snippets)`, all.overall));
for (const { id, rule, fault } of all.faults) {
  console.log(`  snippet ${id}: ${rule} ${fault === "missed" ? "missed" : "found where there is none"}`);
}
if (precision(all.overall) < 0.95 || recall(all.overall) < 0.9) process.exitCode = 1;
