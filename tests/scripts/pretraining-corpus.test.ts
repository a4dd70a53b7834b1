import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type Document, documents, type Kind } from "../../scripts/pretraining/corpus.ts";
import { expand } from "../../scripts/pretraining/grammar.ts";
import { publicDomainText } from "../../scripts/pretraining/public-domain-text.ts";
import { createRandom } from "../../scripts/pretraining/random.ts";

const COUNT = 20_000;

function take(seed: number, count: number, prose: readonly string[] = ["Call me Ishmael."]): Document[] {
  const taken: Document[] = [];
  for (const document of documents(seed, prose)) {
    if (taken.length === count) break;
    taken.push(document);
  }
  return taken;
}

const textOf = (document: Document) =>
  document.kind === "prose"
    ? document.text
    : document.dialogue.messages.map(({ content }) => content).join("\n");

describe("the corpus of photon-nano", () => {
  const corpus = take(1, COUNT);

  test("has every kind of document, in about the proportions of the mix", () => {
    const counts = new Map<Kind, number>();
    for (const { kind } of corpus) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    expect([...counts.keys()].sort()).toEqual([
      "greetings",
      "handbook",
      "lists",
      "lookUps",
      "passageQuestions",
      "prose",
      "refusals",
      "rewordings",
      "smallTalk",
    ]);
    expect((counts.get("passageQuestions") ?? 0) / COUNT).toBeCloseTo(0.3, 1);
  });

  test("is the same for the same seed, and another for another", () => {
    expect(take(7, 300)).toEqual(take(7, 300));
    expect(take(8, 300)).not.toEqual(take(7, 300));
  });

  test("its dialogues alternate, end with an answer, and leave nothing of the grammar unexpanded", () => {
    for (const document of corpus) {
      if (document.kind === "prose") continue;
      const { messages } = document.dialogue;
      const turns = messages[0]?.role === "system" ? messages.slice(1) : messages;
      const wrong =
        turns.length === 0 ||
        turns.length % 2 === 1 ||
        turns.some(({ role }, index) => role !== (index % 2 === 0 ? "user" : "assistant")) ||
        messages.some(({ content }) => content.trim() === "" || /[[\]{}]|\bundefined\b| {2}/.test(content));
      expect(wrong ? document : undefined).toBeUndefined();
    }
  });

  test("holds nothing that the claims questions ask for", () => {
    const question = z.object({ question: z.string() });
    const questions = readFileSync(
      new URL("../../examples/data/claims.questions.jsonl", import.meta.url),
      "utf8",
    )
      .trim()
      .split("\n")
      .map((line) => question.parse(JSON.parse(line)).question.toLowerCase());
    const asked = new Set(
      corpus.flatMap((document) =>
        document.kind === "prose"
          ? []
          : document.dialogue.messages.map(({ content }) => content.toLowerCase()),
      ),
    );
    expect(questions.filter((text) => asked.has(text))).toEqual([]);
    expect(corpus.filter((document) => /merrowby/i.test(textOf(document)))).toEqual([]);
  });

  test("takes its prose from the packages that the licence notice names", async () => {
    const pieces = await publicDomainText(500);
    expect(pieces.length).toBeGreaterThan(10_000);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(500);
    expect(pieces.some((text) => text.includes("Call me Ishmael"))).toBe(true);
  });
});

describe("the grammar of wordings", () => {
  const random = createRandom(3);
  const all = (pattern: string) =>
    [...new Set(Array.from({ length: 200 }, () => expand(pattern, random, { name: "Ida" })))].sort();

  test("takes one of the alternatives, leaves options out, and fills slots", () => {
    expect(all("(Hi|Hello) {name}")).toEqual(["Hello Ida", "Hi Ida"]);
    expect(all("Hi[ there|, you]")).toEqual(["Hi", "Hi there", "Hi, you"]);
  });

  test.each(["(a", "[a", "{a", "a)", "a|b", "a]", "{unknown}"])("refuses %s", (pattern) => {
    expect(() => expand(pattern, random)).toThrow(SyntaxError);
  });
});
