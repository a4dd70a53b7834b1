import fc from "fast-check";
import { expect, test } from "vitest";
import { thinContext } from "../../src/engine/context-dropout.ts";
import type { Example } from "../../src/engine/example.ts";

const keep = new Set([0, 1]);
const example = fc
  .array(fc.record({ token: fc.integer({ min: 0, max: 40 }), learned: fc.boolean() }), { minLength: 1 })
  .map(
    (items): Example => ({
      tokens: Int32Array.from(items, ({ token }) => token),
      learned: Uint8Array.from(items, ({ learned }) => Number(learned)),
    }),
  );

/** The tokens that may be left out: context that neither marks the structure nor is repeated by what is learned. */
function optional({ tokens, learned }: Example): number[] {
  const repeated = new Set(tokens.filter((_, i) => learned[i]));
  return [...tokens.keys()].filter((i) => {
    const token = tokens[i] ?? 0;
    return i > 0 && !learned[i] && !keep.has(token) && !repeated.has(token);
  });
}

test("at a high rate leaves out just what may be left out", () => {
  fc.assert(
    fc.property(example, (given) => {
      const left = thinContext(given, { rate: 0.999_999_999, keep }, 1);
      const out = new Set(optional(given));
      const stays = [...given.tokens.keys()].filter((i) => !out.has(i));
      expect([...left.tokens]).toEqual(stays.map((i) => given.tokens[i]));
      expect([...left.learned]).toEqual(stays.map((i) => given.learned[i]));
    }),
  );
});

test("at rate 0 leaves out nothing", () => {
  fc.assert(
    fc.property(example, (given) => {
      expect(thinContext(given, { rate: 0, keep }, 1)).toEqual(given);
    }),
  );
});

test("leaves out about the share that was asked for, another selection for each seed", () => {
  const tokens = Int32Array.from({ length: 2000 }, (_, i) => 2 + i);
  const given = { tokens, learned: new Uint8Array(2000) };
  const [once, again, other] = [1, 1, 2].map((seed) => thinContext(given, { rate: 0.3, keep }, 7, seed));
  expect((once?.tokens.length ?? 0) / 2000).toBeCloseTo(0.7, 1);
  expect(again).toEqual(once);
  expect(other).not.toEqual(once);
});
