import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SupervisedRow } from "../../../src/contract/training-rows.ts";
import { dpoRowSchema, supervisedRowSchema } from "../../../src/contract/training-rows.ts";
import { createRedactor, DataError, type Replacement } from "../../../src/data.ts";

const SECRET = "a secret of twenty characters";

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const row = (...texts: readonly [string, string]): SupervisedRow => ({
  messages: [
    { role: "user", content: texts[0] },
    { role: "assistant", content: texts[1] },
  ],
});

describe("placeholders", () => {
  test("are the same for the same value, however it is written", () => {
    const redactor = createRedactor();
    expect(redactor.text("Mail Lena.Vogt@posteo.de, then lena.vogt@posteo.de, then karl@posteo.de")).toBe(
      "Mail [EMAIL_1], then [EMAIL_1], then [EMAIL_2]",
    );
    expect(redactor.text("IBAN DE79 9407 4453 5789 6862 06 or DE79940744535789686206")).toBe(
      "IBAN [IBAN_1] or [IBAN_1]",
    );
    expect(redactor.text("Tel. +49 171 8826143")).toBe("Tel. [PHONE_1]");
    expect(redactor.text("Meine Handynummer ist 0171/8826143")).toBe("Meine Handynummer ist [PHONE_1]");
    expect(redactor.summary().distinct).toEqual({
      "personal-email": 2,
      "personal-iban": 1,
      "personal-phone": 1,
    });
    expect(redactor.summary().replaced).toEqual({
      "personal-email": 3,
      "personal-iban": 2,
      "personal-phone": 2,
    });
  });

  test("say what a text is about where the rule says how it was found", () => {
    expect(createRedactor().text("password: hunter22!")).toBe("password: [SECRET_1]");
  });

  test("agree between redactors with one secret, and with no other", () => {
    const [one, same, other] = [SECRET, SECRET, `${SECRET}!`].map((secret) =>
      createRedactor({ secret }).text("karl@posteo.de"),
    );
    expect(one).toMatch(/^\[EMAIL_[0-9a-f]{12}\]$/);
    expect(same).toBe(one);
    expect(other).not.toBe(one);
  });

  test("stay consistent when more values have come than are numbered", () => {
    const redactor = createRedactor({ mostNumbered: 2 });
    const texts = ["a1@posteo.de", "a2@posteo.de", "a3@posteo.de", "a4@posteo.de"];
    const first = texts.map((text) => redactor.text(text));
    expect(first.slice(0, 2)).toEqual(["[EMAIL_1]", "[EMAIL_2]"]);
    expect(new Set(first).size).toBe(4);
    expect(texts.map((text) => redactor.text(text))).toEqual(first);
  });

  test("can be written otherwise", () => {
    const redactor = createRedactor({ placeholder: (kind, id) => `<${kind.toLowerCase()} ${id}>` });
    expect(redactor.text("karl@posteo.de")).toBe("<email 1>");
  });

  test("are put only for the kinds that are asked for", () => {
    const redactor = createRedactor({ kinds: ["personal-iban"] });
    expect(redactor.text("karl@posteo.de has DE79 9407 4453 5789 6862 06")).toBe(
      "karl@posteo.de has [IBAN_1]",
    );
  });
});

