/** A seeded source of chance: the same seed gives the same numbers on any machine. */
export interface Random {
  /** A number in [0, 1), a multiple of 2⁻³². */
  next(): number;
  /** A whole number from 0 to `count` − 1. */
  below(count: number): number;
}

/**
 * xorshift128 (Marsaglia 2003, "Xorshift RNGs", section 4): numbers in [0, 1), multiples of 2⁻³², from four 32-bit words
 * that are not all 0. Integer arithmetic only.
 */
export function xorshift128(a: number, b: number, c: number, d: number): () => number {
  return () => {
    const t = a ^ (a << 11);
    a = b;
    b = c;
    c = d;
    d = d ^ (d >>> 19) ^ (t ^ (t >>> 8));
    return (d >>> 0) / 2 ** 32;
  };
}

/**
 * {@link xorshift128}, its state filled from the words of the seed by a splitmix32 finaliser, so that
 * neighbouring seeds have nothing in common. Integer arithmetic only.
 *
 * @param seed - one or more whole numbers; what makes this stream different from others (a run's seed, an epoch)
 */
export function createRandom(...seed: readonly number[]): Random {
  let mixed = 0x6a09e667;
  const mix = (word: number): number => {
    mixed = (Math.imul(mixed ^ word, 0x9e3779b1) + 0x85ebca6b) | 0;
    let z = mixed;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  // Seeds may be wider than 32 bits.
  for (const word of seed) {
    mix(word | 0);
    mix(Math.floor(word / 2 ** 32) | 0);
  }
  const next = xorshift128(mix(1), mix(2), mix(3), mix(4) | 1);
  return { next, below: (count) => Math.floor(next() * count) };
}

/** The numbers from 0 to `count` − 1 in random order (Fisher and Yates). */
export function shuffledIndices(count: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index);
  for (let i = count - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const moved = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = moved;
  }
  return order;
}
