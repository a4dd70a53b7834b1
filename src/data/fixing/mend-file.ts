import { resolve } from "node:path";
import { DataError } from "../errors.ts";
import { type DataSource, sourceFiles } from "../reading/open-source.ts";
import type { RowPlace } from "../record.ts";
import type { RedactionSummary } from "../texts/redactor.ts";
import { jsonOf, type MendedRecord, type MendOptions, mendFiles } from "./mend.ts";
import { type NewFile, newFile, refuseTaken } from "./new-file.ts";

/** Where mended data is written, and how it is mended. */
export interface MendFileOptions extends MendOptions {
  /** The mended copy, as JSON lines. */
  readonly out: string;
  /**
   * The rows that can't be mended, as they were; to be mended by hand.
   *
   * @default `out` with `.rejected.jsonl` in place of its ending: `claims.rejected.jsonl` for `claims.mended.jsonl`
   */
  readonly rejected?: string;
  /**
   * What was changed, a {@link MendingLogEntry} a line.
   *
   * @default `out` with `.mending.jsonl` in place of its ending
   */
  readonly log?: string;
  /**
   * Whether files that are there already are replaced. The source never is.
   *
   * @default false
   */
  readonly force?: boolean;
  /** Hears how many rows there were so far. */
  readonly onProgress?: (rows: number) => void;
}

/** A line of the log. Of what a row says, nothing stands in it but names of fields and roles. */
export interface MendingLogEntry {
  /** Whether the row was changed and kept, put aside as it was, or left out. */
  readonly outcome: "changed" | "rejected" | "removed";
  readonly file: string;
  readonly row?: number | undefined;
  readonly line?: number | undefined;
  readonly rule: string;
  readonly path: string;
  /** What was done, or what is wrong with a row that was put aside. */
  readonly done: string;
}

/** What was done, and what was written. */
export interface MendReport {
  /** All rows of the source. */
  readonly rows: number;
  /** Rows of the copy, and those of them that aren't to the letter as they were. */
  readonly kept: number;
  readonly changed: number;
  /** Rows that were put aside. */
  readonly rejected: number;
  /** Rows that repeated an earlier one. */
  readonly duplicates: number;
  readonly blankLines: number;
  /** How often each rule's findings were mended, and how often they put a row aside. */
  readonly rules: readonly { readonly rule: string; readonly mended: number; readonly rejected: number }[];
  /** Undefined unless it was asked for. */
  readonly redaction: RedactionSummary | undefined;
  /** The files that were written; one without a line isn't. */
  readonly out: string | undefined;
  readonly rejectedFile: string | undefined;
  readonly log: string | undefined;
}

/**
 * Writes a mended copy of data, the rows that can't be mended into a file of their own, and a log of what was changed. Each
 * file is there as a whole or not at all; the source stays as it is. See {@link mend} for what is mended.
 *
 * Rows that were sound are copied to the letter; their lines end with a line feed.
 *
 * @throws {@link DataError} `exists` when there is a file already and `force` isn't given; and when the data can't be read
 * @throws the reason of `signal` when it is aborted; nothing is written then
 *
 * @example
 * ```ts
 * import { mendFile } from "fermion/data";
 *
 * const report = await mendFile("claims.csv", { out: "claims.mended.jsonl", redact: true });
 * console.log(report.changed, "rows changed,", report.rejected, "put aside in", report.rejectedFile);
 * ```
 */
