import type { ChatTokenizer } from "../../contract/chat-tokenizer.ts";
import { checkOptions } from "../checking/options.ts";
import type { RowOptions } from "../checking/raw-records.ts";
import type { RowMethod } from "../checking/row-checker.ts";
import { createHashIndex } from "../checking/row-index.ts";
import type { RuleSettings } from "../checking/rules.ts";
import { resolveLimits } from "../reading/limits.ts";
import { type DataSource, type OpenOptions, type SourceFile, sourceFiles } from "../reading/open-source.ts";
import type { RowPlace, TrainingRow } from "../record.ts";
import { type PlatformRow, platformRows } from "../rows/platform-rows.ts";
import { createRowJudge, type RowVerdict } from "../rows/row-judge.ts";
import { createRedactor, type RedactionSummary, type RedactorOptions } from "../texts/redactor.ts";
import { duplicatedKeys } from "./duplicated-keys.ts";
import { isUsable, type Mending, mendRow } from "./mend-row.ts";

/** How data is mended. What is an error is decided as {@link check} decides it with the same options. */
export interface MendOptions extends OpenOptions, RowOptions {
  /** @default "supervised" */
  readonly method?: RowMethod;
  /** With it, rows are put aside of which the model would learn nothing. `loadChatTokenizer` of `fermion/local` gives one. */
  readonly tokenizer?: ChatTokenizer;
  /** Rules to turn off, or to weigh otherwise. */
  readonly rules?: RuleSettings;
  /**
   * Whether secrets and personal data give way to placeholders. Without it, rows with secrets are put aside.
   *
   * @default false
   */
  readonly redact?: boolean | RedactorOptions;
  /**
   * Whether rows that repeat an earlier one to the letter are left out. It keeps some 24 bytes a row.
   *
   * @default false
   */
  readonly deduplicate?: boolean;
}

/** Why a row can't be mended. */
export interface RejectionReason {
  readonly rule: string;
  /** Where in the row, such as `$.messages[2].content`. */
  readonly path: string;
  /** What is wrong. It quotes nothing that the row says but names of fields and roles. */
  readonly message: string;
}

/**
 * What became of a row:
 *
 * - `kept`: it is sound now. `json` is its line, to the letter as it was where nothing was to be mended.
 * - `rejected`: it still has an error, so it is put aside. `source` is the line as it was, or the row as it lay in a file
 *   of another format; undefined for a line that is too long, or where there is none.
 * - `removed`: a blank line, or one that repeats an earlier row.
 */
export type MendedRecord =
  | {
      readonly outcome: "kept";
      readonly place: RowPlace;
      readonly row: TrainingRow;
      readonly json: string;
      readonly mendings: readonly Mending[];
    }
  | {
      readonly outcome: "rejected";
      readonly place: RowPlace;
      readonly source: Uint8Array | object | undefined;
      readonly reasons: readonly RejectionReason[];
    }
  | {
      readonly outcome: "removed";
      readonly place: Partial<RowPlace>;
      readonly mending: Mending;
    };

/** Mends rows as they come. */
export interface Mend extends AsyncGenerator<MendedRecord, void, undefined> {
  /** What was redacted so far; undefined unless it was asked for. */
  redaction(): RedactionSummary | undefined;
}

/**
 * Mends data of any format that can be read, row by row: what {@link mendRow} mends, and on request personal data and
 * duplicates. What is kept has no error by {@link check} with the same options, but for what all of the data has, such as
 * too few rows; to mend it again changes nothing. The memory that it takes doesn't grow with the data, unless duplicates
 * are looked for.
 *
 * @throws {@link DataError} when the data can't be read at all, or an option is wrong
 * @throws the reason of `signal` when it is aborted
 *
 * @example
 * ```ts
 * import { mend } from "fermion/data";
 *
 * for await (const record of mend("calls/*.csv", { deduplicate: true })) {
 *   if (record.outcome === "rejected") console.log(record.place.file, record.place.row, record.reasons);
 * }
 * ```
 */
export function mend(source: DataSource, options: MendOptions = {}): Mend {
  return mendFiles(() => sourceFiles(source, options), options);
}

