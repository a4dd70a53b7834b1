import { DataError } from "../errors.ts";
import { createBandTable } from "./band-table.ts";
import { BANDS, SKETCH_WORDS } from "./signature.ts";
import { estimatedSimilarity } from "./similarity.ts";

/** An earlier row that a row is nearly the same as. */
export interface NearDuplicate {
  /** The number that the earlier row was added with. */
  readonly row: number;
  /** Its estimated Jaccard similarity, 0–1; at 0.85 its standard error is 0.03. */
  readonly similarity: number;
}

/** How near duplicates are looked for. */
export interface NearDuplicateOptions {
  /**
   * From which estimated Jaccard similarity on, in (0, 1], two rows are nearly the same.
   *
   * @default 0.85
   */
  readonly threshold?: number;
  /**
   * How many rows are remembered, rounded up to a power of two; then the oldest is forgotten for each new one. About
   * 60 bytes of memory each.
   *
   * @default 1_048_576
   */
  readonly capacity?: number;
}

/** Rows that have been seen, by their signatures. */
export interface NearDuplicateIndex {
  /**
   * Looks for an earlier row that is nearly the same: the most similar one, of equals the first. Where there is none, the
   * row is remembered; one that repeats another isn't, so the rows of a cluster are compared with its first.
   *
   * @param row - a whole number below 2³², by which the caller knows the row
   */
  add(signature: Uint32Array, row: number, offset?: number): NearDuplicate | undefined;
  /** How many rows are remembered. */
  readonly size: number;
  /** How many rows were forgotten because there were more than `capacity`. */
  readonly forgotten: number;
  /** Memory of the index, in bytes. */
  readonly bytes: number;
}

const CHUNK_BITS = 14;
const CHUNK_ROWS = 2 ** CHUNK_BITS;
const DEFAULT_CAPACITY = 2 ** 20;
const MAX_CAPACITY = 2 ** 26;

/**
 * Makes an index of rows in which near duplicates are found, in typed arrays alone. The result depends on the order in
 * which rows are added, and on nothing else.
 *
 * Two rows are compared when they have one of 6 bands in common, of 4 values each: with similarity s that happens with
 * 1 − (1 − s⁴)⁶. They are nearly the same when the estimate then reaches the threshold. Measured at 0.85, on texts of 30 to
 * 300 words (`bench/data/near-duplicates.ts`):
 *
 * | similarity | compared | found |
 * | ---------- | -------- | ----- |
 * | 0.50–0.55  | 0.40     | 0.000 |
 * | 0.70–0.75  | 0.86     | 0.002 |
 * | 0.75–0.80  | 0.93     | 0.03  |
 * | 0.80–0.85  | 0.98     | 0.24  |
 * | 0.85–0.90  | 0.995    | 0.77  |
 * | 0.90–0.95  | 0.999    | 0.995 |
 * | above 0.95 | 1.000    | 1.000 |
 *
 * Unrelated texts: no false alarm among 50,000. Who can read a row again settles the cases in between with
 * `jaccardSimilarity`, and a threshold lower by 0.06.
 *
 * @throws {DataError} `invalid_option`
 */
export function createNearDuplicateIndex(options: NearDuplicateOptions = {}): NearDuplicateIndex {
  const { threshold = 0.85, capacity: wanted = DEFAULT_CAPACITY } = options;
  if (!(threshold > 0 && threshold <= 1)) {
    throw invalid("threshold", "a number above 0 and up to 1");
  }
  if (!(Number.isInteger(wanted) && wanted >= 1 && wanted <= MAX_CAPACITY)) {
    throw invalid("capacity", `a whole number from 1 to ${MAX_CAPACITY}`);
  }
  // Position 0 stays free, so that no entry of a table is 0.
  const capacity = 2 ** Math.max(CHUNK_BITS, Math.ceil(Math.log2(wanted + 1)));
  const keepsAtMost = Math.min(wanted, capacity - 1);
  const tables = Array.from({ length: BANDS }, createBandTable);
  const sketches: Uint32Array[] = [];
  const rows: Uint32Array[] = [];
  let added = 0;

  const remember = (signature: Uint32Array, offset: number, row: number) => {
    const position = (added % keepsAtMost) + 1;
    added++;
    const chunk = position >>> CHUNK_BITS;
    if (sketches[chunk] === undefined) {
      sketches[chunk] = new Uint32Array(CHUNK_ROWS * SKETCH_WORDS);
      rows[chunk] = new Uint32Array(CHUNK_ROWS);
    }
    const place = position & (CHUNK_ROWS - 1);
    sketches[chunk]?.set(signature.subarray(offset, offset + SKETCH_WORDS), place * SKETCH_WORDS);
    const rowsOfChunk = rows[chunk];
    if (rowsOfChunk) rowsOfChunk[place] = row;
    tables.forEach((table, band) => {
      table.put(signature[offset + SKETCH_WORDS + band] ?? 0, position);
    });
  };

  let bestRow = 0;
  let bestSimilarity = 0;
  let signature: Uint32Array = new Uint32Array(0);
  let offset = 0;
  const compare = (position: number) => {
    const chunk = position >>> CHUNK_BITS;
    const place = position & (CHUNK_ROWS - 1);
    const sketch = sketches[chunk];
    const row = rows[chunk]?.[place];
    if (sketch === undefined || row === undefined) return;
    const similarity = estimatedSimilarity(signature, offset, sketch, place * SKETCH_WORDS);
    if (similarity > bestSimilarity || (similarity === bestSimilarity && row < bestRow)) {
      bestSimilarity = similarity;
      bestRow = row;
    }
  };

  return {
    add(given, row, at = 0) {
      signature = given;
      offset = at;
      bestSimilarity = 0;
      for (let band = 0; band < BANDS; band++) {
        tables[band]?.find(given[at + SKETCH_WORDS + band] ?? 0, compare);
      }
      if (bestSimilarity >= threshold) return { row: bestRow, similarity: bestSimilarity };
      remember(given, at, row);
      return undefined;
    },
    get size() {
      return Math.min(added, keepsAtMost);
    },
    get forgotten() {
      return Math.max(0, added - keepsAtMost);
    },
    get bytes() {
      const inChunks = sketches.filter(Boolean).length * CHUNK_ROWS * (SKETCH_WORDS + 1) * 4;
      return inChunks + tables.reduce((sum, table) => sum + table.bytes, 0);
    },
  };
}

function invalid(field: string, expected: string): DataError {
  return new DataError(`\`${field}\` of near duplicates has to be ${expected}.`, {
    code: "invalid_option",
    field,
  });
}
