/**
 * A hash of 64 bits over several texts, for telling rows apart: among ten million rows the odds that two differ and have
 * one hash are 1 in 370,000. It keeps nobody from making two on purpose.
 */
export interface TextHash {
  low: number;
  high: number;
}

/** A hash of nothing yet. */
export function createTextHash(): TextHash {
  return { low: 0xdeadbeef | 0, high: 0x41c6ce57 };
}

/** Begins anew. */
export function resetHash(hash: TextHash): void {
  hash.low = 0xdeadbeef | 0;
  hash.high = 0x41c6ce57;
}

/** Takes a text in; `mark` tells apart what lies between texts, such as roles. */
export function addToHash(hash: TextHash, mark: number, text: string): void {
  let low = Math.imul(hash.low ^ (0x10000 + mark), 0x9e3779b1);
  let high = Math.imul(hash.high ^ (0x10000 + mark), 0x5f356495);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x9e3779b1);
    high = Math.imul(high ^ unit, 0x5f356495);
  }
  // Each half is spread over the other, as the end of MurmurHash3 does: a product alone never reaches its lower bits.
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  hash.low = low;
  hash.high = high;
}
