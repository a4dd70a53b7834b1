import type { RowPlace } from "./record.ts";

/**
 * - `error`: training would fail, or learn something wrong.
 * - `warning`: somebody should look at it.
 * - `info`: worth knowing.
 */
export type Severity = "error" | "warning" | "info";

/** Something that is wrong with the data, or worth knowing about it. */
export interface Finding {
  /** Which rule found it, such as `role-order`: stable, for lists of what to ignore. */
  readonly rule: string;
  readonly severity: Severity;
  /** Where; a finding about a whole file or all of the data has no row. */
  readonly place: Partial<RowPlace>;
  /** Where in the row, such as `$.messages[2].content`; `$` is the row itself. */
  readonly path: string;
  /** Where in the text at `path`, in UTF-16 code units, for findings about a part of it. */
  readonly span?: { readonly start: number; readonly end: number };
  /** What is wrong. It never quotes a secret or personal data. */
  readonly message: string;
  /** How to mend it. */
  readonly remedy: string;
  /** Other rows that it is about: what a duplicate repeats, what an answer contradicts. */
  readonly related?: readonly RowPlace[];
}

/** A part of a text that a rule for texts has found. */
export interface TextMatch {
  readonly rule: string;
  readonly severity: Severity;
  /** In UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly remedy: string;
}
