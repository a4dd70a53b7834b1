/** A hash of bytes that come piece by piece. */
export interface ContentHash {
  update(chunk: Uint8Array): void;
  /** Lower-case hex. Nothing can be added afterwards. */
  digest(): string;
}

/** How far each of the 64 steps rotates, by round and step modulo 4 (RFC 1321, section 3.4). */
const ROTATIONS = Uint8Array.from(
  [
    [7, 12, 17, 22],
    [5, 9, 14, 20],
    [4, 11, 16, 23],
    [6, 10, 15, 21],
  ].flatMap((round) => [round, round, round, round].flat()),
);

/** The table T of RFC 1321: the integer part of 2³² · |sin(i + 1)|. */
const SINES = Int32Array.from({ length: 64 }, (_, i) => (2 ** 32 * Math.abs(Math.sin(i + 1))) | 0);

/** Which word of the block each step takes. */
const WORDS = Uint8Array.from({ length: 64 }, (_, i) => {
  const round = i >> 4;
  return round === 0 ? i : (round === 1 ? 5 * i + 1 : round === 2 ? 3 * i + 5 : 7 * i) & 15;
});

/** MD5 by RFC 1321, for runtimes without `node:crypto`: the Web Crypto API has none. It guards against accidents only. */
export function createMd5(): ContentHash {
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  const block = new Uint8Array(64);
  const words = new Int32Array(16);
  let filled = 0;
  let length = 0;

  function digestBlock(bytes: DataView, start: number): void {
    for (let i = 0; i < 16; i++) {
      words[i] = bytes.getInt32(start + 4 * i, true);
    }
    let a = state[0] ?? 0;
    let b = state[1] ?? 0;
    let c = state[2] ?? 0;
    let d = state[3] ?? 0;
    for (let i = 0; i < 64; i++) {
      const mixed =
        i < 16 ? (b & c) | (~b & d) : i < 32 ? (b & d) | (c & ~d) : i < 48 ? b ^ c ^ d : c ^ (b | ~d);
      const sum = (a + mixed + (SINES[i] ?? 0) + (words[WORDS[i] ?? 0] ?? 0)) | 0;
      const rotation = ROTATIONS[i] ?? 0;
      a = d;
      d = c;
      c = b;
      b = (b + ((sum << rotation) | (sum >>> (32 - rotation)))) | 0;
    }
    state[0] = (state[0] ?? 0) + a;
    state[1] = (state[1] ?? 0) + b;
    state[2] = (state[2] ?? 0) + c;
    state[3] = (state[3] ?? 0) + d;
  }

  function update(chunk: Uint8Array): void {
    length += chunk.length;
    let at = 0;
    if (filled > 0) {
      at = Math.min(64 - filled, chunk.length);
      block.set(chunk.subarray(0, at), filled);
      filled += at;
      if (filled < 64) {
        return;
      }
      digestBlock(view(block), 0);
    }
    const whole = view(chunk);
    for (; at + 64 <= chunk.length; at += 64) {
      digestBlock(whole, at);
    }
    block.set(chunk.subarray(at));
    filled = chunk.length - at;
  }

  return {
    update,
    digest() {
      // The length in bits is taken before the padding adds to it. Beyond 2⁵³ bytes it would be inexact.
      const tail = new DataView(new ArrayBuffer(8));
      tail.setUint32(0, (length * 8) >>> 0, true);
      tail.setUint32(4, Math.floor(length / 2 ** 29) >>> 0, true);
      const padding = new Uint8Array((filled < 56 ? 56 : 120) - filled);
      padding[0] = 0x80;
      update(padding);
      update(new Uint8Array(tail.buffer));
      const result = new DataView(new ArrayBuffer(16));
      state.forEach((word, i) => {
        result.setInt32(4 * i, word, true);
      });
      return hex(new Uint8Array(result.buffer));
    },
  };
}

function view({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** Lower-case. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (value) => value.toString(16).padStart(2, "0")).join("");
}
