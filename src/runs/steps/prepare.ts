import { createHash } from "node:crypto";
import type { Finding, Severity } from "../../data/findings.ts";
import { type HashedFile, hashedFile } from "../hashed-file.ts";
import type { RunData } from "../options.ts";
import type { PreparedRecord } from "../prepared-record.ts";
import type { Recipe } from "../recipe.ts";

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

/** What is wrong with the data: how much of it by rule, and the first of it. */
export interface Findings {
  readonly counts: Readonly<Record<string, number>>;
  readonly errors: number;
  readonly first: readonly Finding[];
}

const MOST_FINDINGS = 100;

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
  const uniqueId = createUniqueIds();
  const findings = collectFindings();
  const kinds = { supervised: 0, dpo: 0 };
  let records = 0;
  try {
    for await (const made of recipe(data, { signal, onFinding: findings.add })) {
      records++;
      const { record, sha256 } = made;
      whole.update(`${sha256}\n`);
      made.findings.forEach(findings.add);
      const id = uniqueId(record.id ?? sha256.slice(0, 16));
      if (record.id !== undefined && record.id !== id) {
        findings.add(repeatedId(records));
      }
      for (const row of record.rows) {
        kinds["messages" in row ? "supervised" : "dpo"]++;
      }
      await writer.line(JSON.stringify({ ...record, id, sha256 } satisfies PreparedRecord));
    }
    if (kinds.supervised > 0 && kinds.dpo > 0) {
      findings.add(mixedMethods);
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

function repeatedId(row: number): Finding {
  return {
    rule: "repeated-id",
    severity: "error",
    place: { row },
    path: "$",
    message: "An earlier record has the same id.",
    remedy: "Give each record an id of its own: versions are compared, and records found again, by it.",
  };
}

const mixedMethods: Finding = {
  rule: "mixed-methods",
  severity: "error",
  place: {},
  path: "$",
  message: "Some rows are dialogues and some are preferences.",
  remedy: "Train on them in two runs, one after the other.",
};

/** A record without an id is known by its content; the same content again is counted. */
export function createUniqueIds(): (id: string) => string {
  const taken = new Set<string>();
  // The last count of each: counting anew for each copy would take as long as the square of their number.
  const counts = new Map<string, number>();
  return (id) => {
    let count = counts.get(id) ?? 1;
    let unique = id;
    while (taken.has(unique)) {
      count++;
      unique = `${id}#${count}`;
    }
    if (count > 1) {
      counts.set(id, count);
    }
    taken.add(unique);
    return unique;
  };
}

export function collectFindings() {
  const counts: Record<string, number> = {};
  const bySeverity: Record<Severity, number> = { error: 0, warning: 0, info: 0 };
  const first: Finding[] = [];
  return {
    add(finding: Finding) {
      counts[finding.rule] = (counts[finding.rule] ?? 0) + 1;
      bySeverity[finding.severity]++;
      if (finding.severity === "error" && first.length < MOST_FINDINGS) {
        first.push(finding);
      }
    },
    all: (): Findings => ({ counts, errors: bySeverity.error, first }),
  };
}
