import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { glob } from "tinyglobby";
import { DataError } from "../data/errors.ts";
import type { RowPlace } from "../data/record.ts";
import { linesOf } from "./lines.ts";
import type { RunData } from "./options.ts";

/** A record as it came, and from where. */
export interface SourceRecord {
  readonly value: unknown;
  readonly place: RowPlace;
}

/**
 * The records of a run's data, one after the other.
 *
 * @throws DataError if a file isn't there or can't be understood
 */
export async function* sourceRecords(data: RunData<unknown>): AsyncGenerator<SourceRecord, void, undefined> {
  const named = typeof data === "string" || data instanceof URL ? [data] : data;
  if (isPaths(named)) {
    for (const file of await filesOf(named)) {
      yield* file.endsWith(".json") ? arrayRecords(file) : lineRecords(file);
    }
    return;
  }
  let row = 0;
  for await (const value of named) {
    row++;
    yield { value, place: { file: "<input>", row, line: undefined, byteOffset: undefined } };
  }
}

function isPaths(data: object): data is readonly (string | URL)[] {
  return (
    Array.isArray(data) &&
    data.length > 0 &&
    data.every((one) => typeof one === "string" || one instanceof URL)
  );
}

async function filesOf(named: readonly (string | URL)[]): Promise<string[]> {
  const files: string[] = [];
  for (const one of named) {
    const path = one instanceof URL ? fileURLToPath(one) : one;
    const found = /[*?[\]{}]/.test(path) ? (await glob(path, { absolute: false })).sort() : [path];
    if (found.length === 0) {
      throw new DataError(`No file matches ${path}.`, { code: "no_match", file: path });
    }
    files.push(...found);
  }
  return files;
}

async function* lineRecords(file: string): AsyncGenerator<SourceRecord, void, undefined> {
  let line = 0;
  let row = 0;
  let byteOffset = 0;
  for await (const text of linesOf(file)) {
    line++;
    if (text.trim() !== "") {
      row++;
      const place = { file, row, line, byteOffset };
      yield { value: parsed(line === 1 ? text.replace(/^\ufeff/, "") : text, place), place };
    }
    byteOffset += Buffer.byteLength(text) + 1;
  }
}

async function* arrayRecords(file: string): AsyncGenerator<SourceRecord, void, undefined> {
  const place = { file, row: 1, line: 1, byteOffset: 0 };
  const value = parsed(await readFile(file, "utf8"), place);
  let row = 0;
  for (const one of Array.isArray(value) ? value : [value]) {
    row++;
    yield { value: one, place: { file, row, line: undefined, byteOffset: undefined } };
  }
}

function parsed(text: string, place: RowPlace): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DataError(
      `${place.file}, line ${place.line}: this isn't JSON. Mend the line, or leave it out.`,
      {
        code: "invalid_row",
        file: place.file,
        line: place.line,
        byteOffset: place.byteOffset,
        cause,
      },
    );
  }
}
