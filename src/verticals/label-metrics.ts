/** A label that was right, and the one that was given; undefined where none could be read from an answer. */
export interface LabelPair {
  readonly expected: string;
  readonly given: string | undefined;
}

/** How well one label was given. */
export interface LabelMetric {
  readonly label: string;
  /** How many have it. */
  readonly support: number;
  /** Of those that were given it, how many have it; 0 if it was never given. */
  readonly precision: number;
  /** Of those that have it, how many were given it. */
  readonly recall: number;
  readonly f1: number;
}

/** How well labels were given. */
export interface LabelMetrics {
  readonly labels: readonly LabelMetric[];
  /** The mean of `f1` over the labels that occur among what was right, so that a rare label counts as much as a common one. */
  readonly macroF1: number;
  /** The share that is right of all from which a label could be read. */
  readonly accuracy: number;
  /** How many had no label that could be read. They count as missed in `recall`, and stay out of `accuracy`. */
  readonly unparsed: number;
}

/**
 * Precision, recall and F1 of each label, and the macro-averaged F1 (Sokolova and Lapalme 2009, "A systematic analysis of
 * performance measures for classification tasks", table 3, but as the mean of the labels' F1).
 *
 * @throws RangeError if there are no pairs
 *
 * @example
 * ```ts
 * const { macroF1 } = labelMetrics([
 *   { expected: "approve", given: "approve" },
 *   { expected: "deny", given: "approve" },
 * ]);
 * ```
 */
export function labelMetrics(pairs: Iterable<LabelPair>): LabelMetrics {
  const all = [...pairs];
  if (all.length === 0) throw new RangeError("labelMetrics() needs at least one pair of labels.");
  const isRight = ({ expected, given }: LabelPair) => expected === given;
  const labels = [...new Set(all.map(({ expected }) => expected))].sort().map((label) => {
    const right = all.filter((pair) => isRight(pair) && pair.expected === label).length;
    const support = all.filter(({ expected }) => expected === label).length;
    const given = all.filter((pair) => pair.given === label).length;
    const precision = given === 0 ? 0 : right / given;
    const recall = right / support;
    const f1 = right === 0 ? 0 : (2 * precision * recall) / (precision + recall);
    return { label, support, precision, recall, f1 };
  });
  const read = all.filter(({ given }) => given !== undefined);
  return {
    labels,
    macroF1: labels.reduce((sum, { f1 }) => sum + f1, 0) / labels.length,
    accuracy: read.length === 0 ? 0 : read.filter(isRight).length / read.length,
    unparsed: all.length - read.length,
  };
}
