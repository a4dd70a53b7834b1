import { splitKeys } from "./group-of.ts";
import { lotOf } from "./lots.ts";
import {
  checkSeed,
  createStrataTable,
  noCounts,
  partShares,
  type SplitPart,
  type SplitShares,
} from "./parts.ts";
import { type SplitOptions, type SplitReport, sharesOf } from "./split.ts";

/** How a stream of records is split. */
export interface SplitStreamOptions<T> extends SplitOptions<T> {
  /** Ends it with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Records with their parts, in the order in which they come. */
export interface SplitStream<T> extends AsyncIterable<{ readonly part: SplitPart; readonly record: T }> {
  /** What has become of the records so far. Groups aren't counted, as that would need memory for each. */
  report(): Omit<SplitReport, "groups">;
}

/**
 * Makes a function that says in which part a group is, by the seed and its id alone. It never changes, whatever other
 * groups there are; the shares are kept as by chance: of n groups of one size, within about √(share · (1 − share) / n).
 *
 * @throws {DataError} `invalid_option` for shares that add up to 1 or more
 */
export function partByHash({
  seed = 1,
  shares,
}: {
  readonly seed?: number;
  readonly shares: SplitShares;
}): (group: string) => SplitPart {
  checkSeed(seed);
  const { evaluation, validation } = partShares(shares);
  return (group) => {
    const lot = lotOf(seed, group);
    return lot < evaluation ? "evaluation" : lot < evaluation + validation ? "validation" : "training";
  };
}

/**
 * Splits records that don't fit into memory, in one pass: each goes where {@link partByHash} says for its group. A part may
 * get nothing when there are few groups; `report()` says what each has got.
 *
 * @throws {DataError} `invalid_option` for shares that add up to 1 or more; while it is read, `invalid_row` for a record
 *   without a group
 *
 * @example
 * ```ts
 * import { type DataRecord, splitStream } from "fermion/data";
 *
 * async function write(records: AsyncIterable<DataRecord>) {
 *   const parts = splitStream(records, { seed: 7, shares: { evaluation: 0.1 } });
 *   for await (const { part, record } of parts) console.log(part, record.id);
 *   console.log(parts.report().shares);
 * }
 * ```
 */
export function splitStream<T extends object>(
  records: AsyncIterable<T> | Iterable<T>,
  options: SplitStreamOptions<T>,
): SplitStream<T> {
  const partOf = partByHash(options);
  const keysOf = splitKeys(options);
  const { signal } = options;
  const counts = noCounts();
  const strata = createStrataTable();
  return {
    async *[Symbol.asyncIterator]() {
      let number = 0;
      signal?.throwIfAborted();
      for await (const record of records) {
        signal?.throwIfAborted();
        const { group, stratum } = keysOf(record, ++number);
        const part = partOf(group);
        counts[part]++;
        strata.add(stratum, part);
        yield { part, record };
      }
    },
    report: () => ({ records: { ...counts }, shares: sharesOf(counts), strata: strata.rows() }),
  };
}