describe("rows", () => {
  const full: SupervisedRow = {
    messages: [
      { role: "system", content: "You help karl@posteo.de." },
      { role: "user", content: [{ type: "text", text: "I am karl@posteo.de" }] },
      {
        role: "assistant",
        content: null,
        tool_calls: [
          {
            id: "call_1",
            type: "function",
            function: {
              name: "find",
              arguments:
                '{ "to": "karl@posteo.de", "n": 12345678901234567890, "phone": 13918472635, "q": "a\\"b" }',
            },
          },
        ],
      },
      { role: "tool", tool_call_id: "call_1", content: '{"card": 4539148803436467}' },
      { role: "assistant", content: "Found karl@posteo.de", refusal: "not for karl@posteo.de" },
    ],
  };

  test("are redacted in all their texts, and tool calls stay JSON", () => {
    const before = structuredClone(full);
    const redacted = createRedactor().row(full);
    expect(full).toEqual(before);
    expect(supervisedRowSchema.safeParse(redacted).success).toBe(true);
    expect(JSON.stringify(redacted)).not.toMatch(/posteo|13918472635|4539148803436467/);
    const [, , call, answer] = redacted.messages;
    expect(call?.role === "assistant" && call.tool_calls?.[0]?.function?.arguments).toBe(
      '{ "to": "[EMAIL_1]", "n": 12345678901234567890, "phone": "[PHONE_1]", "q": "a\\"b" }',
    );
    expect(answer?.content).toBe('{"card": "[CARD_1]"}');
  });

  test("of preferences are redacted on both sides", () => {
    const redacted = createRedactor().row({
      input: { messages: [{ role: "user", content: "karl@posteo.de?" }] },
      preferred_output: [{ role: "assistant", content: "Yes, karl@posteo.de" }],
      non_preferred_output: [{ role: "assistant", content: "No, lena@posteo.de" }],
    });
    expect(dpoRowSchema.safeParse(redacted).success).toBe(true);
    expect(redacted.preferred_output[0]?.content).toBe("Yes, [EMAIL_1]");
    expect(redacted.non_preferred_output[0]?.content).toBe("No, [EMAIL_2]");
  });

  test("come as they are from a stream, with a log of places and without values", async () => {
    const log: Replacement[] = [];
    const redactor = createRedactor({ onReplacement: (replacement) => log.push(replacement) });
    const place = { file: "a.jsonl", row: 1, line: 1, byteOffset: 0 };
    const records = [
      { id: "one", row: row("karl@posteo.de", "hello"), place },
      { id: "two", row: row("nobody", "here") },
    ];
    const redacted = [];
    for await (const record of redactor.records(each(records))) redacted.push(record);
    expect(redacted.map(({ id }) => id)).toEqual(["one", "two"]);
    expect(redacted[0]?.row.messages[0]?.content).toBe("[EMAIL_1]");
    expect(redacted[1]).toEqual(records[1]);
    expect(log).toEqual([
      { rule: "personal-email", placeholder: "[EMAIL_1]", path: "$.messages[0].content", place },
    ]);
    expect(redactor.summary()).toMatchObject({ rows: 2, changedRows: 1 });
  });

  test("stop coming when the signal says so", async () => {
    const stop = new AbortController();
    const records = createRedactor().records(each([{ row: row("a", "b") }, { row: row("c", "d") }]), {
      signal: stop.signal,
    });
    await records.next();
    stop.abort();
    await expect(records.next()).rejects.toThrow(/abort/i);
  });

  test("of any JSON in tool calls stay JSON of the same shape", () => {
    const redactor = createRedactor();
    const value = fc.oneof(fc.constantFrom("karl@posteo.de", 4539148803436467, '"\\'), fc.jsonValue());
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), fc.constantFrom(undefined, 2), (object, indent) => {
        const call = {
          id: "c",
          type: "function",
          function: { name: "f", arguments: JSON.stringify(object, null, indent) },
        };
        const redacted = redactor.row({
          messages: [{ role: "assistant", content: null, tool_calls: [call] }],
        });
        const [turn] = redacted.messages;
        const text = turn?.role === "assistant" ? turn.tool_calls?.[0]?.function?.arguments : undefined;
        expect(Object.keys(JSON.parse(text ?? "")).length).toBe(
          Object.keys(JSON.parse(call.function.arguments)).length,
        );
        expect(text).not.toContain("posteo");
      }),
    );
  });
});

test("options that can't be meant are refused, without quoting the secret", () => {
  expect(() => createRedactor({ secret: "hunter2" })).toThrow(DataError);
  expect(() => createRedactor({ secret: "hunter2" })).toThrow(/^(?!.*hunter2).*16 characters/);
  const kinds: string[] = ["personal-name"];
  // @ts-expect-error: not the name of a rule
  expect(() => createRedactor({ kinds })).toThrow(/personal-name.*personal-email/s);
});
