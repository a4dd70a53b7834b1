import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check, type DataSource, type MendOptions, mend, type RowMethod } from "../../../src/data.ts";
import { assistant, nearlyRow, user } from "../checking/rows.ts";

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** All that becomes of a source. */
async function mended(source: DataSource, options: MendOptions = {}) {
  const records = await all(mend(source, options));
  const kept = records.flatMap((record) => (record.outcome === "kept" ? [record] : []));
  const rejected = records.flatMap((record) => (record.outcome === "rejected" ? [record] : []));
  const removed = records.flatMap((record) => (record.outcome === "removed" ? [record] : []));
  return { kept, rejected, removed, text: kept.map(({ json }) => `${json}\n`).join("") };
}

const bytes = (lines: readonly string[], end = "\n") => Buffer.from(lines.join(end));
const jsonl = { container: "jsonl" } as const;
const sound = JSON.stringify({ messages: [user, assistant] });

const preferred = JSON.stringify({
  input: { messages: [user] },
  preferred_output: [assistant],
  non_preferred_output: [{ ...assistant, content: "Some day." }],
});

/** Lines as people have them: rows that are right, nearly right, and no rows at all. */
const line = fc.oneof(
  { weight: 6, arbitrary: nearlyRow.map((row) => JSON.stringify(row)) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      sound,
      preferred,
      preferred.replace("assistant", "gpt").replace('"input"', '"id":7,"input"'),
      `\ufeff${sound}`,
      `  ${sound}\r`,
      sound.replace("user", "Human"),
      sound.replace('"role"', '"role":"tool","role"'),
      sound.replace("hail", "hail\\ud800\\u0000"),
      sound.replace("hail", "hail, my key is AKIAIOSFODNN7ABCDEFG, my mail lena.vogt@posteo.de,"),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("", " \t", "{", "[1]", "null", `${sound}${sound}`, "\ufeff", sound.slice(5)),
  },
);
const fileFor = (method: RowMethod) => {
  const right = fc.constant(method === "dpo" ? preferred : sound);
  const lines = fc.oneof({ weight: 9, arbitrary: line }, { weight: 2, arbitrary: right });
  return fc.array(lines, { minLength: 1, maxLength: 12 });
};

