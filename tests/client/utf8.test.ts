import fc from "fast-check";
import { expect, test } from "vitest";
import { createUtf8Decoder } from "../../src/client/utf8.ts";

function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

test("text comes out as a decoder of pieces gives it, but for the mark, however it is cut", () => {
  const bytes = fc.oneof(
    fc.string({ unit: "binary" }).map((text) => new TextEncoder().encode(text)),
    fc.string({ unit: "binary" }).map((text) => new TextEncoder().encode(`\uFEFF${text}\uFEFF`)),
    fc.string({ unit: "binary" }).map((text) => new TextEncoder().encode(`\uFEFF\uFEFF${text}`)),
    // No UTF-8 at all.
    fc.uint8Array({ maxLength: 40 }),
  );
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(), { maxLength: 6 }), (given, cuts) => {
      const decode = createUtf8Decoder();
      // One that leaves the mark in: not every runtime takes one that was cut away right.
      const reference = new TextDecoder("utf-8", { ignoreBOM: true });
      let [text, expected] = ["", ""];
      for (const piece of cutAt(given, cuts)) {
        text += decode(piece);
        expected += reference.decode(piece, { stream: true });
        expect(text).toBe(expected.replace(/^\uFEFF/, ""));
      }
    }),
    { numRuns: 3_000 },
  );
});
