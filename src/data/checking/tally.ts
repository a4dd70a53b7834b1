import { createHistogram, type HistogramCounts, mergeHistogram } from "./histogram.ts";

/** What is counted over all rows, wherever they were checked: threads send theirs, and they are added up. */
export interface Tally {
  /** Rows that a model can be trained on. */
  usable: number;
  readonly characters: HistogramCounts;
  readonly turns: HistogramCounts;
  /** Tokens of a row before it is cut; empty without a tokenizer. */
  readonly tokens: HistogramCounts;
  /** Tokens that are trained on in an epoch, after rows were cut, and those of them that are learned. */
  trainedTokens: number;
  learnedTokens: number;
  cutRows: number;
  nothingToLearn: number;
  readonly roles: Map<string, number>;
  /** Short answers, by their text; as long as there are few. */
  readonly answers: Map<string, number>;
  shortAnswers: number;
  tooManyAnswers: boolean;
}

export function createTally(): Tally {
  return {
    usable: 0,
    characters: createHistogram(),
    turns: createHistogram(),
    tokens: createHistogram(),
    trainedTokens: 0,
    learnedTokens: 0,
    cutRows: 0,
    nothingToLearn: 0,
    roles: new Map(),
    answers: new Map(),
    shortAnswers: 0,
    tooManyAnswers: false,
  };
}

export function mergeTally(into: Tally, other: Tally): void {
  into.usable += other.usable;
  mergeHistogram(into.characters, other.characters);
  mergeHistogram(into.turns, other.turns);
  mergeHistogram(into.tokens, other.tokens);
  into.trainedTokens += other.trainedTokens;
  into.learnedTokens += other.learnedTokens;
  into.cutRows += other.cutRows;
  into.nothingToLearn += other.nothingToLearn;
  mergeCounts(into.roles, other.roles);
  mergeCounts(into.answers, other.answers);
  into.shortAnswers += other.shortAnswers;
  into.tooManyAnswers ||= other.tooManyAnswers;
}

/** One more of `key`. */
export function addOne(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function mergeCounts(into: Map<string, number>, other: ReadonlyMap<string, number>): void {
  for (const [key, count] of other) into.set(key, (into.get(key) ?? 0) + count);
}

/** With more different short answers than these, they are no labels. */
export const MOST_LABELS = 50;
/** A longer answer is no label. */
export const LONGEST_LABEL = 40;

/** Counts an answer that may be a label. */
export function tallyAnswer(tally: Tally, answer: string): void {
  if (answer.length > LONGEST_LABEL) return;
  tally.shortAnswers++;
  if (tally.tooManyAnswers) return;
  addOne(tally.answers, answer);
  if (tally.answers.size > MOST_LABELS) {
    tally.tooManyAnswers = true;
    tally.answers.clear();
  }
}
