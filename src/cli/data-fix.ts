import { stat } from "node:fs/promises";
import type { CheckOptions, CheckReport, MendReport, TextReportOptions } from "fermion/data";
import type { ProgressLine } from "./terminal.ts";

/** What `--fix` is asked for. */
export interface FixOptions {
  out?: string;
  force?: boolean;
  redact?: boolean;
  deduplicate?: boolean;
}

/** What was mended, of which files. */
export type MendedFiles = MendReport & { readonly files: readonly string[] };

/** Writes a mended copy of each file of the training data that was checked, or one of all of them. */
export async function mendFiles(
  report: CheckReport,
  checking: CheckOptions,
  { out, force = false, redact = false, deduplicate = false }: FixOptions,
  progress: ProgressLine,
): Promise<MendedFiles[]> {
  const { mendFile } = await import("fermion/data");
  const { tokenizer, rules, method, map, signal } = checking;
  const files = report.files.filter(({ use }) => use === "training").map(({ file }) => file);
  for (const file of files) {
    if (!(await stat(file)).isFile()) {
      throw new Error(`${file} is a pipe, which can be read once. Save what comes from it, and mend that.`);
    }
  }
  const parts =
    out === undefined ? files.map((file) => ({ files: [file], out: copyName(file) })) : [{ files, out }];
  const mended: MendedFiles[] = [];
  for (const part of parts) {
    const done = await mendFile(part.files, {
      out: part.out,
      force,
      redact,
      deduplicate,
      // They are the names of files that were found already.
      glob: false,
      ...(tokenizer ? { tokenizer } : {}),
      ...(rules ? { rules } : {}),
      ...(method ? { method } : {}),
      ...(map ? { map } : {}),
      ...(signal ? { signal } : {}),
      onProgress: (rows) => progress.draw(`Writing ${part.out}: ${rows.toLocaleString("en-US")} rows`),
    });
    mended.push({ files: part.files, ...done });
  }
  return mended;
}

/** `claims.mended.jsonl` for `claims.csv.gz`. */
function copyName(file: string): string {
  const stem = file
    .replace(/\.(gz|gzip|zst|zstd)$/i, "")
    .replace(/\.(jsonl|ndjson|json|csv|tsv|tab|parquet)$/i, "");
  return `${stem}.mended.jsonl`;
}

/** What was mended, and what is left to do. */
export async function mendingText(
  mended: readonly MendedFiles[],
  after: CheckReport | undefined,
  look: TextReportOptions,
): Promise<string> {
  const { textReport, verdictOf } = await import("fermion/data");
  const lines = mended.flatMap((each) => ["", ...partText(each)]);
  if (after === undefined) return `${[...lines, "", "No row is left."].join("\n")}\n`;
  const rest = after.ok ? `${verdictOf(after)}\n` : textReport(after, look);
  return `${[...lines, "", "After mending:"].join("\n")}\n${rest}`;
}

function partText(mended: MendedFiles): string[] {
  const { files, rows, kept, changed, rejected, duplicates, blankLines, rules } = mended;
  const line = (what: string, count: number, note = "") =>
    count > 0 ? [`  ${what.padEnd(16)}${number(count)}${note}`] : [];
  return [
    `Mended ${files.join(", ")}`,
    ...line("rows", rows),
    ...line("unchanged", kept - changed),
    ...line("mended", changed),
    ...line("put aside", rejected, ", because they can't be mended"),
    ...line("duplicates", duplicates, ", left out"),
    ...line("blank lines", blankLines, ", left out"),
    ...rules.flatMap(({ rule, mended: times, rejected: aside }) => [
      ...(times > 0 ? [`    ${rule}: mended ${number(times)} ×`] : []),
      ...(aside > 0 ? [`    ${rule}: not mended, ${number(aside)} ×`] : []),
    ]),
    ...written("copy", mended.out),
    ...written("rows put aside", mended.rejectedFile),
    ...written("log of changes", mended.log),
  ];
}

function written(what: string, path: string | undefined): string[] {
  return path === undefined ? [] : [`  ${`${what}:`.padEnd(16)}${path}`];
}

function number(count: number): string {
  return count.toLocaleString("en-US");
}
