import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ChatTokenizer } from "../../../src/contract/chat-tokenizer.ts";
import { preview, previewText, rowAt } from "../../../src/data.ts";
import { readModelTokenizer } from "../../../src/engine/model-files.ts";
import type { Tokenizer } from "../../../src/engine/tokenizer.ts";
import { loadChatTokenizer } from "../../../src/local.ts";
import { readTrainingFile } from "../../../src/platform/jobs/training-file.ts";
import { writeTinyBase } from "../../platform/tiny-base.ts";
import { assistant, nearlyRow, user } from "../checking/rows.ts";

const directory = mkdtempSync(join(tmpdir(), "fermion-preview-"));
let chat: ChatTokenizer;
let own: Tokenizer;
beforeAll(async () => {
  await writeTinyBase(directory);
  chat = await loadChatTokenizer(directory);
  own = (await readModelTokenizer(directory)).tokenizer;
});
afterAll(() => rmSync(directory, { recursive: true }));

/** What the platform's trainer makes of a row; undefined if it leaves it out. */
async function asTrained(row: unknown) {
  async function* bytes() {
    yield new TextEncoder().encode(`${JSON.stringify(row)}\n`);
  }
  const { examples } = await readTrainingFile(bytes(), {
    tokenizer: own,
    contextLength: chat.contextLength,
  });
  return examples[0];
}

async function expectAsTrained(row: unknown): Promise<boolean> {
  const example = await asTrained(row);
  const shown = preview(row, chat, { method: "supervised" });
  expect([shown.trained, JSON.stringify(row)]).toEqual([example !== undefined, JSON.stringify(row)]);
  if (!example) return false;
  const [dialogue] = shown.dialogues;
  const seen = dialogue?.tokens.filter(({ cut }) => !cut) ?? [];
  expect(seen.map(({ id }) => id)).toEqual([...example.tokens]);
  expect(seen.map(({ learned }) => (learned ? 1 : 0))).toEqual([...example.learned]);
  expect(dialogue?.tokens.slice(seen.length).some(({ learned }) => learned)).toBe(false);
  return true;
}

const long = "The hail was large and many. ".repeat(20);

describe("preview", () => {
  test("shows the tokens that the trainer trains on, and learns the same of them", async () => {
    let trained = 0;
    await fc.assert(
      fc.asyncProperty(nearlyRow, async (row) => {
        if (await expectAsTrained(JSON.parse(JSON.stringify(row)))) trained++;
      }),
      { numRuns: 1_500 },
    );
    expect(trained).toBeGreaterThan(150);
  });

  test.each([
    ["an answer that is cut", { messages: [user, { role: "assistant", content: long }] }],
    ["a prompt that fills the context", { messages: [{ role: "user", content: long }, assistant] }],
    ["an answer that isn't learned", { messages: [user, { ...assistant, weight: 0 }, user, assistant] }],
    ["a refusal", { messages: [user, { role: "assistant", refusal: "No." }] }],
    ["parts", { messages: [{ role: "user", content: [{ type: "text", text: "Né 日本?" }] }, assistant] }],
  ])("shows %s as the trainer sees it", async (_, row) => {
    await expectAsTrained(row);
  });

  test("counts what is seen, learned and cut, and says which turn has which tokens", () => {
    const row = { messages: [user, { role: "assistant", content: long }] };
    const { dialogues, findings, trained } = preview(row, chat);
    const [dialogue] = dialogues;
    const { tokens, turns, counts } = dialogue ?? { tokens: [], turns: [], counts: undefined };
    expect(counts).toEqual({
      tokens: tokens.length,
      seen: 96,
      learned: tokens.filter(({ learned }) => learned).length,
      cut: tokens.length - 96,
    });
    expect(trained).toBe(true);
    expect(findings.map(({ rule }) => rule)).toEqual(["too-long"]);
    const plain = turns.map(({ from, to }) =>
      tokens
        .slice(from, to)
        .filter(({ special }) => !special)
        .map(({ text }) => text)
        .join(""),
    );
    expect(plain).toEqual([user.content, long]);
    expect(turns.map(({ role }) => role)).toEqual(["user", "assistant"]);
    expect([turns[0]?.from, turns[1]?.to]).toEqual([1, tokens.length]);
  });

  test("shows both answers of a preference row, and that nothing else is learned", () => {
    const row = {
      input: { messages: [user, assistant, user] },
      preferred_output: [{ role: "assistant", content: "Nine." }],
      non_preferred_output: [{ role: "assistant", content: "Ten." }],
    };
    const { dialogues, trained } = preview(row, chat);
    expect(trained).toBe(false);
    const learned = dialogues.map(({ answer, tokens }) => [
      answer,
      tokens
        .filter((token) => token.learned)
        .map(({ text }) => text)
        .join(""),
    ]);
    expect(learned).toEqual([
      ["preferred", "Nine.<|end|>"],
      ["non_preferred", "Ten.<|end|>"],
    ]);
  });

  test("says what is wrong with a row that can't be shown", () => {
    const shown = preview({ messages: [{ role: "wizard", content: "!" }] }, chat);
    expect(shown).toMatchObject({ trained: false, dialogues: [] });
    expect(shown.findings.map(({ rule, path }) => [rule, path])).toEqual([
      ["unknown-role", "$.messages[0].role"],
    ]);
    expect(preview(7, chat).findings.map(({ rule }) => rule)).toEqual(["not-an-object"]);
  });
});

