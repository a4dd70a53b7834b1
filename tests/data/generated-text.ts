import { createRandom, type Random } from "../../src/engine/random.ts";

/** Text of made-up words, which occur about as unequally as those of a language. */
export interface TextSource {
  readonly random: Random;
  word(): string;
  text(words: number): string;
  /** The text with a share of its words, 0–1, replaced by other ones. */
  edited(text: string, share: number): string;
}

/** A source of text; the same seed gives the same texts. */
export function createTextSource(seed: number): TextSource {
  const random = createRandom(seed);
  const syllables = [
    "ka",
    "lo",
    "min",
    "ter",
    "va",
    "sol",
    "ri",
    "den",
    "pu",
    "est",
    "or",
    "ith",
    "ga",
    "nem",
    "u",
  ];
  const vocabulary = Array.from({ length: 20_000 }, () =>
    Array.from({ length: 1 + random.below(4) }, () => syllables[random.below(syllables.length)]).join(""),
  );
  const word = () => vocabulary[Math.floor(random.next() ** 3 * vocabulary.length)] ?? "";
  return {
    random,
    word,
    text: (words) => Array.from({ length: words }, word).join(" "),
    edited: (text, share) =>
      text
        .split(" ")
        .map((old) => (random.next() < share ? word() : old))
        .join(" "),
  };
}
