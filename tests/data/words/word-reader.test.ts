import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createWordReader, wordsOf } from "../../../src/data/words/word-reader.ts";

const reader = createWordReader();

function read(text: string): string[] {
  return Array.from({ length: reader.read(text) }, (_, index) => reader.word(index));
}

describe("the words of a text", () => {
  test.each([
    ["Claim 4711 isn't   covered.", ["claim", "4711", "isn", "t", "covered"]],
    ["ＦＵＬＬ ｗｉｄｔｈ ﬁne ½ ①", ["full", "width", "fine", "1", "2", "1"]],
    ["Cafe\u0301 CAFÉ", ["café", "café"]],
    ["ΟΔΟΣ οδός", ["οδοσ", "οδόσ"]],
    ["保险条款abc第7条", ["保", "险", "条", "款", "abc", "第", "7", "条"]],
    ["カガ ｶﾞ", ["カ", "ガ", "ガ"]],
    ["보험 청구", ["보험", "청구"]],
    ["\u1112\u1161\u11ab", ["한"]],
    ["party🎉time 🇩🇪 👍🏽", ["party", "time"]],
    ["𠀀𠀁 𝐀𝐁", ["𠀀", "𠀁", "ab"]],
    ["\ud800x \udc00", ["x"]],
    ["", []],
    ["…—!", []],
  ])("%j", (text, words) => {
    expect(wordsOf(text)).toEqual(words);
    expect(read(text)).toEqual(words);
  });

  test("are the same when looked up as when normalised as strings", () => {
    const character = fc.oneof(
      fc.constantFrom(
        ..."abZ 09.,\n-éßİςΣ½ﬁ①保がガ한\u0301\u0323\u0332\u3099\uff9e\u1112\u1161\u11ab\u093c\u093e\u200d\ufe0f",
      ),
      fc.constantFrom("🎉", "𠀀", "𝐀", "\ud800", "\udc00", "🇩🇪"),
      fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    );
    fc.assert(
      fc.property(fc.array(character, { maxLength: 40 }), (characters) => {
        const text = characters.join("");
        expect(read(text)).toEqual(wordsOf(text));
      }),
      { numRuns: 5_000, seed: 7 },
    );
  });

  test("have equal hashes where they are equal, however they were written", () => {
    const hashes = (text: string) => Array.from(reader.hashes.subarray(0, reader.read(text)));
    expect(hashes("Cafe\u0301 ＦＩＮＥ")).toEqual(hashes("café ﬁne"));
    expect(new Set(hashes("a b c d e f g h i j")).size).toBe(10);
  });

  test("say where they stand", () => {
    const text = "  Deductible: 500 €, Cafe\u0301.";
    const count = reader.read(text);
    expect(Array.from({ length: count }, (_, i) => text.slice(reader.starts[i], reader.ends[i]))).toEqual([
      "Deductible",
      "500",
      "Cafe\u0301",
    ]);
  });

  test("are found in long texts, and the room for them is given back", () => {
    expect(reader.read("word ".repeat(300_000))).toBe(300_000);
    expect(reader.read("a b")).toBe(2);
    expect(reader.hashes.length).toBe(1024);
  });
});
