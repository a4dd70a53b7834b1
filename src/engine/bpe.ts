/** Which pairs of tokens join to which token, and in what order of preference. */
export interface Merges {
  /** The rank of a pair by its {@link pairKey}; the lowest rank joins first. */
  readonly ranks: ReadonlyMap<number, number>;
  /** The token that the pair of each rank becomes. */
  readonly results: Int32Array;
  /** The number of tokens, which `pairKey` needs. */
  readonly vocabularySize: number;
}

/** One number for a pair of tokens; pairs sort by it as by (left, right). */
export function pairKey(left: number, right: number, vocabularySize: number): number {
  return left * vocabularySize + right;
}

const NONE = -1;

// Up to here a scan over the whole word for each merge is faster than keeping a heap.
const SCAN_LIMIT = 48;
const scanRanks = new Int32Array(SCAN_LIMIT);

/**
 * Joins the pairs of a word in place, always the pair of lowest rank, the leftmost among equals, until none is left.
 * O(n log n) for a word of n bytes.
 *
 * @param symbols the tokens of the word's single bytes
 * @returns how many tokens at the beginning of `symbols` are the result
 */
export function mergeSymbols(symbols: Int32Array, merges: Merges): number {
  return symbols.length <= SCAN_LIMIT ? mergeByScan(symbols, merges) : mergeByHeap(symbols, merges);
}

function rankOf(merges: Merges, left: number | undefined, right: number | undefined): number {
  if (left === undefined || right === undefined) return NONE;
  return merges.ranks.get(pairKey(left, right, merges.vocabularySize)) ?? NONE;
}

function mergeByScan(symbols: Int32Array, merges: Merges): number {
  let length = symbols.length;
  for (let i = 0; i + 1 < length; i++) scanRanks[i] = rankOf(merges, symbols[i], symbols[i + 1]);
  for (;;) {
    let at = NONE;
    let best = NONE;
    for (let i = 0; i + 1 < length; i++) {
      const rank = scanRanks[i] ?? NONE;
      if (rank !== NONE && (best === NONE || rank < best)) {
        best = rank;
        at = i;
      }
    }
    if (at === NONE) return length;
    symbols[at] = merges.results[best] ?? 0;
    symbols.copyWithin(at + 1, at + 2, length);
    scanRanks.copyWithin(at + 1, at + 2, length - 1);
    length--;
    if (at > 0) scanRanks[at - 1] = rankOf(merges, symbols[at - 1], symbols[at]);
    if (at + 1 < length) scanRanks[at] = rankOf(merges, symbols[at], symbols[at + 1]);
  }
}

// A heap entry is one double, rank · 2³² + position: it sorts by rank, then from the left.
const POSITIONS = 2 ** 32;

function mergeByHeap(symbols: Int32Array, merges: Merges): number {
  const count = symbols.length;
  const next = new Int32Array(count);
  const previous = new Int32Array(count);
  const alive = new Uint8Array(count).fill(1);
  // Each merge takes one entry out and puts at most two in.
  const heap = createHeap(2 * count);
  const push = (left: number, right: number) => {
    const rank = rankOf(merges, symbols[left], symbols[right]);
    if (rank !== NONE) heap.push(rank * POSITIONS + left);
  };
  for (let i = 0; i < count; i++) {
    next[i] = i + 1 < count ? i + 1 : NONE;
    previous[i] = i - 1;
    if (i + 1 < count) push(i, i + 1);
  }
  for (let entry = heap.pop(); entry !== undefined; entry = heap.pop()) {
    const at = entry % POSITIONS;
    const rank = (entry - at) / POSITIONS;
    const right = next[at] ?? NONE;
    // An entry outlives its pair when a neighbour was joined first.
    if (alive[at] !== 1 || right === NONE || rankOf(merges, symbols[at], symbols[right]) !== rank) continue;
    symbols[at] = merges.results[rank] ?? 0;
    alive[right] = 0;
    const after = next[right] ?? NONE;
    next[at] = after;
    if (after !== NONE) {
      previous[after] = at;
      push(at, after);
    }
    const before = previous[at] ?? NONE;
    if (before !== NONE) push(before, at);
  }
  let length = 0;
  for (let i = 0; i !== NONE && i < count; i = next[i] ?? NONE) symbols[length++] = symbols[i] ?? 0;
  return length;
}

/** A binary heap of doubles, the least first, in a buffer of fixed size. */
function createHeap(capacity: number): { push(entry: number): void; pop(): number | undefined } {
  const entries = new Float64Array(capacity);
  let size = 0;
  const at = (index: number) => entries[index] ?? Number.POSITIVE_INFINITY;
  return {
    push(entry) {
      let hole = size++;
      while (hole > 0) {
        const parent = (hole - 1) >> 1;
        if (at(parent) <= entry) break;
        entries[hole] = at(parent);
        hole = parent;
      }
      entries[hole] = entry;
    },
    pop() {
      if (size === 0) return undefined;
      const top = at(0);
      const last = at(--size);
      let hole = 0;
      for (let child = 1; child < size; child = 2 * hole + 1) {
        if (child + 1 < size && at(child + 1) < at(child)) child++;
        if (at(child) >= last) break;
        entries[hole] = at(child);
        hole = child;
      }
      entries[hole] = last;
      return top;
    },
  };
}
