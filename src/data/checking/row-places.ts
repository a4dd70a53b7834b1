import type { RowPlace } from "../record.ts";
import { createColumn, createSteadyColumn } from "./row-index.ts";

/** Where rows stand, in 4 bytes each, and 8 more behind a line that is no row. Rows are numbered from 0 over all files. */
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

/** Of a row that has no line, or no offset: no line is so far from its row, and no offset is so large. */
const NONE = 0x8000_0000;
const WORD = 2 ** 32;

export function createRowPlaces(): RowPlaces {
  const files: { readonly file: string; readonly first: number }[] = [];
  // Lines go up as rows do, and the upper half of an offset changes once in 4 GiB.
  const lineShifts = createSteadyColumn();
  const upperOffsets = createSteadyColumn();
  const lowerOffsets = createColumn();
  return {
    beginFile(file) {
      files.push({ file, first: lowerOffsets.length });
    },
    add(line, byteOffset) {
      lineShifts.push(line === undefined ? NONE : (line - lowerOffsets.length) >>> 0);
      upperOffsets.push(byteOffset === undefined ? NONE : Math.floor(byteOffset / WORD));
      lowerOffsets.push((byteOffset ?? 0) % WORD);
    },
    get count() {
      return lowerOffsets.length;
    },
    get rowsOfFile() {
      return lowerOffsets.length - (files.at(-1)?.first ?? 0);
    },
    placeOf(row) {
      const file = files.findLast(({ first }) => first <= row);
      const shift = lineShifts.get(row);
      const upper = upperOffsets.get(row);
      return {
        file: file?.file ?? "<input>",
        row: row - (file?.first ?? 0) + 1,
        line: shift === NONE ? undefined : (row + shift) >>> 0,
        byteOffset: upper === NONE ? undefined : upper * WORD + lowerOffsets.get(row),
      };
    },
  };
}
