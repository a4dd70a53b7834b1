import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mendRow } from "../../../src/data/fixing/mend-row.ts";
import { parseTrainingRow } from "../../../src/platform/jobs/training-row.ts";

const answered = [
  { role: "user", content: "By when?" },
  { role: "assistant", content: "Within 9 days." },
];

describe("mendRow", () => {
  test("leaves a sound row as it is", () => {
    expect(mendRow({ messages: answered })).toEqual({
      row: { messages: answered },
      mendings: [],
      usable: true,
    });
  });

  test.each([
    [
      "unknown-role",
      "$.messages[0].role",
      { messages: [{ role: "Human", content: "By when?" }, answered[1]] },
    ],
    [
      "unknown-role",
      "$.messages[1].role",
      { messages: [answered[0], { role: "gpt", content: "Within 9 days." }] },
    ],
    ["unknown-field", "$", { id: 7, messages: answered }],
    ["unknown-field", "$.messages[0]", { messages: [{ ...answered[0], weight: 1, time: 3 }, answered[1]] }],
    ["invalid-weight", "$.messages[1].weight", { messages: [answered[0], { ...answered[1], weight: true }] }],
    [
      "null-character",
      "$.messages[0].content",
      { messages: [{ role: "user", content: "By\0 when?" }, answered[1]] },
    ],
    [
      "lone-surrogate",
      "$.messages[0].content",
      { messages: [{ role: "user", content: "By \ud83d" }, answered[1]] },
    ],
    [
      "byte-order-mark",
      "$.messages[0].content",
      { messages: [{ role: "user", content: "\ufeffBy" }, answered[1]] },
    ],
    [
      "blank-content",
      "$.messages[1]",
      { messages: [answered[0], { role: "user", content: " \n" }, answered[1]] },
    ],
    [
      "invalid-content",
      "$.messages[1].content",
      { messages: [answered[0], { role: "assistant", content: 9 }] },
    ],
    ["last-not-assistant", "$.messages", { messages: [...answered, answered[0]] }],
  ])("mends %s at %s", (rule, path, row) => {
    const before = structuredClone(row);
    const { row: mended, mendings, usable } = mendRow(row);
    expect(mendings).toMatchObject([{ rule, path }]);
    expect(usable).toBe(true);
    expect(parseTrainingRow(JSON.stringify(mended))).not.toHaveProperty("problem");
    expect(row).toEqual(before);
  });

  test("writes the arguments of a tool call as JSON", () => {
    const call = {
      id: "call_1",
      type: "function",
      function: { name: "limit", arguments: { event: "hail" } },
    };
    const { row, mendings } = mendRow({ messages: [answered[0], { role: "assistant", tool_calls: [call] }] });
    expect(mendings).toMatchObject([{ path: "$.messages[1].tool_calls[0].function.arguments" }]);
    expect(JSON.stringify(row)).toContain(JSON.stringify(JSON.stringify({ event: "hail" })));
  });

  test("mends preference rows", () => {
    const answer = (content: string) => [{ role: "gpt", content }];
    const row = {
      input: { messages: [{ role: "human", content: "By when?" }], source: "x" },
      preferred_output: answer("9 days"),
      non_preferred_output: answer("soon"),
    };
    expect(mendRow(row)).toMatchObject({
      row: {
        input: { messages: [{ role: "user" }] },
        preferred_output: [{ role: "assistant" }],
        non_preferred_output: [{ role: "assistant" }],
      },
      usable: true,
    });
  });

  test.each([
    [{ messages: [{ role: "user", content: "By when?" }] }],
    [{ messages: [] }],
    [{ messages: "none" }],
    [{ messages: [...answered, { role: "wizard", content: "!" }] }],
    [[]],
    [null],
    ["text"],
    [{ prompt: "a", completion: "b" }],
    [{ messages: [{ role: "toString", content: "x" }, answered[1]] }],
    [{ messages: [{ role: "__proto__", content: "x" }, answered[1]] }],
  ])("says that %j can't be used", (row) => {
    expect(mendRow(row).usable).toBe(false);
  });

  test("whatever comes, mending twice changes nothing more, and what is usable is taken by a platform", () => {
    const message = fc.record(
      {
        role: fc.oneof(
          fc.constantFrom("user", "assistant", "gpt", "Human", "system", "tool", "x"),
          fc.string(),
        ),
        content: fc.oneof(fc.string({ unit: "binary" }), fc.constant("Hi"), fc.anything()),
        weight: fc.constantFrom(0, 1, true, "1", 2),
        name: fc.anything(),
        extra: fc.anything(),
      },
      { requiredKeys: ["role"] },
    );
    const row = fc.oneof(
      fc.record({
        messages: fc.oneof(fc.array(message, { maxLength: 6 }), fc.anything()),
        id: fc.anything(),
      }),
      fc.anything(),
    );
    fc.assert(
      fc.property(row, (value) => {
        const once = mendRow(value);
        const twice = mendRow(once.row);
        expect(twice.mendings).toEqual([]);
        if (once.usable) expect(parseTrainingRow(JSON.stringify(once.row))).not.toHaveProperty("problem");
      }),
      { numRuns: 300, examples: [[{ messages: [{ role: "toString" }], id: {} }]] },
    );
  });
});
