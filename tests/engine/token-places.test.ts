import fc from "fast-check";
import { expect, test } from "vitest";
import { createTokenPlaces } from "../../src/engine/token-places.ts";

/** Where the last character of a text begins: of a text that ends behind a token's first byte, the token's own. */
function lastCharacter(bytes: readonly number[]): number {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
  return text.length - ([...text].at(-1)?.length ?? 0);
}

const placesOf = (tokens: readonly Uint8Array[]) => {
  const places = createTokenPlaces();
  return tokens.map((bytes) => places.push(bytes));
};

test("tokens that are parts of one character begin where it begins", () => {
  const [flag = 0, b = 0, c = 0, d = 0] = Buffer.from("🙂");
  const tokens = [Buffer.from("aé"), Uint8Array.of(flag), Uint8Array.of(b, c), Uint8Array.of(d, 0x78)];
  expect(placesOf([...tokens, Buffer.from("y")])).toEqual([0, 2, 2, 2, 5]);
});

test("every token begins at the character of its first byte, whatever the bytes and however they are cut", () => {
  // Bytes of sound characters, cut at random, and bytes that make no character.
  const sound = fc
    .string({ unit: fc.constantFrom("a", "é", "€", "🙂", "\ufeff", "\ufffd"), minLength: 1, maxLength: 6 })
    .map((text) => [...Buffer.from(text)]);
  const odd = fc.constantFrom(0x41, 0x80, 0xa0, 0xbf, 0xc0, 0xc3, 0xe0, 0xe2, 0xed, 0xf0, 0xf4, 0xf5, 0xff);
  const bytes = fc.array(fc.oneof(sound, fc.array(odd, { minLength: 1, maxLength: 3 })), { maxLength: 8 });
  fc.assert(
    fc.property(bytes, fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1 }), (runs, sizes) => {
      const all = runs.flat();
      const tokens: Uint8Array[] = [];
      const expected: number[] = [];
      for (let start = 0, i = 0; start < all.length; i++) {
        const end = start + (sizes[i % sizes.length] ?? 1);
        tokens.push(Uint8Array.from(all.slice(start, end)));
        expected.push(lastCharacter(all.slice(0, start + 1)));
        start = end;
      }
      expect(placesOf(tokens)).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});
