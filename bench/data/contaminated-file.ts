import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { createTextSource } from "../../tests/data/generated-text.ts";

/** What was done to an item before it was put into a row. */
export const CHANGES = ["verbatim", "every 14th word", "every 10th word"] as const;

/** An item in a row of the file. */
export interface Planted {
  readonly row: number;
  readonly itemId: string;
  readonly change: (typeof CHANGES)[number];
}

/**
 * Writes chat rows of about 1 KB of made-up words to `rows.jsonl` in a folder, and evaluation items to `items.json`: a
 * question of 20 to 120 words and an answer of 10 to 40. One row in a thousand has an item in the middle of its text; which
 * ones goes to `planted.json`. Always the same for a seed.
 */
export function writeContaminatedFile(
  folder: string,
  { bytes, items: count, seed }: { bytes: number; items: number; seed: number },
): { rows: number; bytes: number } {
  const source = createTextSource(seed);
  const { random } = source;
  const items = Array.from({ length: count }, (_, i) => ({
    id: `item-${i}`,
    texts: [source.text(20 + random.below(101)), source.text(10 + random.below(31))],
  }));
  writeFileSync(`${folder}/items.json`, JSON.stringify(items));
  const edited = (text: string, nth: number) =>
    text
      .split(" ")
      .map((word, i) => (i % nth === nth - 1 ? `${word}ish` : word))
      .join(" ");
  const planted: Planted[] = [];
  const file = openSync(`${folder}/rows.jsonl`, "w");
  let rows = 0;
  let written = 0;
  while (written < bytes) {
    let chunk = "";
    while (chunk.length < 1_000_000 && written + chunk.length < bytes) {
      let asked = source.text(20 + random.below(80));
      const item = random.below(1_000) === 0 ? items[random.below(count)] : undefined;
      const change = CHANGES[random.below(CHANGES.length)];
      if (item && change) {
        const [question = ""] = item.texts;
        const inRow =
          change === "verbatim" ? question : edited(question, change === "every 14th word" ? 14 : 10);
        asked += ` ${inRow} ${source.text(10)}`;
        planted.push({ row: rows, itemId: item.id, change });
      }
      const messages = [
        { role: "user", content: `${asked}?` },
        { role: "assistant", content: `${source.text(40 + random.below(80))}.` },
      ];
      chunk += `${JSON.stringify({ messages })}\n`;
      rows++;
    }
    written += writeSync(file, chunk);
  }
  closeSync(file);
  writeFileSync(`${folder}/planted.json`, JSON.stringify(planted));
  return { rows, bytes: written };
}
