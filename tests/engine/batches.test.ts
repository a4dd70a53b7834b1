import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batchOrder, microBatches, packBatch } from "../../src/engine/batches.ts";
import type { Example } from "../../src/engine/example.ts";

function example(tokens: readonly number[], learned: readonly number[]): Example {
  return { tokens: Int32Array.from(tokens), learned: Uint8Array.from(learned) };
}

const ofLength = (length: number) =>
  example(new Array<number>(length).fill(1), new Array<number>(length).fill(1));

describe("packing", () => {
  test("lays examples end to end, each with positions of its own", () => {
    const batch = packBatch([example([5, 6, 7], [0, 0, 1]), example([8], [1]), example([9, 4], [1, 1])]);
    expect(batch).toEqual({
      tokens: Int32Array.of(5, 6, 7, 8, 9, 4),
      positions: Int32Array.of(0, 1, 2, 0, 0, 1),
      starts: Int32Array.of(0, 3, 4, 6),
      rows: Int32Array.of(1, 4),
      targets: Int32Array.of(7, 4),
      longest: 3,
    });
  });

  test("never learns a first token, which nothing could predict, least of all the example before", () => {
    const batch = packBatch([example([5, 6], [0, 0]), example([7], [1]), example([8], [1])]);
    expect(batch.rows).toEqual(new Int32Array(0));
  });

  test("has a place for nothing", () => {
    expect(packBatch([])).toMatchObject({ tokens: new Int32Array(0), starts: Int32Array.of(0), longest: 0 });
  });
});

describe("micro-batches", () => {
  test("keep all examples in order, hold at most the limit, and are no smaller than need be", () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 30 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 60 }), (given, most) => {
        const examples = given.map(ofLength);
        const groups = microBatches(examples, most);
        expect(groups.flat()).toEqual(examples);
        const sizes = groups.map((group) => group.reduce((sum, { tokens }) => sum + tokens.length, 0));
        for (const [index, size] of sizes.entries()) {
          expect(size <= most || groups[index]?.length === 1).toBe(true);
          const next = groups[index + 1]?.[0];
          if (next) expect(size + next.tokens.length).toBeGreaterThan(most);
        }
      }),
    );
  });
});

describe("the order of a run", () => {
  test("shows every example once in each epoch, in another order each time", () => {
    const order = batchOrder(10, { epochs: 3, batchSize: 4, seed: 7 });
    expect(order).toMatchObject({ stepsPerEpoch: 3, totalSteps: 9 });
    const epochs = [0, 1, 2].map((epoch) => [0, 1, 2].flatMap((step) => [...order.step(epoch * 3 + step)]));
    for (const epoch of epochs) {
      expect([...epoch].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
    expect(new Set(epochs.map(String)).size).toBe(3);
    expect(order.step(2)).toHaveLength(2);
  });

  test("follows from the seed alone, whatever was asked before", () => {
    const options = { epochs: 5, batchSize: 3, seed: 123 };
    const [once, again] = [batchOrder(8, options), batchOrder(8, options)];
    const forwards = Array.from({ length: 15 }, (_, step) => once.step(step));
    for (const step of [14, 0, 7, 3, 7]) expect(again.step(step)).toEqual(forwards[step]);
    expect(batchOrder(8, { ...options, seed: 124 }).step(0)).not.toEqual(forwards[0]);
  });

  test("ends at a fraction of an epoch or at a number of steps", () => {
    const totalSteps = (epochs: number, maxSteps?: number) =>
      batchOrder(10, { epochs, batchSize: 1, seed: 0, ...(maxSteps === undefined ? {} : { maxSteps }) })
        .totalSteps;
    expect(totalSteps(0.25)).toBe(3);
    expect(totalSteps(0.001)).toBe(1);
    expect(totalSteps(2.5)).toBe(25);
    expect(totalSteps(2.5, 7)).toBe(7);
    expect(totalSteps(2.5, 70)).toBe(25);
  });
});
