import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SPECIAL_TOKENS } from "../../src/engine/chat-template.ts";
import type { TokenizerJson } from "../../src/engine/tokenizer.ts";
import { trainTokenizer } from "../../src/engine/tokenizer-training.ts";

const fixtures = join(import.meta.dirname, "fixtures");
const texts: string[] = JSON.parse(readFileSync(join(fixtures, "training-texts.json"), "utf8"));
/** Trained on the same texts by Hugging Face's tokenizers: fixtures/record-tokenizer.py. */
const recorded: TokenizerJson = JSON.parse(readFileSync(join(fixtures, "tokenizer.json"), "utf8"));

/** The merges of the definition: count all pairs anew, join the most frequent, until none occurs twice. */
function trainPlainly(
  words: readonly string[],
  limit: number,
  firstId: ReadonlyMap<string, number>,
): string[][] {
  const ids = new Map(firstId);
  const idOf = (token: string) => ids.get(token) ?? -1;
  let split = words.map((word) => [...word]);
  const merges: string[][] = [];
  while (merges.length < limit) {
    const counts = new Map<string, number>();
    for (const word of split) {
      for (let i = 0; i + 1 < word.length; i++) {
        const pair = `${word[i]} ${word[i + 1]}`;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    const [best] = [...counts]
      .filter(([, count]) => count >= 2)
      .map(([pair, count]) => ({ pair: pair.split(" "), count }))
      .sort(
        (a, b) =>
          b.count - a.count ||
          idOf(a.pair[0] ?? "") - idOf(b.pair[0] ?? "") ||
          idOf(a.pair[1] ?? "") - idOf(b.pair[1] ?? ""),
      );
    if (best === undefined) break;
    const joined = best.pair.join("");
    if (!ids.has(joined)) ids.set(joined, ids.size);
    merges.push(best.pair);
    split = split.map((word) => {
      const result: string[] = [];
      for (let i = 0; i < word.length; i++) {
        if (word[i] === best.pair[0] && word[i + 1] === best.pair[1]) {
          result.push(joined);
          i++;
        } else {
          result.push(word[i] ?? "");
        }
      }
      return result;
    });
  }
  return merges;
}

describe("training a tokenizer", () => {
  test("learns the tokens and merges that Hugging Face's tokenizers learns", () => {
    const { model, added_tokens } = trainTokenizer(texts, {
      vocabularySize: 512,
      specialTokens: SPECIAL_TOKENS,
    }).toJSON();
    expect(model.vocab).toEqual(recorded.model.vocab);
    expect(model.merges).toEqual(recorded.model.merges);
    expect(added_tokens).toEqual(recorded.added_tokens);
  });

  test("does what the definition of byte-pair encoding says", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), fc.nat({ max: 30 }), (words, joins) => {
        const tokenizer = trainTokenizer([words.join("\n")], {
          vocabularySize: 256 + joins,
          specialTokens: [],
        });
        const { merges, vocab } = tokenizer.toJSON().model;
        const bytes = new Map(Object.entries(vocab).filter(([, id]) => id < 256));
        const expected = trainPlainly(words, merges.length + 1, bytes);
        // One merge more shows that it stopped for want of room, or of pairs, not early.
        expect(merges).toEqual(
          tokenizer.vocabularySize < 256 + joins ? expected : expected.slice(0, merges.length),
        );
      }),
      { numRuns: 500 },
    );
  });

  test("puts the special tokens first, then the 256 bytes", () => {
    const tokenizer = trainTokenizer([], { specialTokens: SPECIAL_TOKENS });
    expect([...tokenizer.specialTokens]).toEqual(SPECIAL_TOKENS.map((token, id) => [token, id]));
    expect(tokenizer.vocabularySize).toBe(SPECIAL_TOKENS.length + 256);
    expect(tokenizer.decode(tokenizer.encode("😀 any"))).toBe("😀 any");
  });

  test("keeps each digit by itself", () => {
    const tokenizer = trainTokenizer(Array(50).fill("16,200 euros, 16,200 times"), { specialTokens: [] });
    const digits = tokenizer.encode("16200");
    expect(digits).toHaveLength(5);
  });

  test("reads the texts once, and one at a time", () => {
    let given = 0;
    function* stream() {
      for (const text of texts) {
        given++;
        yield text;
      }
    }
    trainTokenizer(stream(), { specialTokens: [] });
    expect(given).toBe(texts.length);
  });

  test("never makes a special token of text", () => {
    const tokenizer = trainTokenizer(Array(100).fill("hello hello"), { specialTokens: ["hello", "ell"] });
    expect(tokenizer.encode("hello").some((id) => id < 2)).toBe(false);
    expect(tokenizer.decode(tokenizer.encode("hello"))).toBe("hello");
  });

  test("takes a megabyte without a space", () => {
    let state = 1;
    const letters = Array.from({ length: 1 << 20 }, () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return String.fromCharCode(97 + ((state >> 16) % 26));
    });
    const begin = performance.now();
    const tokenizer = trainTokenizer([letters.join(""), "a".repeat(1 << 20)], {
      vocabularySize: 1024,
      specialTokens: [],
    });
    expect(tokenizer.vocabularySize).toBe(1024);
    expect(performance.now() - begin).toBeLessThan(20_000);
  });

  test.each([
    [{ vocabularySize: 256, specialTokens: ["<|end|>"] }, /at least 257/],
    [{ vocabularySize: 300.5, specialTokens: [] }, /vocabularySize/],
    [{ specialTokens: ["<|end|>", "<|end|>"] }, /twice/],
    [{ specialTokens: [""] }, /two characters/],
    [{ specialTokens: ["!"] }, /two characters/],
  ])("rejects %j", (options, message) => {
    expect(() => trainTokenizer([], options)).toThrow(message);
    expect(() => trainTokenizer([], options)).toThrow(RangeError);
  });
});
