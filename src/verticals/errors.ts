import { FermionError } from "../index.ts";

/**
 * What is wrong with a vertical, never with the data:
 *
 * - `invalid_definition`: a field of the definition can't be as it is.
 * - `invalid_key`: `id()` or `group()` gave no text.
 * - `invalid_dialogue`: `dialogues()` gave what no model can be trained on.
 * - `invalid_item`: `items()` has nothing to ask about any of the records. What can't be asked, or has the same id twice, is
 *   an `EvaluationError`, as in any suite.
 * - `threw`: a function of it threw; `cause` is what it threw.
 */
export type VerticalErrorCode =
  | "invalid_definition"
  | "invalid_key"
  | "invalid_dialogue"
  | "invalid_item"
  | "threw";

/** A vertical isn't what it has to be, or gave something wrong for a record. */
export class VerticalError extends FermionError {
  override readonly name = "VerticalError";
  readonly code: VerticalErrorCode;
  /** The name of the vertical, as far as it has one. */
  readonly vertical: string | undefined;
  /** What is at fault, such as `split.evaluation` or `dialogues`. */
  readonly field: string;
  /** The record for which it is wrong, counted from 1 in what was given. */
  readonly record: number | undefined;

  constructor(
    message: string,
    options: {
      code: VerticalErrorCode;
      field: string;
      vertical?: string | undefined;
      record?: number | undefined;
      cause?: unknown;
    },
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = options.code;
    this.vertical = options.vertical;
    this.field = options.field;
    this.record = options.record;
  }
}
