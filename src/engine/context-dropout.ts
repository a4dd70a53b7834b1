import type { Example } from "./example.ts";
import { createRandom } from "./random.ts";

/** How an example's context is thinned out each time it is seen. */
export interface ContextDropout {
  /** The probability that a token is left out, from 0 to below 1. */
  readonly rate: number;
  /** Tokens that are never left out: those that mark the structure. */
  readonly keep: ReadonlySet<number>;
}

/**
 * Leaves out context tokens at random, another selection for each seed. Small sets of examples are soon known by heart,
 * sentence for sentence; a question that comes with other words missing each time teaches to answer from what is left,
 * and so from other wordings (random deletion, Wei and Zou 2019).
 *
 * What is learned stays whole, and so does what it repeats of the context: an answer whose words were left out of the
 * passage that it takes them from would teach to invent.
 *
 * @param seed - whole numbers that this selection follows from
 */
export function thinContext(
  { tokens, learned }: Example,
  { rate, keep }: ContextDropout,
  ...seed: readonly number[]
): Example {
  const random = createRandom(...seed);
  const repeated = new Set(tokens.filter((_, i) => learned[i]));
  const kept: number[] = [];
  for (const [i, token] of tokens.entries()) {
    const leftOut = random.next() < rate;
    if (!leftOut || i === 0 || learned[i] || repeated.has(token) || keep.has(token)) kept.push(i);
  }
  return {
    tokens: Int32Array.from(kept, (i) => tokens[i] ?? 0),
    learned: Uint8Array.from(kept, (i) => learned[i] ?? 0),
  };
}
