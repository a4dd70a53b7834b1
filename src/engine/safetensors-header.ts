/** Where one tensor lies in a safetensors file. */
export interface TensorEntry {
  /** As written in the file, such as `F32`, `BF16` or `I64`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Its first byte, and the one after its last, counted from the end of the header. */
  readonly begin: number;
  readonly end: number;
}

/** What a safetensors file says of itself. */
export interface SafetensorsHeader {
  /** In the order in which they lie. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the tensors begin in the file, in bytes. */
  readonly dataOffset: number;
}

/** A safetensors file that is damaged, lies about itself, or cannot be read or written. */
export class SafetensorsError extends Error {
  override readonly name = "SafetensorsError";
  readonly path: string;
  /** The tensor concerned; `undefined` when it is the file as a whole. */
  readonly tensor: string | undefined;
  readonly problem: string;

  constructor(path: string, tensor: string | undefined, problem: string, options?: ErrorOptions) {
    super(`${path}: ${tensor === undefined ? "" : `tensor ${JSON.stringify(tensor)} `}${problem}`, options);
    this.path = path;
    this.tensor = tensor;
    this.problem = problem;
  }
}

/** The most bytes that a header may have; the reference implementation has the same limit. */
export const MAX_HEADER_BYTES = 100_000_000;

const DTYPE_BYTES = new Map([
  ["BOOL", 1],
  ["U8", 1],
  ["I8", 1],
  ["F8_E5M2", 1],
  ["F8_E4M3", 1],
  ["I16", 2],
  ["U16", 2],
  ["F16", 2],
  ["BF16", 2],
  ["I32", 4],
  ["U32", 4],
  ["F32", 4],
  ["F64", 8],
  ["I64", 8],
  ["U64", 8],
]);

/**
 * Reads and checks the JSON of a header: every tensor's size follows from its type and shape, and together they fill
 * the data without a gap or an overlap.
 *
 * @param dataBytes how many bytes the file has after the header
 * @throws SafetensorsError
 */
export function parseHeader(path: string, bytes: Uint8Array, dataBytes: number): SafetensorsHeader {
  const fail = (problem: string, tensor?: string, cause?: unknown): never => {
    throw new SafetensorsError(path, tensor, problem, cause === undefined ? undefined : { cause });
  };
  const { fields, text } = parseObject(path, bytes);
  const repeated = repeatedKey(text);
  if (repeated !== undefined) fail(`has a header in which ${JSON.stringify(repeated)} is there twice`);

  let metadata: Readonly<Record<string, string>> = {};
  const entries: (readonly [string, TensorEntry])[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (name === "__metadata__") {
      metadata = isStrings(value) ? value : fail("has a __metadata__ that is not made of texts");
    } else {
      entries.push([name, readEntry(path, name, value)]);
    }
  }
  entries.sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const [name, { begin, end }] of entries) {
    if (begin !== at) {
      fail(
        begin < at ? "lies over the tensor before it" : `leaves ${begin - at} bytes before it unused`,
        name,
      );
    }
    if (end > dataBytes) fail(`ends ${end - dataBytes} bytes behind the end of the file`, name);
    at = end;
  }
  if (at !== dataBytes) fail(`has ${dataBytes - at} bytes that belong to no tensor at its end`);
  return { tensors: new Map(entries), metadata, dataOffset: 8 + bytes.length };
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isStrings(value: unknown): value is Readonly<Record<string, string>> {
  return isFields(value) && Object.values(value).every((entry) => typeof entry === "string");
}

function parseObject(path: string, bytes: Uint8Array): { fields: Fields; text: string } {
  let fields: unknown;
  let text = "";
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    fields = JSON.parse(text);
  } catch (cause) {
    throw new SafetensorsError(path, undefined, "has a header that is no JSON", { cause });
  }
  if (!isFields(fields) || !text.startsWith("{")) {
    throw new SafetensorsError(path, undefined, "has a header that is no JSON object");
  }
  return { fields, text };
}

function readEntry(path: string, name: string, value: unknown): TensorEntry {
  const { dtype, shape, data_offsets: offsets } = isFields(value) ? value : {};
  const size = typeof dtype === "string" ? DTYPE_BYTES.get(dtype) : undefined;
  if (typeof dtype !== "string" || size === undefined) {
    throw new SafetensorsError(path, name, `has the unknown type ${JSON.stringify(dtype)}`);
  }
  if (!isSizes(shape)) throw new SafetensorsError(path, name, "has no shape of whole numbers");
  const [begin, end] = isSizes(offsets) && offsets.length === 2 ? offsets : [];
  if (begin === undefined || end === undefined || begin > end) {
    throw new SafetensorsError(path, name, "has no data_offsets of two ascending whole numbers");
  }
  // A product too large for a double is no file's size, so the comparison holds for it too.
  const needed = shape.reduce((product, length) => product * length, size);
  if (needed !== end - begin) {
    throw new SafetensorsError(
      path,
      name,
      `of type ${dtype} and shape [${shape.join(", ")}] needs ${needed} bytes and has ${end - begin}`,
    );
  }
  return { dtype, shape, begin, end };
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/**
 * A key that one object of a valid JSON text has twice. JSON.parse keeps the last and says nothing, another reader may
 * keep the first: a file that two programs read differently.
 */
function repeatedKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "{" || character === "[") {
      open.push(new Set());
    } else if (character === "}" || character === "]") {
      open.pop();
    } else if (character === '"') {
      const begin = at;
      at = stringEnd(text, begin);
      let next = at + 1;
      while (/[ \t\r\n]/.test(text.charAt(next))) next++;
      if (text[next] !== ":") continue;
      const key: unknown = JSON.parse(text.slice(begin, at + 1));
      const keys = open.at(-1);
      if (typeof key !== "string" || keys === undefined) continue;
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}

/** Where the string that opens at `begin` closes. */
function stringEnd(text: string, begin: number): number {
  let at = begin + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}
