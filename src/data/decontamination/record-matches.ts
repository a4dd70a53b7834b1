import { type WordReader, wordsOf } from "../words/word-reader.ts";
import { GRAM_WORDS } from "./gram-index.ts";
import type { IndexedItems, Segment } from "./indexed-items.ts";

/** What a record has of one segment. */
export interface SegmentMatch {
  readonly segment: Segment;
  /** The longest run of words that both have. */
  words: number;
  /** Where it begins in the segment. */
  offset: number;
  /** In which of the record's texts it is, and where there, in UTF-16 code units. */
  text: number;
  start: number;
  end: number;
  /** The words of the segment that are in any such run, by their offsets in it. */
  readonly covered: Set<number>;
  /** The run that was found last: its text, how far it is from the segment's beginning, and where it ends, in words. */
  runText: number;
  runShift: number;
  runEnd: number;
}

/** Collects what the texts of one record have of the items. */
export interface RecordMatches {
  /** Takes a gram of the text that `reader` has read last, and a place in the items that has the same hashes. */
  add(text: number, at: number, count: number, place: number): void;
  readonly matches: ReadonlyMap<Segment, SegmentMatch>;
}

/** Texts whose words are kept as strings. */
const KEPT_TEXTS = 256;

/** Makes a function that gives the words of an item's text as strings, and keeps those of the last texts. */
export function createItemWords(index: IndexedItems): (segment: Segment) => readonly string[] {
  const kept = new Map<string, readonly string[]>();
  return ({ item, text }) => {
    const key = `${item} ${text}`;
    const known = kept.get(key);
    if (known) return known;
    const words = wordsOf(index.items[item]?.texts[text] ?? "");
    if (kept.size >= KEPT_TEXTS) kept.clear();
    kept.set(key, words);
    return words;
  };
}

export function createRecordMatches(
  index: IndexedItems,
  reader: WordReader,
  wordsOfItem: (segment: Segment) => readonly string[],
): RecordMatches {
  const matches = new Map<Segment, SegmentMatch>();

  const add = (text: number, at: number, count: number, place: number) => {
    const segment = index.segmentOf(place);
    if (!segment) return;
    const offset = place - segment.first;
    const match = matches.get(segment) ?? emptyMatch(segment);
    if (match.runText === text && match.runShift === at - offset && at + GRAM_WORDS <= match.runEnd) return;
    if (match.words === segment.length) return;
    // The whole run around the gram: words before and after it that are equal too.
    const { hashes } = reader;
    const { words } = index;
    let before = 0;
    while (before < offset && before < at && hashes[at - before - 1] === words[place - before - 1]) {
      before++;
    }
    let length = before + GRAM_WORDS;
    const from = at - before;
    const fromOffset = offset - before;
    while (
      from + length < count &&
      fromOffset + length < segment.length &&
      hashes[from + length] === words[segment.first + fromOffset + length]
    ) {
      length++;
    }
    // Text that repeats itself matches in very many ways: only what is news is worth the strings.
    const news = length > match.words || !hasAll(match.covered, fromOffset, length);
    if (news && !sameWords(reader, from, wordsOfItem(segment), segment.firstInText + fromOffset, length))
      return;
    matches.set(segment, match);
    match.runText = text;
    match.runShift = at - offset;
    match.runEnd = from + length;
    if (!news) return;
    for (let word = fromOffset; word < fromOffset + length; word++) match.covered.add(word);
    if (length > match.words) {
      match.words = length;
      match.offset = fromOffset;
      match.text = text;
      match.start = reader.starts[from] ?? 0;
      match.end = reader.ends[from + length - 1] ?? 0;
    }
  };

  return { add, matches };
}

function hasAll(words: ReadonlySet<number>, offset: number, length: number): boolean {
  for (let word = offset; word < offset + length; word++) if (!words.has(word)) return false;
  return true;
}

/** Words with the same hashes needn't be the same words. */
function sameWords(
  reader: WordReader,
  from: number,
  words: readonly string[],
  fromOther: number,
  length: number,
): boolean {
  for (let i = 0; i < length; i++) if (reader.word(from + i) !== words[fromOther + i]) return false;
  return true;
}

function emptyMatch(segment: Segment): SegmentMatch {
  return {
    segment,
    words: 0,
    offset: 0,
    text: 0,
    start: 0,
    end: 0,
    covered: new Set(),
    runText: -1,
    runShift: 0,
    runEnd: 0,
  };
}
