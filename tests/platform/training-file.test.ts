import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SPECIAL_TOKENS } from "../../src/engine/chat-template.ts";
import { trainTokenizer } from "../../src/engine/tokenizer-training.ts";
import { cutWarning, judgeFile } from "../../src/platform/jobs/file-verdict.ts";
import { LISTED_LINES, readTrainingFile } from "../../src/platform/jobs/training-file.ts";
import { trainingFile, trainingRows } from "./tiny-base.ts";

const tokenizer = trainTokenizer(["a small vocabulary is enough"], {
  vocabularySize: 300,
  specialTokens: SPECIAL_TOKENS,
});

async function read(content: string | Uint8Array, chunk = 1000, contextLength = 200) {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  }
  return await readTrainingFile(chunks(), { tokenizer, contextLength });
}

const reasonOf = async (row: unknown) =>
  (await read(`${typeof row === "string" ? row : JSON.stringify(row)}\n`)).badLines[0]?.reason;
const user = { role: "user", content: "Hello?" };
const assistant = { role: "assistant", content: "Hello!" };

describe("a training file", () => {
  test("gives an example for each row, whatever the line ends and the size of the chunks", async () => {
    for (const [end, chunk] of [
      ["\n", 1000],
      ["\r\n", 7],
      ["\n\n", 1],
    ] as const) {
      const text = trainingRows(12)
        .map((row) => JSON.stringify(row))
        .join(end);
      const { examples, badLineCount } = await read(text, chunk);
      expect([examples.length, badLineCount]).toEqual([12, 0]);
    }
  });

  test("takes text parts, a weight of 0 beside one of 1, a byte order mark and a refusal", async () => {
    const parts = [
      { type: "text", text: "Hello" },
      { type: "text", text: "?" },
    ];
    const rows = [
      { messages: [{ role: "user", content: parts }, assistant] },
      { messages: [user, { ...assistant, weight: 0 }, user, { ...assistant, weight: 1 }] },
      { messages: [user, { role: "assistant", refusal: "I can't." }] },
    ];
    const { badLines, examples } = await read(`\ufeff${rows.map((row) => JSON.stringify(row)).join("\n")}`);
    expect(badLines).toEqual([]);
    expect(examples).toHaveLength(3);
  });

  test.each([
    ["broken JSON", '{"messages": [', "not JSON (it ends too early)"],
    ["an open string", '{"messages', "not JSON (unterminated string)"],
    ["a comma too many", '{"messages": [],}', "not JSON (expected double-quoted property name)"],
    ["plain text", "Hello there", "not JSON (unexpected character)"],
    ["two objects", "{} {}", "not JSON (more text behind its end)"],
    ["a list", [], 'not an object with "messages"'],
    ["another object", { text: "x" }, '"messages" is missing'],
    ["an empty dialogue", { messages: [] }, "the dialogue is empty"],
    ["a wrong role", { messages: [user, { ...assistant, role: "asistant" }] }, 'role "asistant" is none of'],
    ["no answer", { messages: [user] }, "messages: A dialogue needs a message by the assistant"],
    [
      "a last question",
      { messages: [user, assistant, user] },
      "the last message, by the user, is never answered",
    ],
    [
      "weights of 0",
      { messages: [user, { ...assistant, weight: 0 }] },
      "messages: No assistant message can be learned",
    ],
    ["an odd weight", { messages: [user, { ...assistant, weight: 2 }] }, "messages.1.weight"],
    ["no content", { messages: [{ role: "user" }, assistant] }, "messages.0.content"],
    ["a number as content", { messages: [{ role: "user", content: 7 }, assistant] }, "messages.0.content"],
    ["a preference", { input: {}, preferred_output: [], non_preferred_output: [] }, "a preference row (dpo)"],
    [
      "tools",
      { messages: [user, assistant], tools: [{ type: "function", function: { name: "f" } }] },
      '"tools" can\'t',
    ],
  ])("rejects a row with %s", async (_name, row, reason) => {
    expect(await reasonOf(row)).toContain(reason);
  });

  test("never quotes what a dialogue says", async () => {
    const secret = "the secret of the customer";
    for (const row of [
      `${secret}, in no JSON`,
      `{"messages": [${secret}]}`,
      `{"messages": [{"role": "user", "content": "${secret}"`,
      { messages: [{ role: "user", content: secret }] },
      { messages: [{ role: "user", content: [{ type: "image", text: secret }] }, assistant] },
      { messages: [{ role: "user", content: { text: secret } }, assistant] },
    ]) {
      const reason = await reasonOf(row);
      expect(reason).toBeTruthy();
      expect(reason).not.toContain(secret);
    }
  });

  test("spoils one line with bytes that are no UTF-8", async () => {
    const lines = trainingFile(3)
      .split("\n")
      .slice(0, 3)
      .map((line) => Buffer.from(`${line}\n`));
    lines[1]?.set([0xff, 0xc0], 30);
    const { examples, badLines } = await read(Buffer.concat(lines), 11);
    expect(examples).toHaveLength(2);
    expect(badLines).toEqual([{ line: 2, reason: "not UTF-8" }]);
  });

  test("finds nothing wrong with deeply nested JSON but that it is no dialogue", async () => {
    const deep = "[".repeat(200_000) + "]".repeat(200_000);
    expect(await reasonOf(deep)).toBe('not an object with "messages"');
    expect(await reasonOf(`{"messages": ${deep}}`)).toBeTruthy();
  });

  test("rejects an over-long line without keeping it", async () => {
    const { badLines, examples } = await read(`"${"x".repeat(9 * 1024 * 1024)}"\n${trainingFile(1)}`, 65_536);
    expect(badLines).toEqual([{ line: 1, reason: "longer than 8 MB" }]);
    expect(examples).toHaveLength(1);
  });

  test("cuts rows that are longer than the context, and says which", async () => {
    const long = { messages: [user, { role: "assistant", content: "word ".repeat(200) }] };
    const hopeless = { messages: [{ role: "user", content: "word ".repeat(200) }, assistant] };
    const text = [trainingRows(1)[0], long, hopeless].map((row) => JSON.stringify(row)).join("\n");
    const found = await read(text, 1000, 100);
    expect(found.cutLines).toEqual([2]);
    expect(found.examples[1]?.tokens).toHaveLength(100);
    expect(found.badLines).toEqual([
      { line: 3, reason: "the prompt alone is longer than the model's 100 tokens; shorten it" },
    ]);
    const warning = cutWarning("training_file", { ...found, rows: 2 }, 100);
    expect(warning).toMatchObject({ level: "warn", message: expect.stringContaining("line 2") });
  });

  test("finds every bad line among good ones, in any order", async () => {
    const good = JSON.stringify(trainingRows(1)[0]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { maxLength: 40 }),
        fc.integer({ min: 1, max: 300 }),
        async (kinds, chunk) => {
          const text = kinds.map((isGood) => (isGood ? good : '{"messages": 1}')).join("\n");
          const { examples, badLines } = await read(text, chunk);
          const bad = kinds.flatMap((isGood, index) => (isGood ? [] : [index + 1]));
          expect(badLines.map(({ line }) => line)).toEqual(bad);
          expect(examples).toHaveLength(kinds.length - bad.length);
        },
      ),
      { numRuns: 50 },
    );
  });

  test("survives any bytes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 500 }),
        fc.integer({ min: 1, max: 60 }),
        async (bytes, chunk) => {
          const { examples } = await read(bytes, chunk);
          expect(examples).toHaveLength(0);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("survives any JSON", async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => {
        const { examples, badLineCount } = await read(text);
        expect(examples.length + badLineCount).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });
});

