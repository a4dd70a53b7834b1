import { createHash } from "node:crypto";
import { safeParse } from "zod/v4/core";
import { dpoRowSchema, supervisedRowSchema } from "../../contract/training-rows.ts";
import type { Finding, Severity } from "../../data/findings.ts";
import type { RowPlace, TrainingRow } from "../../data/record.ts";
import type { RecordProblem, Vertical } from "../../verticals/vertical.ts";
import { type HashedFile, hashedFile } from "../atomic-file.ts";
import { hashOf } from "../hash.ts";
import type { RunData } from "../options.ts";
import type { PreparedRecord } from "../prepared-record.ts";
import { type SourceRecord, sourceRecords } from "../source.ts";

/** What the data has become. */
export interface Prepared {
  readonly file: HashedFile;
  /** Hash of all records as they came, in their order. */
  readonly data: string;
  readonly records: number;
  readonly rows: number;
  readonly method: "supervised" | "dpo";
  readonly findings: Findings;
}

/** What is wrong with the data: how much of it by rule, and the first of each severity. */
export interface Findings {
  readonly counts: Record<string, number>;
  readonly errors: number;
  readonly warnings: number;
  readonly first: readonly Finding[];
}

const MOST_FINDINGS = 100;

/** Turns records into what can be trained on and asked about. */
export type Recipe = (source: SourceRecord) => {
  readonly record: Omit<PreparedRecord, "sha256" | "id"> & { readonly id: string | undefined };
  readonly problems: readonly RecordProblem[];
};

/**
 * Reads the data once and writes down what the recipe makes of it, so that the steps behind see the same data whatever
 * becomes of its files.
 *
 * @param title - the beginning of the prepared file's name
 */
export async function prepare(
  data: RunData<unknown>,
  recipe: Recipe,
  { folder, title, signal }: { folder: string; title: string; signal: AbortSignal },
): Promise<Prepared> {
  const writer = await hashedFile(folder, title, ".jsonl");
  const whole = createHash("sha256");
  const ids = new Set<string>();
  const findings = collectFindings();
  const kinds = { supervised: 0, dpo: 0 };
  let records = 0;
  try {
    for await (const source of sourceRecords(data)) {
      signal.throwIfAborted();
      records++;
      const sha256 = hashOf(source.value);
      whole.update(`${sha256}\n`);
      const { record, problems } = recipe(source);
      for (const problem of problems) {
        findings.add(problem, source.place);
      }
      const id = uniqueId(record.id, sha256, ids, () => findings.add(duplicateId, source.place));
      for (const row of record.rows) {
        kinds["messages" in row ? "supervised" : "dpo"]++;
      }
      await writer.line(JSON.stringify({ ...record, id, sha256 } satisfies PreparedRecord));
    }
    if (kinds.supervised > 0 && kinds.dpo > 0) {
      findings.add(mixedMethods, { file: "<all>" });
    }
    return {
      file: await writer.finish(),
      data: whole.digest("hex"),
      records,
      rows: kinds.supervised + kinds.dpo,
      method: kinds.dpo > 0 ? "dpo" : "supervised",
      findings: findings.all(),
    };
  } finally {
    await writer.discard();
  }
}

/** What a vertical makes of its records. */
export function verticalRecipe<R>(vertical: Vertical<R>): Recipe {
  return ({ value }) => {
    const parsed = safeParse(vertical.schema, value);
    if (!parsed.success) {
      const problems = parsed.error.issues.map(
        ({ path, message }): RecordProblem => ({
          rule: "record-shape",
          severity: "error",
          path: `$${path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("")}`,
          message,
          remedy: `Make it a record of the vertical "${vertical.name}".`,
        }),
      );
      return { record: { id: undefined, group: "", rows: [], items: [] }, problems };
    }
    const record = parsed.data;
    const stratum = vertical.stratum?.(record);
    const rows = [...vertical.dialogues(record)];
    return {
      record: {
        id: vertical.id(record),
        group: vertical.group(record),
        ...(stratum === undefined ? {} : { stratum }),
        rows,
        items: [...vertical.items(record)],
      },
      problems: [...vertical.check(record), ...rows.flatMap((row) => rowProblems(row))],
    };
  };
}

/** Rows as they are sent, or with what is known about them besides. */
export const rowRecipe: Recipe = ({ value }) => {
  const whole = isObject(value) && isObject(value.row) ? value : { row: value };
  const row = asTrainingRow(whole.row);
  const named = (field: string): string | undefined => {
    const given: unknown = field in whole ? Reflect.get(whole, field) : undefined;
    return typeof given === "string" ? given : undefined;
  };
  const id = named("id");
  const stratum = named("stratum") ?? named("label");
  return {
    record: {
      id,
      // Each row by itself, unless it is said what it belongs to.
      group: named("group") ?? id ?? hashOf(whole.row),
      ...(stratum === undefined ? {} : { stratum }),
      rows: row ? [row] : [],
      items: [],
    },
    problems: rowProblems(whole.row),
  };
};

function asTrainingRow(value: unknown): TrainingRow | undefined {
  const schema = isObject(value) && "input" in value ? dpoRowSchema : supervisedRowSchema;
  return schema.safeParse(value).data;
}

function rowProblems(row: unknown): RecordProblem[] {
  const schema = isObject(row) && "input" in row ? dpoRowSchema : supervisedRowSchema;
  return (schema.safeParse(row).error?.issues ?? []).map(({ path, message }) => ({
    rule: "row-shape",
    severity: "error",
    path: `$${path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("")}`,
    message,
    remedy:
      "Make it a row that can be trained on: messages with a role and content, an assistant's among them.",
  }));
}

const duplicateId: RecordProblem = {
  rule: "duplicate-id",
  severity: "error",
  path: "$",
  message: "Another record has the same id.",
  remedy: "Give each record an id of its own: versions are compared, and records found again, by it.",
};

const mixedMethods: RecordProblem = {
  rule: "mixed-methods",
  severity: "error",
  path: "$",
  message: "Some rows are dialogues and some are preferences.",
  remedy: "Train on them in two runs, one after the other.",
};

/** A record without an id is known by its content; the same content again is counted. */
function uniqueId(id: string | undefined, sha256: string, ids: Set<string>, onDuplicate: () => void): string {
  const base = id ?? sha256.slice(0, 16);
  let unique = base;
  for (let count = 2; ids.has(unique); count++) {
    unique = `${base}#${count}`;
  }
  if (id !== undefined && unique !== id) {
    onDuplicate();
  }
  ids.add(unique);
  return unique;
}

function collectFindings() {
  const counts: Record<string, number> = {};
  const bySeverity: Record<Severity, number> = { error: 0, warning: 0, info: 0 };
  const first: Finding[] = [];
  return {
    add(problem: RecordProblem, place: Partial<RowPlace>) {
      counts[problem.rule] = (counts[problem.rule] ?? 0) + 1;
      bySeverity[problem.severity]++;
      if (first.length < MOST_FINDINGS) {
        first.push({ ...problem, place });
      }
    },
    all: (): Findings => ({ counts, errors: bySeverity.error, warnings: bySeverity.warning, first }),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
