import { FermionError } from "../index.ts";

/** Why something couldn't be evaluated. */
export type EvaluationErrorCode =
  | "invalid_suite"
  | "changed_suite"
  | "different_suites"
  | "invalid_result"
  | "invalid_option"
  | "unreadable"
  | "unwritable"
  | "scorer_failed";

/** A suite, an evaluation or a comparison can't be as asked. The message says what is wrong, where, and what to do. */
export class EvaluationError extends FermionError {
  override readonly name = "EvaluationError";
  /**
   * - `invalid_suite`: an item or a scorer isn't what it has to be.
   * - `changed_suite`: a suite that was read isn't the one that was written.
   * - `different_suites`: results that don't belong to one suite were to be compared.
   * - `invalid_result`: a result isn't what evaluating gives.
   * - `invalid_option`: an option can't be.
   * - `unreadable`, `unwritable`: a file of suites or answers, as `cause` says.
   * - `scorer_failed`: a scorer threw, as `cause` says, or gave what is no score.
   */
  readonly code: EvaluationErrorCode;
  /** The file, as it was named. */
  readonly file: string | undefined;
  /** Counted from 1. */
  readonly line: number | undefined;
  /** The item at fault. */
  readonly item: string | undefined;
  /** The option, scorer or field at fault. */
  readonly field: string | undefined;

  constructor(
    message: string,
    options: {
      code: EvaluationErrorCode;
      file?: string | undefined;
      line?: number | undefined;
      item?: string | undefined;
      field?: string | undefined;
      cause?: unknown;
    },
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = options.code;
    this.file = options.file;
    this.line = options.line;
    this.item = options.item;
    this.field = options.field;
  }
}
