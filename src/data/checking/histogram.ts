/** How often values occur, in bins whose width grows with the value: no bin is wider than an eighth of where it begins. */
export interface Histogram {
  readonly count: number;
  readonly sum: number;
  /** 0 if there are no values. */
  readonly min: number;
  readonly max: number;
  /** The bins that have values, in their order: `from` and all up to, but not, `to`. */
  readonly bins: readonly { readonly from: number; readonly to: number; readonly count: number }[];
  /** The values below which half, nine tenths and so on of the values lie, as far as the bins tell. */
  readonly quantiles: {
    readonly p50: number;
    readonly p90: number;
    readonly p95: number;
    readonly p99: number;
  };
}

/** Counts of a histogram, which threads can send each other and add up. */
export interface HistogramCounts {
  count: number;
  sum: number;
  min: number;
  max: number;
  readonly bins: Float64Array;
}

// Values below 16 have a bin each; above, each power of two has 8.
const EXACT = 16;
const PER_DOUBLING = 8;
const BINS = EXACT + (32 - 4) * PER_DOUBLING;

export function createHistogram(): HistogramCounts {
  return { count: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: 0, bins: new Float64Array(BINS) };
}

/** Counts a whole number from 0 to 2³² − 1. */
export function addToHistogram(histogram: HistogramCounts, value: number): void {
  histogram.count++;
  histogram.sum += value;
  if (value < histogram.min) histogram.min = value;
  if (value > histogram.max) histogram.max = value;
  const bin = binOf(value);
  histogram.bins[bin] = (histogram.bins[bin] ?? 0) + 1;
}

function binOf(value: number): number {
  if (value < EXACT) return value;
  const doubling = 31 - Math.clz32(value);
  return EXACT + (doubling - 4) * PER_DOUBLING + ((value >>> (doubling - 3)) & 7);
}

function binStart(bin: number): number {
  if (bin < EXACT) return bin;
  const doubling = Math.floor((bin - EXACT) / PER_DOUBLING) + 4;
  return (PER_DOUBLING + ((bin - EXACT) % PER_DOUBLING)) * 2 ** (doubling - 3);
}

export function mergeHistogram(into: HistogramCounts, other: HistogramCounts): void {
  into.count += other.count;
  into.sum += other.sum;
  into.min = Math.min(into.min, other.min);
  into.max = Math.max(into.max, other.max);
  other.bins.forEach((count, bin) => {
    into.bins[bin] = (into.bins[bin] ?? 0) + count;
  });
}

export function histogramOf(counts: HistogramCounts): Histogram {
  const bins: { from: number; to: number; count: number }[] = [];
  counts.bins.forEach((count, bin) => {
    if (count > 0) bins.push({ from: binStart(bin), to: binStart(bin + 1), count });
  });
  const quantile = (share: number) => {
    let below = 0;
    for (const { from, to, count } of bins) {
      if (below + count >= share * counts.count) {
        const within = (share * counts.count - below) / count;
        return Math.min(counts.max, Math.max(counts.min, Math.round(from + within * (to - 1 - from))));
      }
      below += count;
    }
    return 0;
  };
  return {
    count: counts.count,
    sum: counts.sum,
    min: counts.count === 0 ? 0 : counts.min,
    max: counts.max,
    bins,
    quantiles: { p50: quantile(0.5), p90: quantile(0.9), p95: quantile(0.95), p99: quantile(0.99) },
  };
}
