import { type FileHandle, open } from "node:fs/promises";
import { type WrittenFile, writeFileAtomically } from "./atomic-file.ts";
import { decodeNumbers, encodeNumbers, type FloatFormat, formatSize } from "./number-formats.ts";
import {
  MAX_HEADER_BYTES,
  parseHeader,
  SafetensorsError,
  type SafetensorsHeader,
  type TensorEntry,
} from "./safetensors-header.ts";

export { SafetensorsError, type SafetensorsHeader, type TensorEntry } from "./safetensors-header.ts";

/** A tensor in memory. */
export interface Tensor {
  readonly shape: readonly number[];
  /** Row by row; as many as the lengths of the shape multiply to. */
  readonly data: Float32Array;
}

/** The content of a safetensors file. */
export interface SafetensorsContent {
  /** In the order in which they lie in the file. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface SafetensorsReadOptions {
  /**
   * Gives the array into which a tensor is read, so that it need not be copied from there. By default each tensor gets
   * an array of its own.
   */
  readonly destination?: (name: string, entry: TensorEntry) => Float32Array;
}

export interface SafetensorsWriteOptions {
  /** @default { format: "pt" }, which transformers asks for */
  readonly metadata?: Readonly<Record<string, string>>;
  /**
   * How the numbers are written. `bf16` takes half the space and rounds to 8 significant bits, to nearest even.
   *
   * @default "f32"
   */
  readonly dtype?: "f32" | "bf16";
}

// Beside the tensors themselves, no more than this is held of a file.
const BLOCK_BYTES = 1 << 20;

/**
 * Reads the header of a safetensors file and checks it against the file's size, without reading the tensors.
 *
 * @throws SafetensorsError
 */
export async function readSafetensorsHeader(path: string): Promise<SafetensorsHeader> {
  return withFile(path, (file) => readHeader(path, file));
}

/**
 * Reads all tensors of a safetensors file; F16 and BF16 become binary32.
 *
 * @throws SafetensorsError when the file cannot be read, is damaged, or has tensors of another type
 */
export async function readSafetensors(
  path: string,
  options: SafetensorsReadOptions = {},
): Promise<SafetensorsContent> {
  return withFile(path, async (file) => {
    const { tensors: entries, metadata, dataOffset } = await readHeader(path, file);
    const tensors = new Map<string, Tensor>();
    const block = Buffer.alloc(BLOCK_BYTES);
    for (const [name, entry] of entries) {
      const format = floatFormat(path, name, entry);
      const size = formatSize(format);
      const count = (entry.end - entry.begin) / size;
      const data = options.destination?.(name, entry) ?? new Float32Array(count);
      if (data.length !== count) {
        throw new RangeError(`the destination of ${name} has room for ${data.length} numbers, not ${count}`);
      }
      const perBlock = BLOCK_BYTES / size;
      for (let done = 0; done < count; done += perBlock) {
        const numbers = data.subarray(done, done + perBlock);
        const part = block.subarray(0, numbers.length * size);
        await readExactly(path, file, part, dataOffset + entry.begin + done * size);
        decodeNumbers(new DataView(part.buffer, part.byteOffset, part.length), format, numbers);
      }
      tensors.set(name, { shape: entry.shape, data });
    }
    return { tensors, metadata };
  });
}

/**
 * Writes tensors as Hugging Face's `safetensors` does, sorted by name, the data aligned to 8 bytes. The path has the
 * old content or the whole new one at every moment.
 *
 * @throws SafetensorsError when a tensor's numbers don't fit its shape, or the file system refuses
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, Tensor>,
  options: SafetensorsWriteOptions = {},
): Promise<WrittenFile> {
  const { metadata = { format: "pt" }, dtype = "f32" } = options;
  const format = dtype === "bf16" ? "BF16" : "F32";
  const sorted = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
  let offset = 0;
  const fields: [string, unknown][] = [["__metadata__", metadata]];
  for (const [name, { shape, data }] of sorted) {
    if (name === "__metadata__")
      throw new SafetensorsError(path, name, "has a name that the format keeps for itself");
    const count = shape.reduce((product, length) => product * length, 1);
    if (count !== data.length) {
      throw new SafetensorsError(
        path,
        name,
        `of shape [${shape.join(", ")}] has ${data.length} numbers, not ${count}`,
      );
    }
    const begin = offset;
    offset += count * formatSize(format);
    fields.push([name, { dtype: format, shape, data_offsets: [begin, offset] }]);
  }
  // fromEntries, because an assignment to a key called __proto__ would be lost.
  const json = Buffer.from(JSON.stringify(Object.fromEntries(fields)));
  const header = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, " ");
  header.writeBigUInt64LE(BigInt(header.length - 8));
  json.copy(header, 8);
  if (header.length - 8 > MAX_HEADER_BYTES) {
    throw new SafetensorsError(path, undefined, `would have a header of ${header.length} bytes`);
  }
  try {
    return await writeFileAtomically(path, fileChunks(header, sorted, format));
  } catch (cause) {
    throw new SafetensorsError(path, undefined, "could not be written", { cause });
  }
}

function* fileChunks(
  header: Uint8Array,
  tensors: readonly (readonly [string, Tensor])[],
  format: "F32" | "BF16",
): Generator<Uint8Array> {
  yield header;
  const block = new Uint8Array(BLOCK_BYTES);
  const view = new DataView(block.buffer);
  const size = formatSize(format);
  const perBlock = BLOCK_BYTES / size;
  for (const [, { data }] of tensors) {
    for (let done = 0; done < data.length; done += perBlock) {
      const numbers = data.subarray(done, done + perBlock);
      encodeNumbers(numbers, format, view);
      yield block.subarray(0, numbers.length * size);
    }
  }
}

function floatFormat(path: string, name: string, { dtype }: TensorEntry): FloatFormat {
  if (dtype === "F32" || dtype === "F16" || dtype === "BF16") return dtype;
  throw new SafetensorsError(path, name, `is of type ${dtype}; only F32, F16 and BF16 can be read`);
}

async function readHeader(path: string, file: FileHandle): Promise<SafetensorsHeader> {
  const stat = await file.stat();
  if (!stat.isFile()) throw new SafetensorsError(path, undefined, "is no file");
  const start = Buffer.alloc(8);
  if (stat.size < start.length) throw new SafetensorsError(path, undefined, `has only ${stat.size} bytes`);
  await readExactly(path, file, start, 0);
  const length = start.readBigUInt64LE();
  if (length > MAX_HEADER_BYTES || Number(length) > stat.size - 8) {
    throw new SafetensorsError(
      path,
      undefined,
      `announces a header of ${length} bytes, the file has ${stat.size} and the limit is ${MAX_HEADER_BYTES}`,
    );
  }
  const bytes = Buffer.alloc(Number(length));
  await readExactly(path, file, bytes, 8);
  return parseHeader(path, bytes, stat.size - 8 - bytes.length);
}

async function readExactly(
  path: string,
  file: FileHandle,
  target: Uint8Array,
  position: number,
): Promise<void> {
  for (let done = 0; done < target.length; ) {
    const { bytesRead } = await file.read(target, done, target.length - done, position + done);
    if (bytesRead === 0) throw new SafetensorsError(path, undefined, "became shorter while it was read");
    done += bytesRead;
  }
}

async function withFile<T>(path: string, read: (file: FileHandle) => Promise<T>): Promise<T> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, "r");
    return await read(file);
  } catch (error) {
    if (error instanceof SafetensorsError || error instanceof RangeError) throw error;
    throw new SafetensorsError(path, undefined, "could not be read", { cause: error });
  } finally {
    await file?.close();
  }
}