export async function mendFile(source: DataSource, options: MendFileOptions): Promise<MendReport> {
  const { out, force = false, onProgress } = options;
  if (typeof out !== "string" || out === "") {
    throw new DataError("The option `out` must be the path of the copy.", {
      code: "invalid_option",
      field: "out",
    });
  }
  const paths = {
    out,
    rejected: options.rejected ?? `${stemOf(out)}.rejected.jsonl`,
    log: options.log ?? `${stemOf(out)}.mending.jsonl`,
  };
  const places = Object.fromEntries(Object.entries(paths).map(([field, path]) => [field, resolve(path)]));
  const given = await sourceFiles(source, options);
  const sources = given.map(({ file }) => file);
  await refuseTaken(places, sources, force);

  const files: NewFile[] = [];
  const begin = async (path: string) => {
    const file = await newFile(path);
    files.push(file);
    return file;
  };
  try {
    const copy = await begin(paths.out);
    const aside = await begin(paths.rejected);
    const log = await begin(paths.log);
    const counts = createCounts();
    const records = mendFiles(async () => given, options);
    for await (const record of records) {
      counts.add(record);
      if (record.outcome === "kept") await copy.line(record.json);
      if (record.outcome === "rejected") {
        const { source: row } = record;
        const line = row instanceof Uint8Array ? row : jsonOf(row);
        if (line !== undefined) await aside.line(line);
      }
      for (const entry of entriesOf(record)) await log.line(JSON.stringify(entry));
      onProgress?.(counts.rows());
    }
    options.signal?.throwIfAborted();
    // Others may have come to these places while it went on.
    await refuseTaken(places, sources, force);
    // The copy last: where it is, the others are whole.
    for (const file of [log, aside, copy]) await file.finish();
    const written = (file: NewFile, path: string) => (file.lines > 0 ? path : undefined);
    return {
      ...counts.counts(),
      redaction: records.redaction(),
      out: written(copy, paths.out),
      rejectedFile: written(aside, paths.rejected),
      log: written(log, paths.log),
    };
  } finally {
    await Promise.all(files.map((file) => file.discard()));
  }
}

/** `claims` of `claims.mended.jsonl`. */
function stemOf(out: string): string {
  return out.replace(/\.jsonl$/i, "").replace(/\.mended$/i, "");
}

function entriesOf(record: MendedRecord): MendingLogEntry[] {
  const { outcome, place } = record;
  if (outcome === "kept") return record.mendings.map((mending) => entry("changed", place, mending));
  if (outcome === "removed") return [entry(outcome, place, record.mending)];
  return record.reasons.map(({ message, ...reason }) => entry(outcome, place, { ...reason, done: message }));
}

function entry(
  outcome: MendingLogEntry["outcome"],
  { file = "<input>", row, line }: Partial<RowPlace>,
  { rule, path, done }: { readonly rule: string; readonly path: string; readonly done: string },
): MendingLogEntry {
  return { outcome, file, row, line, rule, path, done };
}

type Counts = Omit<MendReport, "redaction" | "out" | "rejectedFile" | "log">;

function createCounts() {
  let [rows, kept, changed, rejected, duplicates, blankLines] = [0, 0, 0, 0, 0, 0];
  const rules = new Map<string, { mended: number; rejected: number }>();
  const count = (rule: string, what: "mended" | "rejected") => {
    const known = rules.get(rule) ?? { mended: 0, rejected: 0 };
    known[what]++;
    rules.set(rule, known);
  };
  return {
    rows: () => rows,
    add(record: MendedRecord) {
      if (record.outcome === "removed") {
        count(record.mending.rule, "mended");
        if (record.mending.rule === "duplicate") {
          rows++;
          duplicates++;
        } else blankLines++;
        return;
      }
      rows++;
      if (record.outcome === "kept") {
        kept++;
        if (record.mendings.length > 0) changed++;
        for (const { rule } of record.mendings) count(rule, "mended");
        return;
      }
      rejected++;
      for (const { rule } of record.reasons) count(rule, "rejected");
    },
    counts: (): Counts => ({
      rows,
      kept,
      changed,
      rejected,
      duplicates,
      blankLines,
      rules: [...rules]
        .map(([rule, each]) => ({ rule, ...each }))
        .sort((a, b) => b.mended + b.rejected - a.mended - a.rejected || (a.rule < b.rule ? -1 : 1)),
    }),
  };
}
