import fc from "fast-check";
import { expect, test } from "vitest";
import { createUniqueIds } from "../../src/runs/steps/prepare.ts";

test("an id that was there before is counted, also where a counted one was given", () => {
  const uniqueId = createUniqueIds();
  const given = ["a", "b", "a", "a#3", "a", "a", "a#3", "b"];
  expect(given.map(uniqueId)).toEqual(["a", "b", "a#2", "a#3", "a#4", "a#5", "a#3#2", "b#2"]);
});

test("whatever is given, the first of each is itself where it is free, and all are others", () => {
  const id = fc.stringMatching(/^[ab](#[2-4])?$/);
  fc.assert(
    fc.property(fc.array(id, { maxLength: 30 }), (given) => {
      const uniqueId = createUniqueIds();
      const unique = given.map(uniqueId);
      expect(new Set(unique).size).toBe(given.length);
      for (const [i, one] of unique.entries()) {
        const wasFree = !unique.slice(0, i).includes(given[i] ?? "");
        expect(one === given[i]).toBe(wasFree);
      }
    }),
  );
});

test("a hundred thousand copies of one record are told apart", () => {
  const uniqueId = createUniqueIds();
  const unique = Array.from({ length: 100_000 }, () => uniqueId("claim"));
  expect(unique.at(-1)).toBe("claim#100000");
  expect(new Set(unique).size).toBe(100_000);
});
