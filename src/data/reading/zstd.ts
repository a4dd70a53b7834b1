import { Decompress } from "fzstd";
import { inBytes } from "./limits.ts";

/** What is wrong with compressed bytes. Where they come from is known further up. */
export class CompressionFault extends Error {
  readonly kind: "damaged" | "too_large" | "unsupported";

  constructor(kind: CompressionFault["kind"], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}

/** The window that the `zstd` program takes by itself; more has to be asked for there too. */
const LARGEST_WINDOW = 128 * 1024 * 1024;
/** By the format, no block is larger, before and after decompression. */
const LARGEST_BLOCK = 128 * 1024;

/**
 * Decompresses Zstandard (RFC 8878). Frames and blocks are told apart here and given to the decoder one by one, so that
 * no more than a block comes out at once, whatever a bomb would make of it, and a window is refused before it is allocated.
 *
 * @throws CompressionFault
 */
export async function* unzstd(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = new ByteReader(bytes);
  try {
    for (;;) {
      const magic = await input.upTo(4);
      if (magic.length === 0) return;
      if (magic.length < 4) throw cut();
      const number = magic.readUInt32LE();
      if ((number & 0xfffffff0) >>> 0 === 0x184d2a50) {
        await input.skip((await input.exactly(4)).readUInt32LE());
      } else if (number === 0xfd2fb528) {
        yield* frame(input, magic);
      } else {
        throw new CompressionFault("damaged", "what follows is no Zstandard frame");
      }
    }
  } finally {
    await input.close();
  }
}

async function* frame(input: ByteReader, magic: Buffer): AsyncGenerator<Uint8Array> {
  const { header, hasChecksum } = await frameHeader(input);
  let out: Uint8Array[] = [];
  const decoder = new Decompress((piece) => {
    if (piece.length > 0) out.push(piece);
  });
  const push = (piece: Uint8Array, isLast: boolean) => {
    try {
      decoder.push(piece, isLast);
    } catch (cause) {
      throw new CompressionFault("damaged", "a block of it can't be decompressed", cause);
    }
    const given = out;
    out = [];
    return given;
  };
  push(Buffer.concat([magic, header]), false);
  for (let isLast = false; !isLast; ) {
    const blockHeader = await input.exactly(3);
    const word = blockHeader.readUIntLE(0, 3);
    isLast = (word & 1) === 1;
    const isRepeated = ((word >> 1) & 3) === 1;
    const length = word >> 3;
    if (length > LARGEST_BLOCK) {
      throw new CompressionFault("damaged", `a block of it says that it has ${length} bytes`);
    }
    const pieces = [blockHeader, await input.exactly(isRepeated ? 1 : length)];
    if (isLast && hasChecksum) pieces.push(await input.exactly(4));
    yield* push(Buffer.concat(pieces), isLast);
  }
}

/** Reads what describes a frame, and refuses what the decoder can't do or shouldn't. */
async function frameHeader(input: ByteReader): Promise<{ header: Buffer; hasChecksum: boolean }> {
  const descriptor = await input.exactly(1);
  const flags = descriptor[0] ?? 0;
  const isSingleSegment = (flags & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][flags & 3] ?? 0;
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
  const windowBytes = isSingleSegment ? 0 : 1;
  const rest = await input.exactly(windowBytes + dictionaryBytes + sizeBytes);
  if (rest.subarray(windowBytes, windowBytes + dictionaryBytes).some((byte) => byte !== 0)) {
    throw new CompressionFault(
      "unsupported",
      "it was compressed with a dictionary; decompress it beforehand",
    );
  }
  const size = rest.subarray(windowBytes + dictionaryBytes);
  const window = isSingleSegment
    ? sizeBytes === 8
      ? Number(size.readBigUInt64LE())
      : size.readUIntLE(0, sizeBytes)
    : windowSize(rest[0] ?? 0);
  if (window > LARGEST_WINDOW) {
    throw new CompressionFault(
      "too_large",
      `decompressing it takes ${inBytes(window)} of memory, and ${inBytes(LARGEST_WINDOW)} are taken at most; compress it without --long or --ultra`,
    );
  }
  return { header: Buffer.concat([descriptor, rest]), hasChecksum: (flags & 4) !== 0 };
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function cut(): CompressionFault {
  return new CompressionFault("damaged", "it ends in the middle");
}

/** Takes so many bytes as are wanted from chunks of any size. */
class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Buffer = Buffer.alloc(0);

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#chunks = bytes[Symbol.asyncIterator]();
  }

  /** So many bytes, or what is left of them, in memory of their own. */
  async upTo(count: number): Promise<Buffer> {
    const taken = Buffer.allocUnsafe(count);
    let filled = 0;
    while (filled < count && (await this.#fill())) {
      const copied = this.#chunk.copy(taken, filled);
      filled += copied;
      this.#chunk = this.#chunk.subarray(copied);
    }
    return taken.subarray(0, filled);
  }

  async exactly(count: number): Promise<Buffer> {
    const taken = await this.upTo(count);
    if (taken.length < count) throw cut();
    return taken;
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      if (!(await this.#fill())) throw cut();
      const skipped = Math.min(left, this.#chunk.length);
      this.#chunk = this.#chunk.subarray(skipped);
      left -= skipped;
    }
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #fill(): Promise<boolean> {
    while (this.#chunk.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done) return false;
      this.#chunk = Buffer.from(value.buffer, value.byteOffset, value.length);
    }
    return true;
  }
}
