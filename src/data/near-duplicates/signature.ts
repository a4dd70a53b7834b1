import { createWordReader, mixed, type WordReader } from "../words/word-reader.ts";

/** How many bins the shingles fall into: the values of which a similarity is estimated. */
export const BINS = 128;
/** Bits kept of each bin's value. */
const BITS = 2;
/** 32-bit words of a sketch. */
export const SKETCH_WORDS = (BINS * BITS) / 32;
/** Two texts are compared when they agree in all values of at least one band. */
export const BANDS = 6;
/** Values in a band. */
export const BAND_VALUES = 4;
/** 32-bit words of a signature: the sketch, then a key for each band. */
export const SIGNATURE_WORDS = SKETCH_WORDS + BANDS;
/** Words in a shingle. */
export const SHINGLE_WORDS = 3;
/** A text with fewer shingles has no signature: one changed word would make it another text. */
export const MIN_SHINGLES = 8;

const BIN_SHIFT = 25;
const VALUE_MASK = 2 ** BIN_SHIFT - 1;
/** More than any value, which has {@link BIN_SHIFT} bits. */
const EMPTY = 2 ** BIN_SHIFT;

/**
 * Writes the signature of a text to `out` at `offset`, {@link SIGNATURE_WORDS} words, and returns `true`; `false` where
 * the text is too short to be nearly the same as another one. Several texts, such as the turns of a dialogue, count as one
 * that has them one after the other.
 */
export type Signer = (text: string | readonly string[], out: Uint32Array, offset?: number) => boolean;

/**
 * Makes a function that signs texts, so that those with nearly the same words can be found without comparing all with all.
 * It knows nothing of other texts: signers with the same seed, in different threads, give the same signatures.
 *
 * The shingles of a text are its runs of three words, normalised; Han characters and kana are words. One hash function
 * sorts them into 128 bins and keeps the least value of each (Li, Owen and Zhang 2012, "One Permutation Hashing"). Of each
 * bin 2 bits are kept, to estimate the Jaccard similarity from. 6 bands of 4 whole values become keys to find candidates
 * by (Leskovec, Rajaraman and Ullman 2014, "Mining of Massive Datasets", section 3.4); for them, an empty bin takes the
 * value of another one (Shrivastava 2017, "Optimal Densification for Fast and Accurate Minwise Hashing", algorithm 1).
 *
 * @param seed - chooses the hash function; signatures of different seeds can't be compared
 */
export function createSigner(seed = 0): Signer {
  const reader = createWordReader();
  const salt = mixed(Math.imul(seed | 0, 0x9e3779b1) ^ 0x3c6ef372);
  const least = new Int32Array(BINS);
  return (text, out, offset = 0) => {
    least.fill(EMPTY);
    if (typeof text === "string") {
      if (addShingles([text], reader, salt, least) < MIN_SHINGLES) return false;
    } else if (addShingles(text, reader, salt, least) < MIN_SHINGLES) return false;
    writeSketch(least, out, offset);
    writeBandKeys(least, out, offset + SKETCH_WORDS);
    return true;
  };
}

/** Lets each shingle lower the value of its bin; returns how many shingles there are. */
function addShingles(texts: readonly string[], reader: WordReader, salt: number, least: Int32Array): number {
  let words = 0;
  let before = 0;
  let beforeThat = 0;
  for (const text of texts) {
    const count = reader.read(text);
    const { hashes } = reader;
    for (let i = 0; i < count; i++) {
      const hash = hashes[i] ?? 0;
      if (++words >= SHINGLE_WORDS) {
        const shingle = mixed(
          Math.imul(Math.imul(beforeThat, 0x85ebca6b) + before, 0x9e3779b1) + (hash ^ salt),
        );
        const bin = shingle >>> BIN_SHIFT;
        const value = shingle & VALUE_MASK;
        if (value < (least[bin] ?? 0)) least[bin] = value;
      }
      beforeThat = before;
      before = hash;
    }
  }
  return words - SHINGLE_WORDS + 1;
}

/** The least value of each bin, modulo 3 and 1 more; 0 for an empty bin. */
function writeSketch(least: Int32Array, out: Uint32Array, offset: number): void {
  for (let word = 0, bin = 0; word < SKETCH_WORDS; word++) {
    let packed = 0;
    for (let shift = 0; shift < 32; shift += BITS, bin++) {
      const value = least[bin] ?? EMPTY;
      if (value !== EMPTY) packed |= ((value % 3) + 1) << shift;
    }
    out[offset + word] = packed;
  }
}

/** Bins to look at in turn for a value, {@link DRAWS} for each bin, the first being the bin itself. */
const DRAWS = 64;
const draws = Uint8Array.from({ length: BINS * DRAWS }, (_, i) => drawn(Math.floor(i / DRAWS), i % DRAWS));

function drawn(bin: number, draw: number): number {
  return draw === 0 ? bin : mixed(Math.imul(bin + 1, 0x9e3779b1) + Math.imul(draw, 0x7feb352d)) >>> BIN_SHIFT;
}

/**
 * In place of an empty bin, another one that isn't, drawn by the number of the bin: two texts draw alike as long as they
 * have the same bins filled, so that equal values go on meaning equal shingles.
 */
function filledBin(bin: number, least: Int32Array): number {
  let source = bin;
  for (let draw = 1; least[source] === EMPTY; draw++) {
    source = draw < DRAWS ? (draws[bin * DRAWS + draw] ?? 0) : drawn(bin, draw);
  }
  return source;
}

function writeBandKeys(least: Int32Array, out: Uint32Array, offset: number): void {
  for (let band = 0; band < BANDS; band++) {
    let key = band;
    for (let i = 0; i < BAND_VALUES; i++) {
      const bin = filledBin((i * BANDS + band) * 5, least);
      key = mixed(Math.imul(key, 0x9e3779b1) ^ ((least[bin] ?? 0) | (bin << BIN_SHIFT)));
    }
    out[offset + band] = key;
  }
}