/** As {@link mend}, of files that are known already: a stream is looked at once. */
export function mendFiles(files: () => Promise<readonly SourceFile[]>, options: MendOptions): Mend {
  checkOptions(options);
  const { redact = false } = options;
  const redactions: Mending[] = [];
  const own = typeof redact === "object" ? redact : {};
  const redactor =
    redact === false
      ? undefined
      : createRedactor({
          ...own,
          onReplacement: (replacement) => {
            const { rule, path, placeholder } = replacement;
            redactions.push({ rule, path, done: `It was replaced by ${placeholder}.` });
            own.onReplacement?.(replacement);
          },
        });
  const redacted = (row: TrainingRow, place: RowPlace) => {
    redactions.length = 0;
    return redactor ? redactor.row(row, place) : row;
  };

  async function* records(): AsyncGenerator<MendedRecord, void, undefined> {
    const judge = createRowJudge(options);
    const { maxRowBytes } = resolveLimits(options.limits);
    const seen = options.deduplicate ? createHashIndex() : undefined;
    let kept = 0;

    const mended = (given: PlatformRow & { readonly kind: "row" }): MendedRecord => {
      const { place, value, line } = given;
      const written = [...(line?.hadMark ? [MARK] : []), ...(line ? duplicatedKeys(line.json, value) : [])];
      const { row: repaired, mendings } = mendRow(value);
      if (!isUsable(repaired)) return rejected(given, reasonsOf(judge, value, judge(repaired)));
      const row = redacted(repaired, place);
      const verdict = judge(row);
      const isSound = verdict.usable && errorsOf(verdict.findings).length === 0;
      if (!isSound) return rejected(given, reasonsOf(judge, value, verdict));
      const changes = [...written, ...mendings, ...redactions];
      const json = line && changes.every((change) => change === MARK) ? line.json : jsonOf(row);
      if (json === undefined) return rejected(given, [TOO_DEEP]);
      if (Buffer.byteLength(json) > maxRowBytes) return rejected(given, [TOO_LONG]);
      if (seen) {
        const first = seen.firstOrAdd(verdict.hash.low, verdict.hash.high, kept);
        if (first >= 0) {
          const done = `It repeats row ${first + 1} of what is kept, and was removed.`;
          return { outcome: "removed", place, mending: { rule: "duplicate", path: "$", done } };
        }
      }
      kept++;
      return { outcome: "kept", place, row, json, mendings: changes };
    };

    for (const file of await files()) {
      for await (const given of platformRows(file, options)) {
        options.signal?.throwIfAborted();
        if (given.kind === "row") yield mended(given);
        else if (given.kind === "blank") {
          yield { outcome: "removed", place: given.place, mending: BLANK_LINE };
        } else yield rejected(given, [given]);
      }
    }
  }

  return Object.assign(records(), { redaction: () => redactor?.summary() });
}

const MARK: Mending = {
  rule: "byte-order-mark",
  path: "$",
  done: "A byte order mark before the row was removed.",
};
const BLANK_LINE: Mending = { rule: "blank-line", path: "$", done: "A blank line was removed." };
const REFUSED: RejectionReason = {
  rule: "invalid-field",
  path: "$",
  message: "No platform takes the row, whatever rules are turned off.",
};
const TOO_DEEP: RejectionReason = {
  rule: "invalid-field",
  path: "$",
  message: "The row is nested too deeply to be written.",
};
const TOO_LONG: RejectionReason = {
  rule: "line-too-long",
  path: "$",
  message: "The row would be a line that no platform takes.",
};

function rejected(
  { place, source }: Pick<Extract<PlatformRow, { source: unknown }>, "place" | "source">,
  reasons: readonly RejectionReason[],
): MendedRecord {
  const kept = typeof source === "object" && source !== null ? source : undefined;
  const shown = reasons.map(({ rule, path, message }) => ({ rule, path, message }));
  return { outcome: "rejected", place, source: kept, reasons: shown };
}

/** The errors that are left after mending, at their places in the row as it was. */
function reasonsOf(
  judge: (row: unknown) => RowVerdict,
  before: unknown,
  { findings }: RowVerdict,
): readonly RejectionReason[] {
  const left = errorsOf(findings);
  // A rule that is turned off hides an error from who asked, and from no platform.
  if (left.length === 0) return [REFUSED];
  const rules = new Set(left.map(({ rule }) => rule));
  const known = errorsOf(judge(before).findings).filter(({ rule }) => rules.has(rule));
  return known.length > 0 ? known : left;
}

function errorsOf(findings: RowVerdict["findings"]): RowVerdict["findings"] {
  return findings.filter(({ severity }) => severity === "error");
}

/** Undefined for what is no JSON, or nested too deeply to be written. */
export function jsonOf(row: object | undefined): string | undefined {
  try {
    return JSON.stringify(row);
  } catch (error) {
    // Of objects within objects without end.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
