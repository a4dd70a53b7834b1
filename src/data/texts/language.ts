import { gramTable } from "./gram-table.ts";
import { gramLanguages } from "./language-grams.ts";
import { proseOf } from "./prose.ts";
import { mainScript, type SharedScript } from "./scripts.ts";

/** The language that a text is in. */
export interface DetectedLanguage {
  /** By its ISO 639-1 code. Indonesian counts as Malay (`ms`), both kinds of Norwegian are `no`, all Chinese is `zh`. */
  readonly language: string;
  /** A close relative of it that the text may be in as well, such as `da` for `no`. */
  readonly alternative: string | undefined;
}

/** With fewer letters, a text may be in any language. */
const LEAST_LETTERS = 28;
/** Where a script says the language, fewer are enough. */
const LEAST_OWN_LETTERS = 8;
const LEAST_GRAMS = 7;
/** Of the letters, so many are of one script, or the text is mixed. */
const LEAST_SHARE = 0.8;
/** If more of a text is code and numbers, its words aren't sentences. */
const MOST_LEFT_OUT = 0.35;
/** What a gram speaks for the language of a text on average; names and made-up words stay below. */
const LEAST_MEAN: Readonly<Record<SharedScript, number>> = {
  Latin: 42,
  Cyrillic: 80,
  Arabic: 80,
  Devanagari: 120,
};
/** By so much of its score a language is ahead of the next, or it may be either; by less, it can't be told. */
const SURE_MARGIN = 0.2;
const LEAST_MARGIN = 0.02;
/** With so many grams, each half of a text is looked at. */
const HALVED = 20;

const encoder = new TextEncoder();
let bytes = new Uint8Array(4096);

/**
 * Tells the language of a text by its script and its n-grams. Undefined where a text is too short or mixed to say, or is
 * code, data or names. Only its first 300 characters of prose are looked at.
 */
export function detectLanguage(text: string): DetectedLanguage | undefined {
  const { words, leftOut } = proseOf(text);
  if (leftOut > MOST_LEFT_OUT) return undefined;
  const main = mainScript(words);
  if (main === undefined || main.share < LEAST_SHARE) return undefined;
  const { script, letters } = main;
  switch (script) {
    case "Latin":
    case "Cyrillic":
    case "Arabic":
    case "Devanagari":
      return letters < LEAST_LETTERS ? undefined : byGrams(words, LEAST_MEAN[script]);
    default:
      return letters < LEAST_OWN_LETTERS ? undefined : { language: script, alternative: undefined };
  }
}

/** What is between words, as eld has it, whose grams these are: an apostrophe belongs to the word that it begins. */
const BETWEEN_WORDS = /[^\p{L}]+(?<!['`’])/gu;

function byGrams(words: string, leastMean: number): DetectedLanguage | undefined {
  const text = words.replace(BETWEEN_WORDS, " ").toLowerCase();
  if (bytes.length < 3 * text.length) bytes = new Uint8Array(3 * text.length);
  const { written } = encoder.encodeInto(text, bytes);
  const table = gramTable();
  const whole = rank(table(bytes, 0, written));
  if (whole.grams < LEAST_GRAMS || whole.mean < leastMean || whole.margin < LEAST_MARGIN) return undefined;
  if (whole.grams >= HALVED) {
    let middle = written >> 1;
    while (middle < written && bytes[middle] !== 32) middle++;
    for (const [start, end] of [
      [0, middle],
      [middle, written],
    ] as const) {
      const half = table(bytes, start, end);
      const ofWhole = half.scores[whole.best] ?? 0;
      const { best, mean, margin } = rank(half);
      const isOther = best !== whole.best && mean >= leastMean && margin > 0;
      if (isOther && ofWhole < (1 - SURE_MARGIN) * (half.scores[best] ?? 0)) return undefined;
    }
  }
  const alternative = whole.margin < SURE_MARGIN ? gramLanguages[whole.second] : undefined;
  const language = gramLanguages[whole.best];
  return language === undefined ? undefined : { language, alternative };
}

interface Ranking {
  readonly best: number;
  readonly second: number;
  /** How far the best is ahead, as a share of its score. */
  readonly margin: number;
  /** The best's score for each gram. */
  readonly mean: number;
  readonly grams: number;
}

function rank({ scores, grams }: ReturnType<ReturnType<typeof gramTable>>): Ranking {
  let best = 0;
  let second = -1;
  for (let language = 1; language < scores.length; language++) {
    const score = scores[language] ?? 0;
    if (score > (scores[best] ?? 0)) {
      second = best;
      best = language;
    } else if (second < 0 || score > (scores[second] ?? 0)) second = language;
  }
  const most = scores[best] ?? 0;
  const next = scores[second] ?? 0;
  return {
    best,
    second,
    margin: most === 0 ? 0 : (most - next) / most,
    mean: grams === 0 ? 0 : most / grams,
    grams,
  };
}
