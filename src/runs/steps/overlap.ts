import { createDecontaminator } from "../../data/decontamination/decontaminator.ts";
import { textsOfRow } from "../../data/decontamination/row-texts.ts";
import { wordsOf } from "../../data/words/word-reader.ts";
import type { EvalItem } from "../../evals/suite.ts";
import type { PreparedRecord } from "../prepared-record.ts";

/** Says of a record whether it may be trained on. `review`: somebody should look at it, and it is kept. */
export type OverlapTest = (record: PreparedRecord) => "drop" | "review" | "keep";

/**
 * Compares records with a suite that came from elsewhere, as {@link createDecontaminator} does it: 13 words in a row, or a
 * whole question, are no coincidence.
 *
 * @param allow - texts that both may have
 */
export function foreignOverlap(items: readonly EvalItem[], allow: readonly string[]): OverlapTest {
  if (items.length === 0) {
    return () => "keep";
  }
  // A system prompt is everywhere and gives nothing away.
  const compared = items.map(({ id, input, references }) => {
    const asked = input.findLast(({ role }) => role === "user") ?? input.at(-1);
    return { id, texts: [textOf(asked?.content), ...references] };
  });
  const decontaminator = createDecontaminator(compared, { allow });
  return ({ rows }) => {
    const overlaps = rows.flatMap((row) => decontaminator.overlaps(textsOfRow(row)));
    const isDropped = overlaps.some(({ verdict }) => verdict === "drop");
    return isDropped ? "drop" : overlaps.length > 0 ? "review" : "keep";
  };
}

/**
 * Compares records with items that one recipe made of other records. These share instructions, contexts and turns of phrase
 * with all of them by design, so a run of words says nothing: what counts is that a record has everything that an item asks
 * with, word by word.
 */
export function ownOverlap(items: readonly EvalItem[]): OverlapTest {
  const byLastMessage = new Map<string, string[][]>();
  for (const { input } of items) {
    const said = input.map(({ content }) => inWords(textOf(content)));
    const last = said.at(-1) ?? "";
    byLastMessage.set(last, [...(byLastMessage.get(last) ?? []), said]);
  }
  return ({ rows }) => {
    const repeats = rows.some((row) => {
      const said = new Set(textsOfRow(row).map(inWords));
      return [...said].some((text) =>
        byLastMessage.get(text)?.some((item) => item.every((part) => said.has(part))),
      );
    });
    return repeats ? "drop" : "keep";
  };
}

function inWords(text: string): string {
  return wordsOf(text).join(" ");
}

function textOf(content: unknown): string {
  if (typeof content === "string") {
    return content;
  }
  return Array.isArray(content) ? content.map(partText).join("\n") : "";
}

function partText(part: unknown): string {
  return typeof part === "object" && part !== null && "text" in part && typeof part.text === "string"
    ? part.text
    : "";
}
