import { expect, test } from "vitest";
import { createRandom, shuffledIndices } from "../../src/engine/random.ts";

test("gives the numbers it always gave: models are reproducible by their seed", () => {
  const random = createRandom(20261, 3);
  expect([random.next(), random.next(), random.below(1000)]).toEqual([
    0.8730889956932515, 0.4447836335748434, 796,
  ]);
  expect([...shuffledIndices(8, createRandom(1))]).toEqual([7, 5, 0, 2, 4, 6, 3, 1]);
});

test("has nothing in common for neighbouring seeds, also those wider than 32 bits and negative ones", () => {
  const seeds = [[0], [1], [-1], [2 ** 32], [2 ** 32 + 1], [2 ** 53 - 1], [0, 0], [0, 1], [1, 0]];
  const streams = seeds.map((seed) => {
    const random = createRandom(...seed);
    return Array.from({ length: 4 }, random.next);
  });
  expect(new Set(streams.flat()).size).toBe(seeds.length * 4);
});

test("is spread evenly", () => {
  const random = createRandom(5);
  const counts = new Array<number>(10).fill(0);
  for (let i = 0; i < 20_000; i++) {
    const value = random.below(10);
    counts[value] = (counts[value] ?? 0) + 1;
  }
  // Four standard deviations of a fair die.
  for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(170);
});
