import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPartialJson } from "../../src/client/partial-json.ts";

function partial(text: string): unknown {
  const reader = createPartialJson();
  reader.push(text);
  return reader.value();
}

/** Whether a value can become the other by growing: strings and lists at their end, objects by fields. */
function isBeginning(value: unknown, whole: unknown): boolean {
  if (value === undefined) {
    return true;
  }
  if (typeof value === "string" && typeof whole === "string") {
    return whole.startsWith(value);
  }
  if (Array.isArray(value) && Array.isArray(whole)) {
    return value.length <= whole.length && value.every((item, i) => isBeginning(item, whole[i]));
  }
  if (typeof value === "object" && value && typeof whole === "object" && whole && !Array.isArray(whole)) {
    const fields = new Map(Object.entries(whole));
    return Object.entries(value).every(
      ([name, item]) => fields.has(name) && isBeginning(item, fields.get(name)),
    );
  }
  return Object.is(value, whole);
}

const json = fc.jsonValue({ stringUnit: "binary" });
/** Every character as an escape: models write them, and JSON.stringify doesn't. */
const escaped = (text: string) =>
  text.replace(/[^\p{ASCII}]/gu, (letter) =>
    [...Array(letter.length).keys()]
      .map((i) => `\\u${letter.charCodeAt(i).toString(16).padStart(4, "0")}`)
      .join(""),
  );

describe("JSON that is still being written", () => {
  test.each([
    ["as JSON.stringify writes it", (value: unknown) => JSON.stringify(value)],
    ["with white space", (value: unknown) => JSON.stringify(value, null, " ")],
    ["with escapes", (value: unknown) => escaped(JSON.stringify(value))],
  ])("every beginning is read as a beginning of the value, and the whole as the value: %s", (_, write) => {
    fc.assert(
      fc.property(json, (value) => {
        const text = write(value);
        const whole: unknown = JSON.parse(text);
        const reader = createPartialJson();
        let before: unknown;
        for (let i = 0; i < text.length; i++) {
          reader.push(text.charAt(i));
          const read = reader.value();
          // At the top, the beginning of a number is a number: nothing says that it goes on.
          if (typeof whole !== "number") {
            expect(isBeginning(read, whole)).toBe(true);
            expect(isBeginning(before, read)).toBe(true);
          }
          before = read;
        }
        expect(reader.value()).toEqual(whole);
      }),
    );
  });

  test("it doesn't matter in which pieces it comes", () => {
    fc.assert(
      fc.property(json, fc.array(fc.nat()), (value, cuts) => {
        const text = JSON.stringify(value);
        const points = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b)];
        const reader = createPartialJson();
        points.forEach((point, i) => {
          reader.push(text.slice(points[i - 1] ?? 0, point));
        });
        expect(reader.value()).toEqual(partial(text.slice(0, points.at(-1))));
      }),
    );
  });

  test.each<[string, unknown]>([
    ["", undefined],
    ["{", {}],
    ['{"na', {}],
    ['{"name"', {}],
    ['{"name":', {}],
    ['{"name": "', { name: "" }],
    ['{"name": "Ann\\', { name: "Ann" }],
    ['{"name": "Ann\\u00', { name: "Ann" }],
    ['{"name": "\\ud83d', { name: "" }],
    ['{"name": "\\ud83d\\u', { name: "" }],
    ['{"name": "\\ud83d\\ude00', { name: "😀" }],
    ['{"name": "\\\\ud83d', { name: "\\ud83d" }],
    ['{"name": "\\\\', { name: "\\" }],
    ['{"age": 1', {}],
    ['{"age": 12,', { age: 12 }],
    ['{"age": 12}', { age: 12 }],
    ["[tru", []],
    ["[true", []],
    ["[true ", [true]],
    ['{"a": [{"b": "c', { a: [{ b: "c" }] }],
    ['{"a": {}, "', { a: {} }],
    ["12", 12],
    ["nul", undefined],
    ["Sure! Here it is: {", undefined],
    ["{]", undefined],
  ])("%s", (text, value) => {
    expect(partial(text)).toEqual(value);
  });
});
