import { createWordReader, type WordReader, wordsOf } from "../words/word-reader.ts";
import { GRAM_WORDS, rolled } from "./gram-index.ts";
import { hashOfWords, type IndexedItems, indexItems } from "./indexed-items.ts";
import type { DecontaminationItem, DecontaminatorOptions, Overlap, OverlapRule } from "./overlap.ts";
import { createItemWords, createRecordMatches, type SegmentMatch } from "./record-matches.ts";

/** Words, one after the other, that are no coincidence any more. */
const LONG_MATCH = 13;
/** The share of an item's words from which on somebody should look. */
const REVIEW_SHARE = 0.5;

/** Compares the texts of training records with the items of an evaluation. */
export interface Decontaminator {
  /**
   * What a record's texts have in common with the items, at most one overlap for each item; those to drop for first, then
   * the longest.
   */
  overlaps(texts: readonly string[]): Overlap[];
  /** How many items there are. */
  readonly items: number;
  /** Ids of items in which there is nothing to look for, because they have no words but allowed ones. */
  readonly withoutWords: readonly string[];
  /** Memory of the index, in bytes, besides the items' texts. */
  readonly bytes: number;
}

/**
 * Indexes the items of an evaluation, so that training data can be compared with them.
 *
 * Texts are compared by words: runs of letters and digits after NFKC in lower case; a Han character or kana is a word.
 * Punctuation, case and layout make no difference; a paraphrase isn't seen. A record should be dropped when 13 words in a
 * row are those of an item, or all words of a question of 8 to 12 words, or when it asks and answers an item of fewer than
 * 8 words; and looked at when half of the words of a question, or of all of an item, are in runs of 8 words that it has.
 *
 * @throws {DataError} `invalid_option` when there are no items, or two of them have one id
 *
 * @example
 * ```ts
 * import { createDecontaminator } from "fermion/data";
 *
 * const decontaminator = createDecontaminator([
 *   { id: "q1", texts: ["Which deadline does the household policy set for reporting water damage?"] },
 * ]);
 * for (const { rule, itemId, overlappingText } of decontaminator.overlaps(["Some text to be trained on."])) {
 *   console.log(rule, itemId, overlappingText);
 * }
 * ```
 */
export function createDecontaminator(
  items: Iterable<DecontaminationItem>,
  options: DecontaminatorOptions = {},
): Decontaminator {
  const index = indexItems(items, options.allow ?? []);
  const reader = createWordReader();
  const itemReader = createWordReader();
  const itemWords = createItemWords(index);
  const { grams } = index;

  return {
    overlaps(texts) {
      const found = createRecordMatches(index, reader, itemWords);
      let short: Overlap[] = [];
      texts.forEach((text, number) => {
        const count = reader.read(text);
        if (count < GRAM_WORDS) {
          const asked = count === 0 ? undefined : index.shortQuestions.get(hashOfWords(reader.hashes, count));
          if (asked) short = short.concat(shortOverlaps(index, asked, texts, number));
          return;
        }
        const { hashes } = reader;
        let hash = 0;
        for (let i = 0; i < count; i++) {
          hash = rolled(hash, i < GRAM_WORDS ? 0 : (hashes[i - GRAM_WORDS] ?? 0), hashes[i] ?? 0);
          if (i >= GRAM_WORDS - 1 && grams.mayHave(hash)) {
            const at = i - GRAM_WORDS + 1;
            grams.find(hash, hashes, at, (place) => found.add(number, at, count, place));
          }
        }
      });
      if (found.matches.size === 0) return short;
      const long = longOverlaps(index, [...found.matches.values()], texts, itemReader);
      return [...short, ...long].sort(
        (a, b) => a.verdict.localeCompare(b.verdict) || b.words - a.words || b.share - a.share,
      );
    },
    items: index.items.length,
    withoutWords: index.withoutWords,
    bytes: grams.bytes + index.words.length * 4,
  };
}

/** Of items whose question a record's text is: those whose answer is another one, or that have none. */
function shortOverlaps(
  { items }: IndexedItems,
  asked: readonly number[],
  texts: readonly string[],
  number: number,
): Overlap[] {
  const text = texts[number] ?? "";
  const same = wordsOf(text).join(" ");
  const others = new Set(
    texts.filter((_, other) => other !== number).map((other) => wordsOf(other).join(" ")),
  );
  return asked.flatMap((itemNumber) => {
    const item = items[itemNumber];
    if (!item) return [];
    const said = item.texts.map((part) => wordsOf(part).join(" "));
    const question = said.indexOf(same);
    const answers = said.filter((words, i) => i > question && words !== "");
    if (question < 0 || (answers.length > 0 && !answers.some((words) => others.has(words)))) return [];
    const itemText = item.texts[question] ?? "";
    return {
      rule: "short-item",
      verdict: "drop",
      itemId: item.id,
      words: wordsOf(text).length,
      share: 1,
      span: { text: number, start: 0, end: text.length },
      itemSpan: { text: question, start: 0, end: itemText.length },
      overlappingText: text,
    };
  });
}

function longOverlaps(
  index: IndexedItems,
  matches: readonly SegmentMatch[],
  texts: readonly string[],
  reader: WordReader,
): Overlap[] {
  const byItem = new Map<number, SegmentMatch[]>();
  for (const match of matches) {
    const { item } = match.segment;
    byItem.set(item, [...(byItem.get(item) ?? []), match]);
  }
  return [...byItem].flatMap(([number, ofItem]) => {
    const item = index.items[number];
    const share = coveredShare(ofItem, index.lengthsOf(number));
    const longest = ofItem.reduce((best, match) => (match.words > best.words ? match : best));
    const whole = ofItem.find(({ segment, words }) => segment.question && words === segment.length);
    const rule: OverlapRule | undefined =
      longest.words >= LONG_MATCH
        ? "long-match"
        : whole
          ? "whole-question"
          : share >= REVIEW_SHARE
            ? "shared-ngrams"
            : undefined;
    if (!item || !rule) return [];
    const shown = rule === "whole-question" && whole ? whole : longest;
    const { segment } = shown;
    reader.read(item.texts[segment.text] ?? "");
    const first = segment.firstInText + shown.offset;
    return {
      rule,
      verdict: rule === "shared-ngrams" ? "review" : "drop",
      itemId: item.id,
      words: shown.words,
      share,
      span: { text: shown.text, start: shown.start, end: shown.end },
      itemSpan: {
        text: segment.text,
        start: reader.starts[first] ?? 0,
        end: reader.ends[first + shown.words - 1] ?? 0,
      },
      overlappingText: (texts[shown.text] ?? "").slice(shown.start, shown.end),
    };
  });
}

/** The share of the words that are in matches: of the question's or of all, whichever is more. */
function coveredShare(
  matches: readonly SegmentMatch[],
  { words, question }: { readonly words: number; readonly question: number },
): number {
  let all = 0;
  let asked = 0;
  for (const { segment, covered } of matches) {
    all += covered.size;
    if (segment.question) asked += covered.size;
  }
  return Math.max(all / words, question === 0 ? 0 : asked / question);
}
