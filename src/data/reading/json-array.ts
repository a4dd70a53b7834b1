import { DataError } from "../errors.ts";
import { inBytes, type ResolvedLimits } from "./limits.ts";
import { parseJsonRow, type RawRow } from "./raw-rows.ts";

const LINE_FEED = 10;
const QUOTE = 34;
const COMMA = 44;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/**
 * The elements of a JSON array, one of them in memory at a time. Where an element ends is told by counting brackets
 * outside of strings; whether it is JSON, `JSON.parse` says.
 *
 * @throws DataError if it is no array, ends within it, or goes on after it
 */
export async function* jsonArray(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
  limits: ResolvedLimits,
): AsyncGenerator<RawRow[]> {
  const elements = new ElementCutter(file, limits);
  for await (const chunk of bytes) {
    elements.take(chunk);
    const rows = elements.taken();
    if (rows.length > 0) yield rows;
    elements.check();
  }
  elements.end();
}

/** Cuts an array into its elements, byte by byte. */
class ElementCutter {
  readonly #file: string;
  readonly #maxRowBytes: number;
  #rows: RawRow[] = [];
  #failure: DataError | undefined;

  #state: "before" | "in" | "after" = "before";
  #position = 0;
  #line = 1;
  #count = 0;

  /** What has come of the element that isn't all there yet. */
  #held = Buffer.alloc(0);
  #heldLength = 0;
  #begun: { readonly line: number; readonly byteOffset: number } | undefined;
  #isOverlong = false;
  #depth = 0;
  #inString = false;
  #escaped = false;

  constructor(file: string, { maxRowBytes }: ResolvedLimits) {
    this.#file = file;
    this.#maxRowBytes = maxRowBytes;
  }

  taken(): RawRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  check(): void {
    if (this.#failure) throw this.#failure;
  }

  end(): void {
    if (this.#state !== "after") {
      const where = this.#state === "in" ? "ends within the array: it was cut" : "has no JSON array in it";
      this.#fail("damaged", where);
    }
    this.check();
  }

  take(chunk: Uint8Array): void {
    // Where the part of the element begins that is in this chunk.
    let from = 0;
    for (let i = 0; i < chunk.length && !this.#failure; i++) {
      const byte = chunk[i] ?? 0;
      if (byte === LINE_FEED) this.#line++;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#inString = false;
      } else if (isSpace(byte)) {
        // Between elements it means nothing, and within one JSON.parse knows it.
      } else if (this.#state !== "in") {
        this.#outside(byte, this.#position + i);
      } else if (this.#depth === 0 && (byte === COMMA || byte === CLOSE_BRACKET)) {
        this.#finish(chunk.subarray(from, i), byte, this.#position + i);
      } else {
        if (!this.#begun) {
          this.#begun = { line: this.#line, byteOffset: this.#position + i };
          from = i;
        }
        if (byte === QUOTE) this.#inString = true;
        else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) this.#depth++;
        else if ((byte === CLOSE_BRACKET || byte === CLOSE_BRACE) && this.#depth > 0) this.#depth--;
      }
    }
    if (this.#begun) this.#hold(chunk.subarray(from));
    this.#position += chunk.length;
  }

  #outside(byte: number, byteOffset: number): void {
    if (this.#state === "before" && byte === OPEN_BRACKET) {
      this.#state = "in";
    } else if (this.#state === "before" && byteOffset < 3 && byte >= 0x80) {
      // The mark that some programs begin UTF-8 with.
    } else if (this.#state === "before") {
      this.#fail("unknown_format", "is no JSON array: it begins with something else than [", byteOffset);
    } else {
      this.#fail("damaged", "goes on after the end of its array; rows in lines are JSONL", byteOffset);
    }
  }

  #finish(rest: Uint8Array, byte: number, byteOffset: number): void {
    const begun = this.#begun;
    if (byte === CLOSE_BRACKET) this.#state = "after";
    if (!begun) {
      // Nothing at all is an empty array.
      if (byte === COMMA || this.#count > 0) {
        const place = { file: this.#file, row: ++this.#count, line: this.#line, byteOffset };
        this.#rows.push({
          place,
          problem: { path: "$", message: "there is nothing before or after a comma" },
        });
      }
      return;
    }
    this.#hold(rest);
    // The limit may be passed by its very last bytes.
    if (!this.#isOverlong) {
      const place = { file: this.#file, row: ++this.#count, ...begun };
      this.#rows.push({ place, ...parseJsonRow(this.#held.subarray(0, this.#heldLength)) });
    }
    this.#begun = undefined;
    this.#heldLength = 0;
    this.#isOverlong = false;
  }

  #hold(part: Uint8Array): void {
    if (this.#isOverlong || !this.#begun) return;
    const length = this.#heldLength + part.length;
    if (length > this.#maxRowBytes) {
      // Said at once: its end may be gigabytes away.
      const place = { file: this.#file, row: ++this.#count, ...this.#begun };
      const message = `it is longer than ${inBytes(this.#maxRowBytes)}; raise limits.maxRowBytes if it should be`;
      this.#rows.push({ place, problem: { path: "$", message } });
      this.#isOverlong = true;
      return;
    }
    if (length > this.#held.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, 2 * this.#held.length));
      larger.set(this.#held.subarray(0, this.#heldLength));
      this.#held = larger;
    }
    this.#held.set(part, this.#heldLength);
    this.#heldLength = length;
  }

  #fail(code: "damaged" | "unknown_format", what: string, byteOffset = this.#position): void {
    this.#failure ??= new DataError(`${this.#file} ${what} (line ${this.#line}, byte ${byteOffset}).`, {
      code,
      file: this.#file,
      line: this.#line,
      byteOffset,
    });
  }
}

function isSpace(byte: number): boolean {
  return byte === 32 || byte === LINE_FEED || byte === 13 || byte === 9;
}
