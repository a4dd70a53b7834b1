import fc from "fast-check";
import { expect, test } from "vitest";
import { createTokenCounter } from "../../src/engine/token-counter.ts";
import { readTokenizer } from "../../src/engine/tokenizer.ts";
import { trainTokenizer } from "../../src/engine/tokenizer-training.ts";

const json = trainTokenizer(["it's the storm's hail, they'll pay 120 euros  within 9 days\n\n"], {
  vocabularySize: 320,
  specialTokens: ["<|end|>"],
}).toJSON();
const plain = { ...json, pre_tokenizer: json.decoder };
const digits = {
  ...json,
  pre_tokenizer: {
    type: "Sequence",
    pretokenizers: [{ type: "Digits", individual_digits: true }, json.decoder],
  },
};

/** Pieces whose joints are where words begin and end. */
const pieces = fc.array(
  fc.oneof(
    fc.constantFrom(
      " ",
      "  ",
      "\n",
      "\t",
      "'s",
      "'",
      "'ll",
      "9",
      "120",
      "the",
      "hail",
      "é",
      "日本",
      "\u00a0",
      "½",
    ),
    fc.string({ unit: "binary", maxLength: 5 }),
    fc.constantFrom("\ud800", "\udc00", "😀", "x".repeat(50), "<|end|>", "", "\u0085"),
  ),
  { maxLength: 30 },
);

test.each([
  ["GPT-2's pattern", plain],
  ["split digits", digits],
])("counts what encoding gives, with %s", (_, document) => {
  const tokenizer = readTokenizer(document);
  const count = createTokenCounter(tokenizer);
  fc.assert(
    fc.property(pieces, (parts) => {
      const text = parts.join("");
      expect(count(text)).toBe(tokenizer.encode(text).length);
      // Once more, now that its words are known.
      expect(count(text)).toBe(tokenizer.encode(text).length);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ["GPT-2's pattern", plain],
  ["split digits", digits],
])("counts alike wherever a word stands, with %s", (_, document) => {
  const tokenizer = readTokenizer(document);
  const count = createTokenCounter(tokenizer);
  const ends = [
    "they'll  pay",
    "'s's",
    "it's 12 é",
    "x  9\n\nhail ",
    "日本's",
    "a 😀 b",
    "   ",
    `${"y".repeat(50)}'ve`,
  ];
  for (const end of ends) {
    for (let before = 0; before <= 130; before++) {
      const text = `${"x".repeat(before)}${end}${" hail".repeat(before % 3)}`;
      expect([text, count(text)]).toEqual([text, tokenizer.encode(text).length]);
    }
  }
});

test("a word is encoded once, and known from then on", () => {
  const tokenizer = readTokenizer(plain);
  let encoded = 0;
  const count = createTokenCounter({
    ...tokenizer,
    splitDigits: tokenizer.splitDigits,
    encode(text) {
      encoded++;
      return tokenizer.encode(text);
    },
  });
  const text = "the storm's hail, extraordinarily, they pay for the hail in Zürich and Łódź";
  const first = count(`${text}.`);
  const words = encoded;
  expect(words).toBeLessThanOrEqual(17);
  expect(count(`${text}.  `)).toBeGreaterThanOrEqual(first);
  expect(count(`${text}.`.repeat(2))).toBeGreaterThan(first);
  // Two spaces, and the end of one text run together with the beginning of the next.
  expect(encoded - words).toBeLessThanOrEqual(4);
});

test("a huge text is counted, and its memory given back", () => {
  const tokenizer = readTokenizer(plain);
  const count = createTokenCounter(tokenizer);
  const one = count("the hail ");
  expect(count("the hail ".repeat(400_000))).toBeGreaterThan(one * 300_000);
  expect(count("the hail ")).toBe(one);
});
