import { isUtf8 } from "node:buffer";
import { keyPath } from "../key-path.ts";
import type { RowPlace } from "../record.ts";

/** A row as it lies in its file, or why it can't be read. */
export type RawRow =
  | { readonly place: RowPlace; readonly value: unknown }
  | { readonly place: RowPlace; readonly problem: RowFault };

/** What is wrong with a row. */
export interface RowFault {
  /** Where in the row, such as `$.messages[2].content`; `$` is the row itself. */
  readonly path: string;
  /** What is wrong, without quoting the row. */
  readonly message: string;
}

/** The value that the bytes of a row are JSON for, or what is wrong with them. */
export function parseJsonRow(bytes: Buffer): { readonly value: unknown } | { readonly problem: RowFault } {
  if (!isUtf8(bytes)) {
    return fault(`the text is broken: byte ${brokenUtf8(bytes) + 1} of the row is no UTF-8`);
  }
  return parseJsonText(bytes.toString("utf8"));
}

/** As {@link parseJsonRow}, of text. */
export function parseJsonText(text: string): { readonly value: unknown } | { readonly problem: RowFault } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (text.includes("\0")) {
      return fault(`there is a NUL byte in it, after ${text.indexOf("\0")} characters`);
    }
    // What V8 says besides the position quotes the text, which may be private.
    const position = error instanceof Error ? /at position (\d+)/.exec(error.message)?.[1] : undefined;
    return fault(`it is no valid JSON${position === undefined ? "" : `: see after ${position} characters`}`);
  }
  // Only an escape can be half a character: the text itself is whole.
  if (/\\ud[89a-f]/i.test(text)) {
    let path: string | undefined;
    try {
      path = loneSurrogate(value, "$");
    } catch (error) {
      if (isStackOverflow(error)) return { problem: TOO_DEEP };
      throw error;
    }
    if (path !== undefined) {
      return {
        problem: {
          path,
          message: "it has half a character: a \\u escape of a surrogate without its other half",
        },
      };
    }
  }
  return { value };
}

/** Of values that lie in each other by the thousands. */
export const TOO_DEEP: RowFault = { path: "$", message: "it is nested too deeply" };

/** JSON.parse takes any depth; what goes through its values calls itself at each level. */
export function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && /call stack/.test(error.message);
}

function fault(message: string): { readonly problem: RowFault } {
  return { problem: { path: "$", message } };
}

/** Where a text with half a character is, if there is one; the path of the object if it is a name in it. */
function loneSurrogate(value: unknown, path: string): string | undefined {
  if (typeof value === "string") return /\p{Surrogate}/u.test(value) ? path : undefined;
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      const found = loneSurrogate(item, `${path}[${i}]`);
      if (found !== undefined) return found;
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      if (/\p{Surrogate}/u.test(name)) return path;
      const found = loneSurrogate(member, keyPath(path, name));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** How many bytes are in order before the first that is no UTF-8. */
function brokenUtf8(bytes: Buffer): number {
  // Whatever is before the place is whole, or lacks at most what the place cut off.
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUtf8(wholeCharacters(bytes.subarray(0, middle)))) good = middle;
    else bad = middle;
  }
  return wholeCharacters(bytes.subarray(0, good)).length;
}

function wholeCharacters(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back < length ? bytes.subarray(0, bytes.length - back) : bytes;
    }
    if (byte < 0x80) break;
  }
  return bytes;
}
