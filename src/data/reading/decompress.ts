import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { DataError } from "../errors.ts";
import { inBytes, type ResolvedLimits, UNCOUNTED_EXPANSION } from "./limits.ts";
import { CompressionFault, unzstd } from "./zstd.ts";

/** How a file is compressed. */
export type Compression = "none" | "gzip" | "zstd";

/** How bytes that begin like this are compressed: their first bytes say so, whatever their name is. */
export function compressionOf(beginning: Uint8Array): Compression {
  const [a, b, c, d] = beginning;
  if (a === 0x1f && b === 0x8b) return "gzip";
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return "zstd";
  // A file may begin with a frame that is to be skipped, as those of parallel compressors do.
  if (a !== undefined && a >> 4 === 5 && b === 0x2a && c === 0x4d && d === 0x18) return "zstd";
  return "none";
}

/**
 * Decompresses a file as it is read.
 *
 * @throws DataError if it is damaged or cut, or becomes larger than the limits allow; its offset is that of the
 * decompressed file
 */
export async function* decompress(
  bytes: AsyncIterable<Uint8Array>,
  compression: Compression,
  file: string,
  limits: ResolvedLimits,
): AsyncGenerator<Uint8Array> {
  let taken = 0;
  let given = 0;
  const counted = (async function* () {
    for await (const chunk of bytes) {
      taken += chunk.length;
      yield chunk;
    }
  })();
  const out = compression === "none" ? counted : compression === "gzip" ? gunzip(counted) : unzstd(counted);
  try {
    for await (const chunk of out) {
      given += chunk.length;
      if (given > limits.maxBytes) {
        throw new DataError(
          `${file} is larger than ${inBytes(limits.maxBytes)}${compression === "none" ? "" : " after decompression"}. Raise limits.maxBytes if it should be.`,
          { code: "too_large", file, byteOffset: given - chunk.length },
        );
      }
      if (compression !== "none" && given > UNCOUNTED_EXPANSION && given > taken * limits.maxExpansion) {
        throw new DataError(
          `${file} becomes more than ${limits.maxExpansion} times as large by decompression: ${inBytes(taken)} have given ${inBytes(given)} so far. Raise limits.maxExpansion if that is right.`,
          { code: "too_large", file, byteOffset: given - chunk.length },
        );
      }
      yield chunk;
    }
  } catch (error) {
    if (!(error instanceof CompressionFault)) throw error;
    throw new DataError(
      `${file} can't be decompressed as ${compression}: ${error.message}, after ${given} decompressed bytes.`,
      {
        code: error.kind === "damaged" ? "damaged" : error.kind === "too_large" ? "too_large" : "unreadable",
        file,
        byteOffset: given,
        cause: error,
      },
    );
  }
}

async function* gunzip(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const inflating = createGunzip({ chunkSize: 128 * 1024 });
  // The stream keeps chunks for later, when their memory has been used again.
  const input = Readable.from(copies(bytes), { highWaterMark: 1 });
  const piped = pipeline(input, inflating);
  // What goes wrong is thrown by reading from it.
  piped.catch(() => undefined);
  try {
    for await (const chunk of inflating) yield chunk;
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (cause instanceof Error && typeof code === "string" && code.startsWith("Z_")) {
      const why = code === "Z_BUF_ERROR" ? "it ends in the middle" : cause.message;
      throw new CompressionFault("damaged", why, cause);
    }
    throw cause;
  } finally {
    inflating.destroy();
    input.destroy();
    await piped.catch(() => undefined);
  }
}

async function* copies(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) yield new Uint8Array(chunk);
}
