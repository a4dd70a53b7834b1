import type { RowPlace } from "../record.ts";
import { createColumn } from "./row-index.ts";

/** Where rows stand, in 12 bytes each. Rows are numbered from 0 over all files. */
export interface RowPlaces {
  /** The rows from here on are of this file. */
  beginFile(file: string): void;
  /** Notes the next row. */
  add(line: number | undefined, byteOffset: number | undefined): void;
  /** How many rows there are. */
  readonly count: number;
  /** How many rows the current file has so far. */
  readonly rowsOfFile: number;
  placeOf(row: number): RowPlace;
}

// 0 is no line, for lines are counted from 1.
const NO_LINE = 0;

export function createRowPlaces(): RowPlaces {
  const files: { readonly file: string; readonly first: number }[] = [];
  const lines = createColumn();
  const offsets = createColumn((length) => new Float64Array(length));
  return {
    beginFile(file) {
      files.push({ file, first: lines.length });
    },
    add(line, byteOffset) {
      lines.push(line ?? NO_LINE);
      offsets.push(byteOffset ?? -1);
    },
    get count() {
      return lines.length;
    },
    get rowsOfFile() {
      return lines.length - (files.at(-1)?.first ?? 0);
    },
    placeOf(row) {
      const file = files.findLast(({ first }) => first <= row);
      const line = lines.get(row);
      const byteOffset = offsets.get(row);
      return {
        file: file?.file ?? "<input>",
        row: row - (file?.first ?? 0) + 1,
        line: line === NO_LINE ? undefined : line,
        byteOffset: byteOffset < 0 ? undefined : byteOffset,
      };
    },
  };
}
