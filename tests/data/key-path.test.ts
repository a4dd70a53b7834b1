import fc from "fast-check";
import { expect, test } from "vitest";
import { keyPath, pathFrom } from "../../src/data/key-path.ts";
import { check, readRecords } from "../../src/data.ts";

test("a path is written as JSONPath writes it", () => {
  expect(pathFrom("$", ["messages", 2, "größe", "x-y", "", "$ref", "1st"])).toBe(
    '$.messages[2].größe["x-y"][""]["$ref"]["1st"]',
  );
});

test("a long name is cut, between two characters", () => {
  expect(keyPath("$", "a".repeat(40))).toBe(`$.${"a".repeat(40)}`);
  expect(keyPath("$", "a".repeat(41))).toBe(`$["${"a".repeat(40)}…"]`);
  expect(keyPath("$", `${"a".repeat(39)}😀`)).toBe(`$["${"a".repeat(39)}…"]`);
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 41 }), (name) => {
      const path = keyPath("$", name);
      const shown: string = JSON.parse(path.slice("$[".length, -"]".length));
      expect(shown.endsWith("…") && name.startsWith(shown.slice(0, -1))).toBe(true);
      expect(/\p{Surrogate}$/u.test(shown.slice(0, -1))).toBe(false);
    }),
  );
});

test("reading and checking name the same place", async () => {
  const name = "secret ".repeat(20);
  const message = { role: "user", content: "Hi", [name]: "x" };
  const row = { messages: [message, { role: "assistant", content: "Yo" }] };
  const { findings } = await check([row]);
  const found = findings.find(({ rule }) => rule === "unknown-field");
  expect(found?.path).toBe(keyPath("$.messages[0]", name));
  const text = `{"a":{"${name}":"\\ud800"}}\n`;
  const problems: string[] = [];
  for await (const _ of readRecords([new TextEncoder().encode(text)], {
    onProblem: ({ path }) => problems.push(path),
  })) {
    throw new Error("The row can't be read");
  }
  expect(problems).toEqual([keyPath("$.a", name)]);
});
