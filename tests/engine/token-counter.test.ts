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
