/** Numbers of rows, one for each, that grow without being copied. */
export interface Column {
  push(value: number): void;
  get(row: number): number;
  readonly length: number;
}

const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;

/** Of 32-bit numbers: 4 bytes a row. */
export function createColumn(): Column {
  const chunks: Uint32Array[] = [];
  let length = 0;
  return {
    push(value) {
      const at = length & (CHUNK - 1);
      if (at === 0) chunks.push(new Uint32Array(CHUNK));
      const chunk = chunks[length >>> CHUNK_BITS];
      if (chunk) chunk[at] = value;
      length++;
    },
    get: (row) => chunks[row >>> CHUNK_BITS]?.[row & (CHUNK - 1)] ?? 0,
    get length() {
      return length;
    },
  };
}

/** Of 32-bit numbers of which most are the one before: 8 bytes for each that isn't, and none for the others. */
export function createSteadyColumn(): Column {
  const firstRows = createColumn();
  const values = createColumn();
  let last = -1;
  let length = 0;
  return {
    push(value) {
      if (value !== last) {
        firstRows.push(length);
        values.push(value);
        last = value;
      }
      length++;
    },
    get(row) {
      let from = 0;
      let to = firstRows.length;
      while (to - from > 1) {
        const middle = (from + to) >>> 1;
        if (firstRows.get(middle) <= row) from = middle;
        else to = middle;
      }
      return values.get(from);
    },
    get length() {
      return length;
    },
  };
}

/** Finds the first row with a hash of 64 bits. */
export interface HashIndex {
  /** The first row with the hash; if there is none, the given row is it from now on, and -1 is returned. */
  firstOrAdd(low: number, high: number, row: number): number;
  /** The first row with the hash, or -1. */
  first(low: number, high: number): number;
}

/**
 * An open-addressing table of rows, which takes 4 bytes a slot and grows from the hashes, that are kept by row: some 16
 * bytes a row in all. Rows have to come in their order.
 */
export function createHashIndex(): HashIndex {
  const lows = createColumn();
  const highs = createColumn();
  let firstRow = 0;
  let count = 0;
  // Slots hold the row, counted from `firstRow` and from 1.
  let slots = new Uint32Array(1 << 12);

  /** The slot of the hash, or the free one where it belongs. */
  const slotOf = (low: number, high: number): number => {
    const mask = slots.length - 1;
    for (let slot = (low ^ (high >>> 7)) & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot] ?? 0;
      if (entry === 0 || (lows.get(entry - 1) === low && highs.get(entry - 1) === high)) return slot;
    }
  };
  const grow = () => {
    const old = slots;
    slots = new Uint32Array(2 * old.length);
    for (const entry of old) {
      if (entry > 0) slots[slotOf(lows.get(entry - 1), highs.get(entry - 1))] = entry;
    }
  };
  const first = (low: number, high: number) => {
    const entry = slots[slotOf(low, high)] ?? 0;
    return entry === 0 ? -1 : firstRow + entry - 1;
  };
  return {
    first,
    firstOrAdd(low, high, row) {
      const known = first(low, high);
      if (known >= 0) return known;
      // At most two thirds full.
      if (3 * (count + 1) > 2 * slots.length) grow();
      if (count === 0) firstRow = row;
      // Rows between that aren't in the index have a place without a meaning.
      while (lows.length < row - firstRow) {
        lows.push(0);
        highs.push(0);
      }
      lows.push(low);
      highs.push(high);
      slots[slotOf(low, high)] = row - firstRow + 1;
      count++;
      return -1;
    },
  };
}
