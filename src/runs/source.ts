import type { DataSource } from "../data/reading/open-source.ts";
import { readRecords } from "../data/reading/read-records.ts";
import type { PlacedRecord, RowPlace } from "../data/record.ts";
import type { RunData } from "./options.ts";

/** A row that can't be read, and why. */
export interface Unreadable {
  readonly place: RowPlace;
  readonly path: string;
  readonly message: string;
}

/** How a run's data is read. */
interface Reading {
  readonly signal: AbortSignal;
  readonly onProblem: (problem: Unreadable) => void;
}

/** Domain records, one after the other, whatever they are. @throws DataError if a file can't be read */
export async function* domainRecords(
  data: RunData<unknown>,
  reading: Reading,
): AsyncGenerator<{ readonly value: unknown; readonly place: RowPlace }, void, undefined> {
  const source = sourceOf(data, (value) => value);
  for await (const { row, place } of readRecords(source, { ...reading, map: (value) => ({ row: value }) })) {
    yield { value: row, place };
  }
}

/** Training rows, one after the other. @throws DataError if a file can't be read */
export function trainingRecords(
  data: RunData<unknown>,
  reading: Reading,
): AsyncGenerator<PlacedRecord, void, undefined> {
  return readRecords(sourceOf(data, flattened), reading);
}

/** A record is read with what is known about it beside the members of its row. */
function flattened(value: unknown): unknown {
  if (!isObject(value) || !isObject(value.row)) {
    return value;
  }
  const { id, group, stratum, label } = value;
  return { ...value.row, ...definedOnly({ id, group, stratum, label }) };
}

function definedOnly(from: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined));
}

function sourceOf(data: RunData<unknown>, shaped: (value: unknown) => unknown): DataSource {
  if (typeof data === "string" || data instanceof URL || isPaths(data)) {
    return data;
  }
  return (async function* () {
    for await (const value of data) {
      const row = shaped(value);
      // What isn't an object can be no record, and has to be one to be told apart from a piece of a file.
      yield isObject(row) ? row : { value: row };
    }
  })();
}

/** The paths of a run's data; undefined where it came from no file. */
export function pathsOf(data: RunData<unknown>): string | URL | readonly (string | URL)[] | undefined {
  return typeof data === "string" || data instanceof URL || isPaths(data) ? data : undefined;
}

function isPaths(data: object): data is readonly (string | URL)[] {
  return (
    Array.isArray(data) &&
    data.length > 0 &&
    data.every((one) => typeof one === "string" || one instanceof URL)
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
