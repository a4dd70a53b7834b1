import * as z from "zod";
import { type SupervisedRow, supervisedRowSchema } from "../contract/training-rows.ts";
import type { Finding } from "../data/findings.ts";
import { pathFrom } from "../data/key-path.ts";
import { readRecords } from "../data/reading/read-records.ts";
import type { DataRecord, RowPlace } from "../data/record.ts";
import { VerticalError } from "./errors.ts";
import type { Vertical } from "./vertical.ts";

/** What {@link prepareRecords} can be told. */
export interface PrepareRecordsOptions {
  /**
   * The file that the records come from, as findings name it, where they aren't read from a path.
   *
   * @default "<input>"
   */
  readonly file?: string;
  /** Ends the preparing early, with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Records: a path or pattern of files (JSONL or a JSON array), or objects of unknown shape as they were read. */
export type RecordSource = string | URL | Iterable<unknown> | AsyncIterable<unknown>;

/** A record with what was found in it. */
export interface CheckedRecord<R> {
  /** The record with its id, group and stratum; undefined where a finding is an error. */
  readonly record: DataRecord<R> | undefined;
  readonly findings: readonly Finding[];
}

/** Records that are ready to be split and trained on. */
export interface PreparedRecords<R> {
  /** In their order. Those with an error aren't among them. */
  readonly records: readonly DataRecord<R>[];
  /** All that is wrong with any of them. */
  readonly findings: readonly Finding[];
  /** How many records were given. */
  readonly total: number;
  /** How many of them have an error, and so no part in what is trained or evaluated. */
  readonly leftOut: number;
}

/**
 * Checks records one by one as they are read: their shape by the vertical's schema, their content by its `check`, and that
 * no two have the same id. Only ids are kept in memory.
 *
 * @param source - files, or records as they were read; findings in files have their line
 * @throws {@link VerticalError} if a function of the vertical throws, or `id` or `group` gives no text
 * @throws DataError if a file can't be read
 * @throws the signal's reason
 */
export async function* checkRecords<R>(
  vertical: Vertical<R>,
  source: RecordSource,
  options: PrepareRecordsOptions = {},
): AsyncGenerator<CheckedRecord<R>, void, undefined> {
  const placeById = new Map<string, RowPlace>();
  let row = 0;
  for await (const { value, place } of placedValues(source, options)) {
    options.signal?.throwIfAborted();
    row++;
    const parsed = await z.safeParseAsync(vertical.schema, value);
    if (!parsed.success) {
      yield { record: undefined, findings: parsed.error.issues.map((issue) => shapeFinding(issue, place)) };
      continue;
    }
    const record = parsed.data;
    const findings: Finding[] = callVertical(vertical, "check", row, () => vertical.check(record)).map(
      (problem) => ({
        ...problem,
        place,
      }),
    );
    const keys = keysOf(vertical, record, row);
    const first = placeById.get(keys.id);
    if (first === undefined) placeById.set(keys.id, place);
    else findings.push(repeatedId(place, first));
    const isSound = findings.every(({ severity }) => severity !== "error");
    yield { record: isSound ? { row: record, ...keys } : undefined, findings };
  }
}

/**
 * Reads and checks all records of a vertical, see {@link checkRecords}. What comes back can be split by group, and then made
 * into dialogues by {@link recordDialogues} and into a suite by {@link recordSuite}.
 *
 * @throws {@link VerticalError} if a function of the vertical throws, or `id` or `group` gives no text
 * @throws DataError if a file can't be read
 * @throws the signal's reason
 *
 * @example
 * ```ts
 * const { records, findings } = await prepareRecords(insurance, "claims/*.jsonl");
 * for (const { place, path, message } of findings) console.log(`${place.file}:${place.line} ${path} ${message}`);
 * ```
 */
export async function prepareRecords<R>(
  vertical: Vertical<R>,
  source: RecordSource,
  options: PrepareRecordsOptions = {},
): Promise<PreparedRecords<R>> {
  const records: DataRecord<R>[] = [];
  const findings: Finding[] = [];
  let total = 0;
  for await (const checked of checkRecords(vertical, source, options)) {
    total++;
    if (checked.record) records.push(checked.record);
    findings.push(...checked.findings);
  }
  return { records, findings, total, leftOut: total - records.length };
}

/**
 * The dialogues of a record as rows to train on. Each has the record's group and stratum; its id is the record's, with
 * `#1`, `#2`, … behind it where a record has several dialogues.
 *
 * @throws {@link VerticalError} `invalid_dialogue` if a dialogue can't be trained on
 */
export function recordDialogues<R>(
  vertical: Vertical<R>,
  { row: record, id = "", ...rest }: DataRecord<R>,
): readonly DataRecord<SupervisedRow>[] {
  const dialogues = callVertical(vertical, "dialogues", undefined, () => vertical.dialogues(record));
  return dialogues.map((row, index) => {
    const [issue] = supervisedRowSchema.safeParse(row).error?.issues ?? [];
    if (issue) {
      const path = z.core.toDotPath(issue.path);
      throw new VerticalError(
        `The vertical "${vertical.name}" made a dialogue of the record "${id}" that can't be trained on: ${issue.message} at "${path}". Mend its dialogues().`,
        { code: "invalid_dialogue", field: "dialogues", vertical: vertical.name },
      );
    }
    return { row, id: dialogues.length === 1 ? id : `${id}#${index + 1}`, ...rest };
  });
}

async function* placedValues(
  source: RecordSource,
  { file = "<input>", signal }: PrepareRecordsOptions,
): AsyncGenerator<{ readonly value: unknown; readonly place: RowPlace }, void, undefined> {
  // A text could be iterated over as well, and each of its letters would be a broken record.
  if (typeof source === "string" || source instanceof URL) {
    const options = { map: (value: unknown) => ({ row: value }), ...(signal && { signal }) };
    for await (const { row, place } of readRecords(source, options)) yield { value: row, place };
    return;
  }
  let row = 0;
  for await (const value of source) {
    yield { value, place: { file, row: ++row, line: undefined, byteOffset: undefined } };
  }
}

function keysOf<R>(vertical: Vertical<R>, record: R, row: number) {
  const id = key(vertical, "id", row, () => vertical.id(record));
  const group = key(vertical, "group", row, () => vertical.group(record));
  const stratum = vertical.stratum && key(vertical, "stratum", row, () => vertical.stratum?.(record));
  return { id, group, ...(stratum === undefined ? {} : { stratum }) };
}

function key<R>(vertical: Vertical<R>, field: string, row: number, give: () => unknown): string {
  const value = callVertical(vertical, field, row, give);
  if (typeof value === "string" && value !== "") return value;
  throw new VerticalError(
    `The vertical "${vertical.name}": ${field}() gave no text for record ${row}. It has to name what the record can be found by.`,
    { code: "invalid_key", field, vertical: vertical.name, record: row },
  );
}

/** Calls a function of a vertical; what it throws becomes a {@link VerticalError} that says whose it is. */
export function callVertical<R, T>(
  vertical: Vertical<R>,
  field: string,
  row: number | undefined,
  give: () => T,
): T {
  try {
    return give();
  } catch (cause) {
    const where = row === undefined ? "" : ` for record ${row}`;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new VerticalError(`The vertical "${vertical.name}": ${field}() failed${where}: ${reason}`, {
      code: "threw",
      field,
      vertical: vertical.name,
      record: row,
      cause,
    });
  }
}

function shapeFinding(issue: z.core.$ZodIssue, place: Finding["place"]): Finding {
  return {
    rule: "record-shape",
    severity: "error",
    place,
    path: pathFrom("$", issue.path),
    message: `${issue.message}.`.replace(/\.\.$/, "."),
    remedy: "Give the record the shape that the vertical's schema describes.",
  };
}

function repeatedId(place: RowPlace, first: RowPlace): Finding {
  return {
    rule: "repeated-id",
    severity: "error",
    place,
    path: "$",
    message: `Record ${first.row}${first.file === place.file ? "" : ` of ${first.file}`} has the same id.`,
    remedy: "Leave one of the two out, or give it an id of its own.",
    related: [first],
  };
}
