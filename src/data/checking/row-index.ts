/** Numbers of rows, one for each, that grow without being copied. */
export interface Column {
  push(value: number): void;
  get(row: number): number;
  readonly length: number;
}

const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;

type Numbers = Uint32Array | Float64Array;

export function createColumn(
  make: (length: number) => Numbers = (length) => new Uint32Array(length),
): Column {
  const chunks: Numbers[] = [];
  let length = 0;
  return {
    push(value) {
      const at = length & (CHUNK - 1);
      if (at === 0) chunks.push(make(CHUNK));
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

/** Finds the first row with a hash of 64 bits. */
export interface HashIndex {
  /** The first row with the hash; if there is none, the given row is it from now on, and -1 is returned. */
  firstOrAdd(low: number, high: number, row: number): number;
  /** The first row with the hash, or -1. */
  first(low: number, high: number): number;
}

/**
 * An open-addressing table of entry numbers, so that it takes 4 bytes a slot and grows from the hashes, which are kept
 * beside it: some 24 bytes a hash in all.
 */
export function createHashIndex(): HashIndex {
  const lows = createColumn();
  const highs = createColumn();
  const rows = createColumn();
  let slots = new Uint32Array(1 << 12);

  /** The slot of the hash, or the free one where it belongs. Slots hold the entry's number + 1. */
  const slotOf = (low: number, high: number): number => {
    const mask = slots.length - 1;
    for (let slot = (low ^ (high >>> 7)) & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot] ?? 0;
      if (entry === 0 || (lows.get(entry - 1) === low && highs.get(entry - 1) === high)) return slot;
    }
  };
  const grow = () => {
    slots = new Uint32Array(2 * slots.length);
    for (let entry = 0; entry < lows.length; entry++) {
      slots[slotOf(lows.get(entry), highs.get(entry))] = entry + 1;
    }
  };
  const first = (low: number, high: number) => {
    const entry = slots[slotOf(low, high)] ?? 0;
    return entry === 0 ? -1 : rows.get(entry - 1);
  };
  return {
    first,
    firstOrAdd(low, high, row) {
      const known = first(low, high);
      if (known >= 0) return known;
      // At most two thirds full.
      if (3 * (lows.length + 1) > 2 * slots.length) grow();
      const slot = slotOf(low, high);
      lows.push(low);
      highs.push(high);
      rows.push(row);
      slots[slot] = lows.length;
      return -1;
    },
  };
}