describe("mend", () => {
  test.each([
    ["supervised", false],
    ["dpo", false],
    ["supervised", true],
  ] as const)(
    "whatever the rows, a copy for %s (redacted: %s) has no errors, and mending it again changes nothing",
    async (method: RowMethod, redact) => {
      let rows = 0;
      await fc.assert(
        fc.asyncProperty(fileFor(method), async (lines) => {
          const options = { ...jsonl, method, redact };
          // A file of nothing, or of its byte order mark alone, is refused as empty.
          if (["", "\ufeff"].includes(lines.join(""))) return;
          const once = await mended(bytes(lines), options);
          const blank = once.removed.length;
          const given = await check(bytes(lines), { ...jsonl, method, threads: 0, nearDuplicates: false });
          expect(once.kept.length + once.rejected.length).toBe(given.rows);
          expect(once.kept.length + once.rejected.length + blank).toBe(lines.length - (lines.at(-1) ? 0 : 1));
          if (once.kept.length === 0) return;
          rows += once.kept.length;
          const copy = Buffer.from(once.text);
          const { findings, usableRows } = await check(copy, {
            ...jsonl,
            method,
            threads: 0,
            rules: { "too-few-rows": "off" },
          });
          expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
          expect(usableRows).toBe(once.kept.length);
          const twice = await mended(copy, options);
          expect(twice.text).toBe(once.text);
          expect([...twice.kept.flatMap(({ mendings }) => mendings), ...twice.removed]).toEqual([]);
        }),
        { numRuns: 150 },
      );
      expect(rows).toBeGreaterThan(50);
    },
  );

  test("copies sound rows to the letter, whatever white space and line ends are around them", async () => {
    const odd =
      '{ "messages" : [{"role":"user","content":"H\\u00e4il?"}, {"content":"9.0","role":"assistant"}] }';
    const { kept } = await mended(bytes([odd, ` ${sound}\t`, sound], "\r\n"));
    expect(kept.map(({ json }) => json)).toEqual([odd, sound, sound]);
    expect(kept.flatMap(({ mendings }) => mendings)).toEqual([]);
  });

  test("puts aside what it can't mend, with the reasons at their places in the row as it was", async () => {
    const broken = Buffer.concat([Buffer.from([0xff]), Buffer.from(sound)]);
    const lines = [
      sound,
      "{broken",
      JSON.stringify({
        id: 1,
        messages: [{ role: "user", content: "" }, { role: "Wizard of Oz", content: "!" }, assistant],
      }),
    ];
    const { rejected } = await mended(Buffer.concat([bytes(lines), Buffer.from("\n"), broken]));
    expect(
      rejected.map(({ place, reasons }) => [place.line, reasons.map(({ rule, path }) => `${rule} ${path}`)]),
    ).toEqual([
      [2, ["invalid-json $"]],
      [3, ["unknown-role $.messages[1].role"]],
      [4, ["invalid-utf8 $"]],
    ]);
    expect(rejected.map(({ source }) => source)).toEqual([
      Uint8Array.from(Buffer.from("{broken")),
      JSON.parse(lines[2] ?? ""),
      Uint8Array.from(broken),
    ]);
  });

  test("rows with secrets are put aside, unless they are redacted", async () => {
    const key = "AKIAIOSFODNN7ABCDEFG";
    const text = JSON.stringify({ messages: [{ role: "user", content: `Is ${key} a key?` }, assistant] });
    const { rejected } = await mended(bytes([text]));
    expect(rejected.map(({ reasons }) => reasons.map(({ rule }) => rule))).toEqual([["secret-aws-key"]]);
    expect(JSON.stringify(rejected.map(({ reasons }) => reasons))).not.toContain(key);
    const { kept } = await mended(bytes([text]), { redact: true });
    expect(kept[0]?.json).toBe(text.replace(key, "[AWS_KEY_1]"));
    expect(kept[0]?.mendings).toEqual([
      { rule: "secret-aws-key", path: "$.messages[0].content", done: "It was replaced by [AWS_KEY_1]." },
    ]);
  });

  test("redacts by the options of a redactor, and tells its listener too", async () => {
    const text = JSON.stringify({
      messages: [{ role: "user", content: "I am lena.vogt@posteo.de" }, assistant],
    });
    const heard: string[] = [];
    const records = mend(bytes([text, text]), {
      redact: {
        secret: "a secret of 16 characters",
        onReplacement: ({ placeholder }) => heard.push(placeholder),
      },
    });
    const kept = await all(records);
    expect(heard).toHaveLength(2);
    expect(heard[0]).toMatch(/^\[EMAIL_[0-9a-f]{12}\]$/);
    expect(kept.every((record) => record.outcome === "kept" && record.json.includes(heard[0] ?? "?"))).toBe(
      true,
    );
    expect(records.redaction()).toMatchObject({ rows: 2, changedRows: 2 });
  });

  test("leaves out duplicates if it is asked to, those that mending makes among them", async () => {
    const lines = [sound, sound.replace("user", "Human"), sound.replace("nine", "ten"), sound];
    expect((await mended(bytes(lines))).kept).toHaveLength(4);
    const { kept, removed } = await mended(bytes(lines), { deduplicate: true });
    expect(kept.map(({ place }) => place.row)).toEqual([1, 3]);
    expect(removed.map(({ place, mending }) => [place.row, mending.rule, mending.done])).toEqual([
      [2, "duplicate", "It repeats row 1 of what is kept, and was removed."],
      [4, "duplicate", "It repeats row 1 of what is kept, and was removed."],
    ]);
  });

  test("converts other formats, and keeps a row that can't be converted as it lay there", async () => {
    const csv = Buffer.from("question,answer\nHail?,Nine days.\nStorm?\n");
    const map = { prompt: "question", completion: "answer" };
    const { kept, rejected } = await mended(csv, { container: "csv", map });
    expect(kept.map(({ row }) => row)).toEqual([
      {
        messages: [
          { role: "user", content: "Hail?" },
          { role: "assistant", content: "Nine days." },
        ],
      },
    ]);
    expect(rejected).toMatchObject([{ place: { line: 3 }, reasons: [{ rule: "unreadable-row" }] }]);
    const shareGpt = JSON.stringify({
      conversations: [
        { from: "human", value: "Hail?" },
        { from: "gpt", value: "9." },
      ],
    });
    const wrong = JSON.stringify({ conversations: [{ from: "nobody", value: "Hail?" }] });
    const other = await mended(bytes([shareGpt, wrong]));
    expect(other.kept.map(({ json }) => json)).toEqual([
      '{"messages":[{"role":"user","content":"Hail?"},{"role":"assistant","content":"9."}]}',
    ]);
    expect(other.rejected.map(({ source }) => JSON.stringify(source))).toEqual([wrong]);
  });

  test("decides by the rules and the method that are given", async () => {
    const call = { id: "c1", type: "function", function: { name: "look_up", arguments: "{}" } };
    const tools = [{ type: "function", function: { name: "look_up" } }];
    const row = JSON.stringify({ messages: [user, { role: "assistant", tool_calls: [call] }], tools });
    expect((await mended(bytes([row]))).rejected).toHaveLength(1);
    const rules = { "tools-unsupported": "off" } as const;
    expect((await mended(bytes([row]), { rules })).kept).toHaveLength(1);
    expect((await mended(bytes([sound]), { method: "dpo" })).rejected).toMatchObject([
      { reasons: [{ rule: "wrong-method" }] },
    ]);
    // What no platform takes isn't kept, whatever is turned off.
    const unanswered = JSON.stringify({ messages: [user] });
    const off = { "missing-assistant": "off", "last-not-assistant": "off" } as const;
    expect((await mended(bytes([unanswered]), { rules: off })).rejected).toHaveLength(1);
    expect(() => mend(bytes([sound]), { rules: { "no-such-rule": "off" } })).toThrow(/no-such-rule/);
  });

  test("bounds what it reads and writes", async () => {
    const limits = { maxRowBytes: 500 };
    const text = (length: number) =>
      JSON.stringify({ messages: [{ role: "user", content: '"'.repeat(length) }, assistant] });
    const { rejected, kept } = await mended(bytes([sound, text(400)]), { limits });
    expect([kept.length, rejected[0]?.reasons[0]?.rule, rejected[0]?.source]).toEqual([
      1,
      "line-too-long",
      undefined,
    ]);
    // Within a CSV, the row is short; as JSON it isn't.
    const csv = Buffer.from(`prompt,completion\n${"\\".repeat(300)},Yes.\n`);
    const converted = await mended(csv, { container: "csv", limits });
    expect(converted.rejected.map(({ reasons }) => reasons[0]?.rule)).toEqual(["line-too-long"]);
    // Objects within objects without end are no crash.
    const deep = `{"messages":[${JSON.stringify(user)},${JSON.stringify(assistant)}],"extra":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
    expect((await mended(bytes([deep]))).kept.map(({ json }) => json)).toEqual([sound]);
  });
});
