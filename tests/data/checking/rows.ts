import fc from "fast-check";
import { check } from "../../../src/data/checking/check.ts";
import type { CheckOptions } from "../../../src/data/checking/options.ts";
import type { CheckReport } from "../../../src/data/checking/report.ts";

/** The lines as a file, and what is found in it; that there are few rows is left out. */
export async function checkLines(
  lines: readonly (string | object)[],
  options: CheckOptions = {},
): Promise<CheckReport> {
  const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
  return await checkText(`${text}\n`, options);
}

export async function checkText(text: string | Uint8Array, options: CheckOptions = {}): Promise<CheckReport> {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return await check(bytes, {
    container: "jsonl",
    ...options,
    rules: { "too-few-rows": "off", ...options.rules },
  });
}

/** The names of what was found, each once, the first first. */
export function rulesOf({ findings }: CheckReport): string[] {
  return [...new Set(findings.map(({ rule }) => rule))];
}

export const user = { role: "user", content: "By when must I report hail?" };
export const assistant = { role: "assistant", content: "Within nine days." };

/** A value that is close to a training row: right, or wrong in places where people are. */
export const nearlyRow: fc.Arbitrary<unknown> = fc.letrec((tie) => {
  const odd = fc.constantFrom<unknown>(
    null,
    0,
    1,
    2,
    "",
    " ",
    "text",
    true,
    [],
    {},
    [null],
    "\ud800",
    -0,
    Number.POSITIVE_INFINITY,
  );
  const text = fc.constantFrom("What is it?", "It is so.", "", " \n", "né 日本", "a\u0000b");
  const or = (right: fc.Arbitrary<unknown>) =>
    fc.oneof({ arbitrary: right, weight: 40 }, { arbitrary: odd, weight: 1 });
  const part = fc.record({ type: or(fc.constant("text")), text: or(text) }, { requiredKeys: [] });
  const content = or(
    fc.oneof({ arbitrary: text, weight: 5 }, { arbitrary: fc.array(or(part), { maxLength: 2 }), weight: 1 }),
  );
  const call = fc.record(
    {
      id: or(fc.constantFrom("a", "b")),
      type: or(fc.constant("function")),
      function: or(
        fc.record({
          name: or(fc.constantFrom("look_up", "send")),
          arguments: or(fc.constantFrom("{}", '{"city":"Graz"}', "{", "[]")),
        }),
      ),
    },
    { requiredKeys: ["id", "type"] },
  );
  const message = fc
    .record(
      {
        role: or(
          fc.constantFrom("system", "developer", "user", "user", "assistant", "assistant", "tool", "bot"),
        ),
        content,
        name: or(fc.constant("anna")),
        weight: or(fc.constantFrom(0, 1)),
        refusal: or(fc.constantFrom("No.", null)),
        tool_call_id: or(fc.constantFrom("a", "b")),
        tool_calls: or(fc.array(call, { maxLength: 2 })),
        extra: odd,
      },
      { requiredKeys: ["role", "content"] },
    )
    // Most messages have no more than two fields.
    .chain((fields) =>
      fc.nat(25).map((keep) => {
        const more = Object.keys(fields).filter((key) => key !== "role" && key !== "content");
        const dropped = more.filter((_, index) => index !== keep);
        return Object.fromEntries(Object.entries(fields).filter(([key]) => !dropped.includes(key)));
      }),
    );
  const tool = fc.record({
    type: or(fc.constant("function")),
    function: or(
      fc.record(
        {
          name: or(fc.constant("look_up")),
          description: or(fc.constant("Looks it up.")),
          parameters: or(fc.constant({ type: "object", properties: { city: { type: "string" } } })),
        },
        { requiredKeys: ["name"] },
      ),
    ),
  });
  const answer = fc.constantFrom<unknown>(assistant, { ...assistant, weight: 1 });
  const messages = or(
    fc
      .tuple(fc.array(or(message), { maxLength: 4 }), fc.option(answer, { freq: 3 }))
      .map(([list, last]) => (last === null ? list : [...list, last])),
  );
  const more = {
    tools: or(fc.array(tool, { maxLength: 2 })),
    parallel_tool_calls: or(fc.boolean()),
    extra: odd,
  };
  const plain = { messages };
  const supervised = fc.oneof(
    { arbitrary: fc.record(plain), weight: 4 },
    { arbitrary: fc.record({ ...plain, ...more }, { requiredKeys: ["messages"] }), weight: 1 },
  );
  const input = or(fc.record({ messages, tools: more.tools }, { requiredKeys: ["messages"] }));
  const output = or(fc.array(or(fc.oneof(answer, message)), { maxLength: 2 }));
  const preference = fc.record(
    { input, preferred_output: output, non_preferred_output: output, extra: odd },
    { requiredKeys: ["input", "preferred_output", "non_preferred_output"] },
  );
  const withoutExtra = preference.map(({ extra: _, ...row }) => row);
  return {
    supervised: or(supervised),
    preference: or(fc.oneof({ arbitrary: withoutExtra, weight: 5 }, { arbitrary: preference, weight: 1 })),
    row: fc.oneof({ arbitrary: tie("supervised"), weight: 1 }, { arbitrary: tie("preference"), weight: 1 }),
  };
}).row;
