import { xorshift128 } from "../../src/engine/random.ts";

/**
 * The seeded source of chance behind the generated dialogue: the same seed gives the same corpus on any machine.
 */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** An integer in [low, high], both included. */
  integer(low: number, high: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** One of the items, all equally likely. Throws a RangeError on an empty list. */
  pick<T>(items: readonly T[]): T;
  /** `count` different items in random order; fewer where the list is shorter. */
  sample<T>(items: readonly T[], count: number): T[];
}

/** xorshift128, its state filled from the seed by splitmix32. Another filling would make another corpus and model. */
export function createRandom(seed: number): Random {
  let mixed = seed | 0;
  const mix = (): number => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let z = mixed;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  const next = xorshift128(mix(), mix(), mix(), mix() | 1);
  const integer = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const pick = <T>(items: readonly T[]): T => {
    const item = items[integer(0, items.length - 1)];
    if (item === undefined) throw new RangeError("pick() needs a list with at least one item");
    return item;
  };
  const sample = <T>(items: readonly T[], count: number): T[] => {
    const rest = [...items];
    const taken: T[] = [];
    while (taken.length < count && rest.length > 0) {
      taken.push(...rest.splice(integer(0, rest.length - 1), 1));
    }
    return taken;
  };
  return { next, integer, chance: (probability) => next() < probability, pick, sample };
}
