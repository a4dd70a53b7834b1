import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import type { RowPlace } from "../../src/data/record.ts";
import type { Finding } from "../../src/data.ts";

/** The folder with files as users send them, and an `expected.json` in each of its folders. */
export const BROKEN = join(import.meta.dirname, "broken");

const expectationSchema = z.strictObject({
  /** How such a file comes about. */
  about: z.string(),
  /** How it is checked; `validation` is a file beside it, and `tokenizer` that of the base. */
  options: z.optional(z.record(z.string(), z.unknown())),
  /** All findings, in their order, as {@link written} writes them. */
  findings: z.optional(z.array(z.string())),
  /** The error that checking ends with: its code and place. */
  error: z.optional(
    z.strictObject({
      code: z.string(),
      line: z.optional(z.number()),
      byteOffset: z.optional(z.number()),
      field: z.optional(z.string()),
    }),
  ),
});

export interface BrokenFile extends z.infer<typeof expectationSchema> {
  /** Such as `rows/role-null.jsonl`. */
  readonly name: string;
}

/** What is expected of each file that an `expected.json` names. */
export function brokenFiles(): BrokenFile[] {
  return foldersOf(BROKEN).flatMap((folder) => {
    const text = readFileSync(join(BROKEN, folder, "expected.json"), "utf8");
    const expected = z.record(z.string(), expectationSchema).parse(JSON.parse(text));
    return Object.entries(expected).map(([file, each]) => ({ ...each, name: `${folder}/${file}` }));
  });
}

/** The files that are there. */
export function filesThere(): string[] {
  return foldersOf(BROKEN).flatMap((folder) =>
    readdirSync(join(BROKEN, folder))
      .filter((file) => file !== "expected.json")
      .map((file) => `${folder}/${file}`),
  );
}

function foldersOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
}

/** A finding in one line, such as `2:94 error unknown-role $.messages[0].role`: line and byte offset come first. */
export function written({ rule, severity, place, path, span, related }: Finding): string {
  const part = span ? `[${span.start}..${span.end}]` : "";
  const like = related?.[0] ? ` like ${placeOf(related[0])}` : "";
  return `${placeOf(place)} ${severity} ${rule} ${path}${part}${like}`;
}

function placeOf({ row, line, byteOffset }: Partial<RowPlace>): string {
  if (line !== undefined) return `${line}:${byteOffset}`;
  return row === undefined ? "data" : `row ${row}`;
}
