import { closeSync, openSync, writeSync } from "node:fs";
import { publicDomainText } from "../../scripts/pretraining/public-domain-text.ts";

const TOPICS = ["hail", "fire", "theft", "storm", "frost", "water", "glass", "travel", "a fall", "lightning"];
const PLACES = ["Zürich", "Łódź", "Malmö", "Lyon", "Porto", "Leeds", "Graz", "Gdańsk", "Málaga", "Utrecht"];
const PERSONAS = [
  "You are a careful assistant for an insurer. Answer briefly.",
  "You help readers with old texts. Quote them exactly.",
  "You are a tutor; explain step by step.",
];

/**
 * Writes rows of about 1 KB, in each two to six turns of sentences of public-domain text, with names, figures, line
 * breaks and quotes between them, so that no two rows are alike. Always the same for a seed.
 *
 * A few rows have what checking looks for: 1 in 1,000 each repeats an earlier one, has an address, or a message too many.
 */
export async function writeChatFile(
  path: string,
  bytes: number,
  seed: number,
): Promise<{ rows: number; bytes: number }> {
  const sentences = (await publicDomainText(2000))
    .flatMap((text) => text.split(/(?<=[.!?;])\s+/))
    .filter((sentence) => sentence.length > 30 && sentence.length < 220);
  const random = generator(seed);
  const pick = (items: readonly string[]): string => items[Math.floor(random() * items.length)] ?? "";
  const figure = () => (random() * 10 ** Math.ceil(random() * 5)).toFixed(random() < 0.5 ? 0 : 2);
  const say = (least: number): string => {
    let text = "";
    while (text.length < least) {
      const kind = random();
      if (kind < 0.12)
        text += `In ${pick(PLACES)}, ${pick(TOPICS)} cost ${figure()} € in ${1900 + Math.floor(random() * 126)}. `;
      else if (kind < 0.15) text += `\n- ${figure()} of "${pick(TOPICS)}"\n`;
      else text += `${pick(sentences)} `;
    }
    return text.trim();
  };
  const file = openSync(path, "w");
  let written = 0;
  let rows = 0;
  let earlier = "";
  while (written < bytes) {
    let chunk = "";
    while (chunk.length < 1_000_000 && written + chunk.length < bytes) {
      const turns = random() < 0.8 ? 1 : 2 + Math.floor(random() * 2);
      const messages: unknown[] = random() < 0.5 ? [{ role: "system", content: pick(PERSONAS) }] : [];
      for (let turn = 0; turn < turns; turn++) {
        messages.push(
          { role: "user", content: say(300 / turns) },
          { role: "assistant", content: say(430 / turns) },
        );
      }
      const odd = Math.floor(random() * 1000);
      if (odd === 1)
        messages.push({ role: "user", content: `Write to anna.${rows}@brewery-mail.com, please.` });
      let row = JSON.stringify({ messages });
      if (odd === 0 && earlier) row = earlier;
      if (odd === 2) earlier = row;
      chunk += `${row}\n`;
      rows++;
    }
    written += writeSync(file, chunk);
  }
  closeSync(file);
  return { rows, bytes: written };
}

/** Random numbers from 0 to 1, the same for a seed (xorshift32: Marsaglia 2003). */
function generator(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
