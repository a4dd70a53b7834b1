import { createRandom } from "../../src/engine/random.ts";

/** Choices that follow from a seed alone. */
export interface Chance {
  /** A whole number from 0 to `count` − 1. */
  below(count: number): number;
  /** True in this share of cases, 0–1. */
  happens(share: number): boolean;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
  /** One of them, each as often as its weight says. */
  weighted<Item>(items: readonly (readonly [weight: number, item: Item])[]): Item;
}

/** A source of choices; with several words, one of many that belong to the same seed. */
export function chanceOf(...seed: readonly number[]): Chance {
  const random = createRandom(...seed);
  return {
    below: (count) => random.below(count),
    happens: (share) => random.next() < share,
    pick: (items) => items[random.below(items.length)] ?? items[0],
    weighted(items) {
      let left = random.next() * items.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, item] of items) {
        left -= weight;
        if (left < 0) return item;
      }
      throw new Error("nothing to choose from");
    },
  };
}
