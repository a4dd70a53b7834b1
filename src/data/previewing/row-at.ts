import { DataError } from "../errors.ts";
import { type DataSource, sourceFiles } from "../reading/open-source.ts";
import type { RowPlace } from "../record.ts";
import { type PlatformRowOptions, platformRows } from "../rows/platform-rows.ts";

/** A row of a file, and where it stands. */
export interface RowAt {
  readonly place: RowPlace;
  /** In the form of platforms, as far as it can be brought into it; what is wrong inside of it is still there. */
  readonly row: unknown;
}

/** How the file is read. */
export interface RowAtOptions extends PlatformRowOptions {}

/**
 * Reads one row of a file of any format, to be looked at.
 *
 * @param number - which row, counted from 1 as {@link check} counts: blank lines and the header of a CSV are no rows
 * @throws {@link DataError} `no_such_row` when there are fewer; `invalid_row` when it can't be read; `invalid_option` when
 * the source has more than one file, or the number is none
 *
 * @example
 * ```ts
 * import { preview, rowAt } from "fermion/data";
 * import { loadChatTokenizer } from "fermion/local";
 *
 * const { row, place } = await rowAt("claims.csv", 12);
 * console.log(place.line, preview(row, await loadChatTokenizer()).trained);
 * ```
 */
export async function rowAt(source: DataSource, number: number, options: RowAtOptions = {}): Promise<RowAt> {
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new DataError("The number of a row must be a whole number from 1.", {
      code: "invalid_option",
      field: "number",
    });
  }
  const [file, ...others] = await sourceFiles(source, options);
  if (!file || others.length > 0) {
    throw new DataError(
      `A row is one of one file, and there are ${others.length + 1}. Name the file that has the row.`,
      { code: "invalid_option", field: "source" },
    );
  }
  let rows = 0;
  for await (const found of platformRows(file, options)) {
    if (found.kind === "blank") continue;
    rows++;
    if (rows < number) continue;
    const { place } = found;
    if (found.kind === "row") return { place, row: found.value };
    const where = place.line === undefined ? "" : `, line ${place.line}`;
    throw new DataError(`Row ${number} of ${file.file}${where} can't be shown. ${found.message}`, {
      code: "invalid_row",
      file: file.file,
      line: place.line,
      byteOffset: place.byteOffset,
      field: found.path,
    });
  }
  throw new DataError(
    `There is no row ${number} in ${file.file}: it has ${rows === 1 ? "1 row" : `${rows} rows`}.`,
    { code: "no_such_row", file: file.file },
  );
}
