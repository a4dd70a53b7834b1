import { FermionError } from "../index.ts";

/** Why data couldn't be read. */
export type DataErrorCode =
  | "not_found"
  | "no_match"
  | "not_a_file"
  | "link_loop"
  | "empty"
  | "unknown_format"
  | "unreadable"
  | "damaged"
  | "too_large"
  | "invalid_row"
  | "no_such_row"
  | "exists"
  | "invalid_option";

/** Data couldn't be read, or can't be used as asked. The message says where, and what to do. */
export class DataError extends FermionError {
  override readonly name = "DataError";
  readonly code: DataErrorCode;
  /** The file, as it was named. */
  readonly file: string | undefined;
  /** Counted from 1. */
  readonly line: number | undefined;
  /** Bytes of the decompressed file before the place. */
  readonly byteOffset: number | undefined;
  /** The column or field at fault. */
  readonly field: string | undefined;

  constructor(
    message: string,
    options: {
      code: DataErrorCode;
      file?: string | undefined;
      line?: number | undefined;
      byteOffset?: number | undefined;
      field?: string | undefined;
      cause?: unknown;
    },
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = options.code;
    this.file = options.file;
    this.line = options.line;
    this.byteOffset = options.byteOffset;
    this.field = options.field;
  }
}
