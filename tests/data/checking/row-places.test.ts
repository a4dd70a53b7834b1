import fc from "fast-check";
import { expect, test } from "vitest";
import { createRowPlaces } from "../../../src/data/checking/row-places.ts";

const place = fc.record({
  // Lines and offsets that go on, jump, begin anew, and aren't known.
  line: fc.option(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 2 ** 31 - 1 })), {
    nil: undefined,
  }),
  byteOffset: fc.option(fc.oneof(fc.nat(99), fc.maxSafeNat()), { nil: undefined }),
});

test("every row is where it was put", () => {
  fc.assert(
    fc.property(fc.array(fc.array(place, { maxLength: 20 }), { maxLength: 5 }), (files) => {
      const places = createRowPlaces();
      for (const [index, rows] of files.entries()) {
        places.beginFile(`${index}.jsonl`);
        for (const { line, byteOffset } of rows) places.add(line, byteOffset);
        expect(places.rowsOfFile).toBe(rows.length);
      }
      const expected = files.flatMap((rows, index) =>
        rows.map((each, at) => ({ file: `${index}.jsonl`, row: at + 1, ...each })),
      );
      expect(places.count).toBe(expected.length);
      expect(expected.map((_, row) => places.placeOf(row))).toEqual(expected);
    }),
  );
});

test("rows on lines that follow each other are found among many", () => {
  const places = createRowPlaces();
  places.beginFile("a.jsonl");
  for (let row = 0; row < 200_000; row++) places.add(row + 1 + Math.floor(row / 1000), row * 50_000);
  for (const row of [0, 1, 999, 1000, 65_535, 65_536, 123_456, 199_999]) {
    expect(places.placeOf(row)).toEqual({
      file: "a.jsonl",
      row: row + 1,
      line: row + 1 + Math.floor(row / 1000),
      byteOffset: row * 50_000,
    });
  }
});