describe("previewText", () => {
  const row = {
    messages: [
      { role: "user", content: "Né 日本?\nAnd\u001b[2J now\u202e?" },
      { role: "assistant", content: "Yes.", weight: 0 },
      { role: "user", content: "So?" },
      { role: "assistant", content: "Für 😀." },
    ],
  };

  test("marks what is learned by signs, or by colours", () => {
    const lines = previewText(preview(row, chat)).split("\n");
    expect(lines.slice(0, 6)).toEqual([
      "<|begin|>",
      "<|user|>Né 日本?",
      "    And\\u001b[2J now\\u202e?<|end|>",
      "<|assistant|>Yes.<|end|>",
      "<|user|>So?<|end|>",
      "<|assistant|>«Für 😀.<|end|>»",
    ]);
    expect(lines.at(-2)).toBe("The row is trained on.");
    expect(previewText(preview(row, chat), { color: true })).toContain("\x1b[1;32mFür 😀.\x1b[0m");
  });

  test("marks what is cut, and lists each token if it is asked to", () => {
    const shown = preview({ messages: [user, { role: "assistant", content: long }] }, chat);
    const text = previewText(shown);
    expect(text).toMatch(/<\|assistant\|>«The hail [^»]*»\[cut: [^\]]*<\|end\|>\]/);
    expect(text).toMatch(/\d+ tokens, \d+ of them learned, the last \d+ cut: /);
    expect(text).toContain("warning too-long $:");
    const listed = previewText(shown, { tokens: true }).split("\n");
    expect(listed.filter((line) => line.endsWith("  learned"))).toHaveLength(
      shown.dialogues[0]?.counts.learned ?? -1,
    );
    expect(listed.filter((line) => line.endsWith("  cut"))).toHaveLength(
      shown.dialogues[0]?.counts.cut ?? -1,
    );
  });
});

describe("rowAt", () => {
  const lines = ['{"messages":[]}', "", '{"messages":[{"role":"user","content":"\\ud800"}]}', "{broken", "7"];
  const path = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(directory, name), content);
    return join(directory, name);
  };

  test("reads the row of a number, as it is, whatever is wrong with it", async () => {
    const file = path("rows.jsonl.gz", gzipSync(lines.join("\n")));
    expect(await rowAt(file, 1)).toEqual({
      row: { messages: [] },
      place: { file, row: 1, line: 1, byteOffset: 0 },
    });
    // A blank line is no row.
    expect(await rowAt(file, 2)).toMatchObject({
      row: { messages: [{ role: "user", content: "\ud800" }] },
      place: { row: 2, line: 3 },
    });
    expect(await rowAt(file, 4)).toMatchObject({ row: 7, place: { line: 5 } });
  });

  test("converts rows of other shapes by the first of them", async () => {
    const csv = path("rows.csv", "question,answer\nHail?,Nine days.\n\nStorm?,Ten days.\n");
    const map = { prompt: "question", completion: "answer" };
    expect((await rowAt(csv, 2, { map })).row).toEqual({
      messages: [
        { role: "user", content: "Storm?" },
        { role: "assistant", content: "Ten days." },
      ],
    });
  });

  test("says how many rows there are, and which can't be read", async () => {
    const file = path("few.jsonl", lines.join("\n"));
    await expect(rowAt(file, 9)).rejects.toMatchObject({
      name: "DataError",
      code: "no_such_row",
      message: `There is no row 9 in ${file}: it has 4 rows.`,
    });
    await expect(rowAt(file, 3)).rejects.toMatchObject({ code: "invalid_row", line: 4 });
    await expect(rowAt(file, 0)).rejects.toMatchObject({ code: "invalid_option", field: "number" });
    await expect(rowAt([file, file], 1)).rejects.toMatchObject({ code: "invalid_option", field: "source" });
    await expect(rowAt(join(directory, "none.jsonl"), 1)).rejects.toMatchObject({ code: "not_found" });
  });
});
