import { eld } from "eld/extrasmall";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gramTable } from "../../../src/data/texts/gram-table.ts";
import { detectLanguage } from "../../../src/data/texts/language.ts";
import { gramLanguages } from "../../../src/data/texts/language-grams.ts";
import { languageTexts, undecidedTexts } from "./language-texts.ts";

const texts = Object.entries(languageTexts).flatMap(([language, each]) =>
  each.map((text) => ({ language, text, found: detectLanguage(text) })),
);
const shareOf = <Item>(items: readonly Item[], is: (item: Item) => boolean) =>
  items.filter(is).length / items.length;

describe("the texts written for it", () => {
  test("are many, in many languages, and none is twice among them", () => {
    expect(texts.length).toBeGreaterThanOrEqual(240);
    expect(Object.keys(languageTexts).length).toBeGreaterThanOrEqual(30);
    expect(new Set(texts.map(({ text }) => text)).size).toBe(texts.length);
  });

  test("are decided in 19 of 20 cases, and of those longer than 40 characters in 98 of 100", () => {
    expect(shareOf(texts, ({ found }) => found !== undefined)).toBeGreaterThanOrEqual(0.95);
    const longer = texts.filter(({ text }) => text.length > 40);
    expect(longer.length).toBeGreaterThan(150);
    expect(shareOf(longer, ({ found }) => found !== undefined)).toBeGreaterThanOrEqual(0.98);
  });

  test("are told rightly if they are decided", () => {
    const decided = texts.filter(({ found }) => found !== undefined);
    expect(shareOf(decided, ({ language, found }) => found?.language === language)).toBeGreaterThanOrEqual(
      0.99,
    );
  });

  test.each(Object.keys(languageTexts))("are decided more often than not in %s", (language) => {
    const of = texts.filter((each) => each.language === language);
    expect(shareOf(of, ({ found }) => found?.language === language)).toBeGreaterThan(0.7);
  });
});

describe("what is in no language", () => {
  test.each(undecidedTexts)("is not decided: %j", (text) => {
    expect(detectLanguage(text)).toBeUndefined();
  });

  test("is not decided when two languages take turns", () => {
    for (const [a, b] of [
      ["en", "de"],
      ["fr", "en"],
      ["es", "nl"],
      ["ru", "en"],
      ["ja", "en"],
      ["it", "pl"],
    ] as const) {
      const [first, second] = [languageTexts[a]?.slice(0, 3), languageTexts[b]?.slice(0, 3)];
      expect(
        detectLanguage([...(first ?? []), ...(second ?? [])].join(" ")),
        `${a} and ${b}`,
      ).toBeUndefined();
    }
  });

  test("is left out where sentences are about it", () => {
    const german = "Der Fehler liegt in der Schleife, die über den Rand der Liste hinausläuft:";
    const code = "for (let i = 0; i <= rows.length; i++) total += rows[i].amount;";
    expect(detectLanguage(`\`\`\`ts\n${code}\n\`\`\`\n\n${german}`)?.language).toBe("de");
    expect(detectLanguage(code)).toBeUndefined();
    expect(detectLanguage(`${german} \`rows.length\`.`)?.language).toBe("de");
    expect(detectLanguage(`${german} https://example.com/why-is-this-the-end`)?.language).toBe("de");
  });
});

describe("close relatives", () => {
  test("are named where the text may be in either", () => {
    const danish = detectLanguage("Selvrisikoen er 3000 kroner for hver skade.");
    expect(danish).toEqual({ language: "da", alternative: "no" });
  });

  test("are not named where nothing comes close", () => {
    const english = detectLanguage("Could you send me a photo of the broken window, please?");
    expect(english).toEqual({ language: "en", alternative: undefined });
  });
});

test("any text is taken, and the same text always gives the same", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
      const first = detectLanguage(text);
      expect(detectLanguage(text)).toEqual(first);
      if (first) expect(first.language).toMatch(/^[a-z]{2}$/);
    }),
  );
});

test("a text of a megabyte without a space is taken", () => {
  expect(detectLanguage("x".repeat(1_000_000))).toBeUndefined();
  expect(detectLanguage("你好".repeat(500_000))?.language).toBe("zh");
});

test("the packed grams score as the database that they are made of", () => {
  const encoder = new TextEncoder();
  for (const { text } of texts) {
    const words = text.replace(/[^\p{L}]+(?<!['`’])/gu, " ").trim();
    const bytes = encoder.encode(words.toLowerCase());
    const { scores } = gramTable()(bytes, 0, bytes.length);
    const expected = eld.detect(text).getScores();
    const ranked = Object.keys(expected).filter((language) => gramLanguages.includes(language));
    const mine = gramLanguages
      .map((language, index) => ({ language, score: scores[index] ?? 0 }))
      .filter(({ score }) => score > 0);
    expect(new Set(mine.map(({ language }) => language))).toEqual(new Set(ranked));
    const byTheirs = mine.toSorted((a, b) => ranked.indexOf(a.language) - ranked.indexOf(b.language));
    const scored = byTheirs.map(({ score }) => score);
    expect(scored).toEqual(scored.toSorted((a, b) => b - a));
  }
});
