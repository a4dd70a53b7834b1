/**
 * How surely nearly equal texts are found, by their true similarity, and what signing and looking up cost:
 *
 *   npx tsx bench/data/near-duplicates.ts [--pairs 20000] [--rows 1000000]
 */
import { parseArgs } from "node:util";
import { createNearDuplicateIndex } from "../../src/data/near-duplicates/near-duplicate-index.ts";
import { createSigner, SIGNATURE_WORDS } from "../../src/data/near-duplicates/signature.ts";
import { jaccardSimilarity } from "../../src/data/near-duplicates/similarity.ts";
import { createRandom } from "../../src/engine/random.ts";
import { createTextSource } from "../../tests/data/generated-text.ts";
import { drawTable } from "../client/table.ts";

const { values: options } = parseArgs({
  options: {
    pairs: { type: "string", default: "20000" },
    rows: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
  },
});
const sign = createSigner();
const signatureOf = (text: string) => {
  const signature = new Uint32Array(SIGNATURE_WORDS);
  sign(text, signature);
  return signature;
};

const source = createTextSource(Number(options.seed));
const step = 0.05;
const curve = new Map<number, { pairs: number; compared: number; found: number }>();
for (let pair = 0; pair < Number(options.pairs); pair++) {
  const text = source.text(30 + source.random.below(270));
  const other = source.edited(text, source.random.next() * 0.12);
  const similarity = Math.floor(jaccardSimilarity(text, other) / step + 1e-9) * step;
  const counts = curve.get(similarity) ?? { pairs: 0, compared: 0, found: 0 };
  curve.set(similarity, counts);
  counts.pairs++;
  const found = (threshold: number) => {
    const index = createNearDuplicateIndex({ threshold, capacity: 1 });
    index.add(signatureOf(text), 0);
    return index.add(signatureOf(other), 1) !== undefined;
  };
  if (found(0.001)) counts.compared++;
  if (found(0.85)) counts.found++;
}
console.log(
  drawTable(
    "Pairs of 30 to 300 words, up to 12 % of them replaced, by their Jaccard similarity",
    [...curve]
      .filter(([, { pairs }]) => pairs >= 50)
      .sort(([a], [b]) => a - b)
      .map(([similarity, { pairs, compared, found }]) => ({
        name: `${similarity.toFixed(2)}–${Math.min(1, similarity + step).toFixed(2)}`,
        values: { pairs, compared: (compared / pairs).toFixed(3), found: (found / pairs).toFixed(3) },
      })),
  ),
);

const unrelated = createNearDuplicateIndex();
let alarms = 0;
for (let row = 0; row < 50_000; row++) if (unrelated.add(signatureOf(source.text(100)), row)) alarms++;
console.log(`${alarms} false alarms among 50,000 unrelated texts of 100 words`);

for (const words of [40, 150, 600]) {
  const texts = Array.from({ length: 3e6 / words }, () => source.text(words));
  const bytes = texts.reduce((sum, text) => sum + text.length, 0);
  const out = new Uint32Array(SIGNATURE_WORDS);
  for (const text of texts.slice(0, 2_000)) sign(text, out);
  const before = performance.now();
  for (const text of texts) sign(text, out);
  console.log(
    `signing texts of ${words} words: ${(bytes / 1e3 / (performance.now() - before)).toFixed(0)} MB/s`,
  );
}

const rows = Number(options.rows);
const random = createRandom(1);
const index = createNearDuplicateIndex();
const noise = new Uint32Array(SIGNATURE_WORDS);
const before = performance.now();
for (let row = 0; row < rows; row++) {
  for (let i = 0; i < SIGNATURE_WORDS; i++) noise[i] = random.below(2 ** 32);
  index.add(noise, row);
}
const microseconds = ((performance.now() - before) * 1e3) / rows;
console.log(
  `index of ${index.size.toLocaleString("en")} rows: ${(index.bytes / index.size).toFixed(1)} bytes and ${microseconds.toFixed(1)} µs a row`,
);