describe("the verdict", () => {
  test("groups lines by their reason, and keeps the first ones and the count of all", async () => {
    const found = await read(`${"{}\n".repeat(200)}7\n{}\n8\n`);
    const error = judgeFile("training_file", { ...found, rows: 3 });
    expect(error?.message).toBe(
      '203 of 206 rows can\'t be used: lines 1–50 and 151 more: "messages" is missing; ' +
        'lines 201, 203: not an object with "messages".',
    );
    expect(error).toMatchObject({ line_count: 203 });
    expect(error?.lines).toEqual(
      Array.from({ length: LISTED_LINES }, (_, index) => ({
        line: index + 1,
        reason: '"messages" is missing',
      })),
    );
  });

  test("counts what has a reason of its own in too many lines", async () => {
    const rows = Array.from({ length: 60 }, (_, i) => ({ messages: [{ role: `r${i}`, content: "" }] }));
    const error = judgeFile("training_file", {
      ...(await read(rows.map((row) => JSON.stringify(row)).join("\n"))),
      rows: 0,
    });
    expect(error?.message).toMatch(/line 50: role "r49" is none of [a-z, ]+; and 10 more\.$/);
  });

  test("says what is expected where a file is of another format", async () => {
    const messageOf = async (text: string) =>
      judgeFile("training_file", { ...(await read(text)), rows: 0 })?.message;
    const expected = expect.stringContaining("Expected is one JSON object a line");
    expect(await messageOf(JSON.stringify(trainingRows(2), null, 2))).toEqual(expected);
    expect(await messageOf(`\n${JSON.stringify(trainingRows(2))}`)).toEqual(expected);
    expect(await messageOf("question,answer\na,b\n")).toEqual(expected);
    expect(await messageOf("{}\nnonsense\n")).not.toEqual(expected);
  });

  test("lists the first lines with their reasons, and the count of all", async () => {
    const found = await read("nonsense\n".repeat(70));
    const error = judgeFile("training_file", { ...found, rows: 0 });
    expect(found.badLines).toHaveLength(LISTED_LINES);
    expect(error).toMatchObject({ code: "invalid_training_file", param: "training_file", line_count: 70 });
    expect(error?.message).toMatch(
      /^70 of 70 rows can't be used: lines 1–50 and 20 more: not JSON \(unexpected character\)\. Expected/,
    );
  });

  test("wants ten rows of a training file, and one of a validation file", async () => {
    const report = { ...(await read(trainingFile(9))), rows: 9 };
    expect(judgeFile("training_file", report)).toMatchObject({
      code: "invalid_n_examples",
      message: "The training file has 9 rows, and must have at least 10.",
    });
    expect(judgeFile("validation_file", report)).toBeUndefined();
    expect(judgeFile("validation_file", { ...report, rows: 0 })).toMatchObject({ param: "validation_file" });
  });
});
