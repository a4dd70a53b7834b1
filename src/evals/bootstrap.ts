import { EvaluationError } from "./errors.ts";

/** How an interval is made. */
export interface BootstrapOptions {
  /**
   * The same seed gives the same interval.
   *
   * @default 0
   */
  readonly seed?: number;
  /** @default 2000 */
  readonly resamples?: number;
}

const RESAMPLES = 2_000;

/** @throws EvaluationError `invalid_option`: of no resamples an interval would be made that looks like one */
export function checkResamples(resamples = RESAMPLES): void {
  if (!Number.isSafeInteger(resamples) || resamples < 1) {
    const message = `resamples is ${resamples}; it has to be a whole number from 1 on.`;
    throw new EvaluationError(message, { code: "invalid_option", field: "resamples" });
  }
}

/** A value that was observed, and what it stands or falls with. */
export interface Observation {
  readonly value: number;
  /** The values of a group are drawn together. */
  readonly group: string;
}

/** From where to where a mean may lie. */
export type Interval = readonly [low: number, high: number];

/**
 * The percentile interval of the mean by the bootstrap (Efron 1979, "Bootstrap methods: another look at the jackknife",
 * Annals of Statistics 7; the interval is that of Efron and Tibshirani 1993, "An introduction to the bootstrap", section
 * 13.3). Whole groups are drawn with replacement, as many as there are, and the mean is that of all values in them: values
 * of one group aren't independent, and drawn singly they would make the interval too narrow.
 *
 * `null` where there are fewer than two groups: one group doesn't say how groups differ.
 *
 * @param confidence - how sure it is, 0–1; what the package gives to others is of 95 %, as it says there
 */
export function bootstrapInterval(
  observations: readonly Observation[],
  {
    seed = 0,
    resamples = RESAMPLES,
    confidence = 0.95,
  }: BootstrapOptions & { readonly confidence?: number } = {},
): Interval | null {
  const groups = new Map<string, { sum: number; count: number }>();
  for (const { value, group } of observations) {
    const known = groups.get(group) ?? { sum: 0, count: 0 };
    groups.set(group, { sum: known.sum + value, count: known.count + 1 });
  }
  if (groups.size < 2) {
    return null;
  }
  const sums = Float64Array.from(groups.values(), ({ sum }) => sum);
  const counts = Float64Array.from(groups.values(), ({ count }) => count);
  const below = createDraws(seed);
  const means = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    let count = 0;
    for (let draw = 0; draw < sums.length; draw++) {
      const group = below(sums.length);
      sum += sums[group] ?? 0;
      count += counts[group] ?? 0;
    }
    means[resample] = sum / count;
  }
  means.sort();
  const tail = (1 - confidence) / 2;
  return [quantile(means, tail), quantile(means, 1 - tail)];
}

/**
 * The value below which a share of the others lies, between two of them by their distance (Hyndman and Fan 1996, type 7:
 * the one that numpy and R have by default).
 *
 * @param sorted - in ascending order, and not empty
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const low = sorted[below] ?? 0;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low;
  return low + (high - low) * (position - below);
}

/** Whole numbers below a count, by xoshiro128** (Blackman and Vigna 2021), its state made of the seed by splitmix32. */
function createDraws(seed: number): (count: number) => number {
  let word = seed >>> 0;
  const next = () => {
    word = (word + 0x9e3779b9) | 0;
    let mixed = word ^ (word >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
  let [a, b, c, d] = [next(), next(), next(), next()];
  const rotated = (value: number, by: number) => (value << by) | (value >>> (32 - by));
  return (count) => {
    const result = Math.imul(rotated(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotated(d, 11);
    return Math.floor((result / 0x1_0000_0000) * count);
  };
}
