import type { Example } from "./example.ts";
import { createRandom, shuffledIndices } from "./random.ts";

/** Examples laid end to end without padding, each seeing only itself. */
export interface Batch {
  /** All tokens, (N). */
  readonly tokens: Int32Array;
  /** Each token's position in its own example, (N). */
  readonly positions: Int32Array;
  /** Where each example begins, and N behind the last: (examples + 1). */
  readonly starts: Int32Array;
  /** The rows whose next token is learned, (R). */
  readonly rows: Int32Array;
  /** The token that follows each of `rows`, (R). */
  readonly targets: Int32Array;
  /** Tokens in the longest example. */
  readonly longest: number;
}

/** How many tokens a micro-batch may have; a step of more is split, and its gradients are added up. */
export const MICRO_BATCH_TOKENS = 2048;

/** Lays examples end to end. */
export function packBatch(examples: readonly Example[]): Batch {
  const count = examples.reduce((sum, { tokens }) => sum + tokens.length, 0);
  const tokens = new Int32Array(count);
  const positions = new Int32Array(count);
  const starts = new Int32Array(examples.length + 1);
  const rows: number[] = [];
  const targets: number[] = [];
  let at = 0;
  let longest = 0;
  for (const [index, example] of examples.entries()) {
    const { length } = example.tokens;
    starts[index] = at;
    tokens.set(example.tokens, at);
    for (let i = 0; i < length; i++) {
      positions[at + i] = i;
      // The first token has nothing before it that could predict it.
      if (i > 0 && example.learned[i]) {
        rows.push(at + i - 1);
        targets.push(example.tokens[i] ?? 0);
      }
    }
    longest = Math.max(longest, length);
    at += length;
  }
  starts[examples.length] = count;
  return {
    tokens,
    positions,
    starts,
    rows: Int32Array.from(rows),
    targets: Int32Array.from(targets),
    longest,
  };
}

/** Splits examples, in their order, into groups of at most `mostTokens`; a longer example stands alone. */
export function microBatches(
  examples: readonly Example[],
  mostTokens = MICRO_BATCH_TOKENS,
): readonly (readonly Example[])[] {
  const groups: Example[][] = [];
  let group: Example[] = [];
  let count = 0;
  for (const example of examples) {
    if (group.length > 0 && count + example.tokens.length > mostTokens) {
      groups.push(group);
      group = [];
      count = 0;
    }
    group.push(example);
    count += example.tokens.length;
  }
  if (group.length > 0) groups.push(group);
  return groups;
}

/** Which examples each step of a run takes. */
export interface BatchOrder {
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  /** The examples' indices of a step, counted from 0. */
  step(step: number): Int32Array;
}

/**
 * A seeded shuffle for each epoch, cut into steps of `batchSize` examples; the last step of an epoch takes what is left.
 * It follows from the arguments alone, so a run can go on at any step.
 *
 * @param count - how many examples there are
 * @param options - `epochs` may be a fraction; `maxSteps` ends the run earlier
 */
export function batchOrder(
  count: number,
  options: { epochs: number; batchSize: number; seed: number; maxSteps?: number },
): BatchOrder {
  const { epochs, batchSize, seed, maxSteps = Number.POSITIVE_INFINITY } = options;
  const stepsPerEpoch = Math.ceil(count / batchSize);
  const totalSteps = Math.min(maxSteps, Math.max(1, Math.ceil(stepsPerEpoch * epochs)));
  let known = -1;
  let order: Int32Array = new Int32Array(0);
  return {
    stepsPerEpoch,
    totalSteps,
    step(step) {
      const epoch = Math.floor(step / stepsPerEpoch);
      if (epoch !== known) {
        order = shuffledIndices(count, createRandom(seed, epoch));
        known = epoch;
      }
      const first = (step % stepsPerEpoch) * batchSize;
      return order.slice(first, first + batchSize);
    },
  };
}
