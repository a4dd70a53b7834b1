import fc from "fast-check";
import { expect, test } from "vitest";
import { createUtf8Decoder } from "../../src/client/utf8.ts";

function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

test("text comes out as a decoder of pieces gives it, however it is cut", () => {
  const bytes = fc.oneof(
    fc.string({ unit: "binary" }).map((text) => new TextEncoder().encode(text)),
    fc.string({ unit: "binary" }).map((text) => new TextEncoder().encode(`\uFEFF${text}\uFEFF`)),
    // No UTF-8 at all.
    fc.uint8Array({ maxLength: 40 }),
  );
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(), { maxLength: 6 }), (given, cuts) => {
      const decode = createUtf8Decoder();
      const reference = new TextDecoder();
      for (const piece of cutAt(given, cuts)) {
        expect(decode(piece)).toBe(reference.decode(piece, { stream: true }));
      }
    }),
    { numRuns: 3_000 },
  );
});
