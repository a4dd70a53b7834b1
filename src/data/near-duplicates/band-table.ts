/** The rows of one band, by the band's key. */
export interface BandTable {
  /** Keeps a position under a key. Where the key's bucket is full, one of its older entries is lost. */
  put(key: number, position: number): void;
  /** Calls `visit` with each position that was kept under the key and isn't lost. */
  find(key: number, visit: (position: number) => void): void;
  /** In bytes. */
  readonly bytes: number;
}

/** Entries in a bucket: what is looked at for one key is bounded, whatever the data. */
const BUCKET = 8;
const FIRST_BITS = 10;

/**
 * Makes a table that takes 4 bytes an entry and yet can grow: with 2ⁱ entries, the highest i − 3 bits of a key choose the
 * bucket, and an entry holds the 32 − i bits below them beside a position of i bits. So the bits of a key that are known
 * never change, and when the table doubles, each entry says by its own first bit into which half of its bucket's place it
 * goes (quotienting: Knuth, "The Art of Computer Programming" 3, section 6.4, exercise 13). The lowest 3 bits of a key
 * aren't used.
 *
 * Positions have to be more than 0, and to grow by at most the size of the table at a time.
 */
export function createBandTable(): BandTable {
  let bits = FIRST_BITS;
  let entries = new Uint32Array(2 ** bits);

  const bucketOf = (key: number) => (key >>> (35 - bits)) * BUCKET;
  /** The bits below those that choose the bucket, moved to the top of a word. */
  const tagOf = (key: number) => (((key << (bits - 3)) >>> bits) << bits) >>> 0;

  const place = (bucket: number, entry: number, position: number) => {
    for (let i = bucket; i < bucket + BUCKET; i++) {
      if (entries[i] === 0) {
        entries[i] = entry;
        return;
      }
    }
    entries[bucket + (position % BUCKET)] = entry;
  };

  const double = () => {
    const old = entries;
    const positions = 2 ** bits - 1;
    entries = new Uint32Array(old.length * 2);
    for (let i = 0; i < old.length; i++) {
      const entry = old[i] ?? 0;
      if (entry === 0) continue;
      const half = entry >>> 31;
      const bucket = (i - (i % BUCKET)) * 2 + half * BUCKET;
      // The tag loses its first bit to the bucket, and its last one to the position, which it has to be 0 for.
      const tag = ((entry & ~positions) << 1) >>> 0;
      place(bucket, (tag | (entry & positions)) >>> 0, entry & positions);
    }
    bits++;
  };

  return {
    put(key, position) {
      while (position >= 2 ** bits) double();
      place(bucketOf(key), (tagOf(key) | position) >>> 0, position);
    },
    find(key, visit) {
      const tag = tagOf(key);
      const bucket = bucketOf(key);
      const positions = 2 ** bits - 1;
      for (let i = bucket; i < bucket + BUCKET; i++) {
        const entry = entries[i] ?? 0;
        if (entry === 0) return;
        if ((entry & ~positions) >>> 0 === tag) visit(entry & positions);
      }
    },
    get bytes() {
      return entries.byteLength;
    },
  };
}
