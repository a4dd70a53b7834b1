import type { AliasRefusal } from "../../contract/alias-changes.ts";
import { FermionError } from "../errors.ts";

/** Why an alias that is kept in a file, or given as an object, can't be read or changed. */
export type ModelAliasErrorCode =
  | AliasRefusal["code"]
  | "invalid_file"
  | "unreadable"
  | "in_use"
  | "read_only";

/**
 * An alias that is kept in a file, or given as an object, can't be read or changed so. A platform answers the same codes
 * in an `APIError`.
 */
export class ModelAliasError extends FermionError {
  override readonly name = "ModelAliasError";
  /**
   * - `alias_not_found`: there is no such alias.
   * - `evaluation_required`, `evaluation_not_passed`, `evaluation_of_other_model`: nothing was moved; `force` would.
   * - `alias_version_conflict`: somebody else has changed it since.
   * - `nothing_to_roll_back`: it has had no such model.
   * - `invalid_alias_name`: a name that can't be one.
   * - `invalid_file`: what lies there holds no aliases.
   * - `unreadable`: it can't be read or written, as `cause` says.
   * - `in_use`: another process is changing it.
   * - `read_only`: the aliases were given as an object.
   */
  readonly code: ModelAliasErrorCode;
  /** The parameter at fault. */
  readonly param: string | undefined;

  constructor(message: string, options: { code: ModelAliasErrorCode; param?: string; cause?: unknown }) {
    super(message, { isRetryable: options.code === "in_use", cause: options.cause });
    this.code = options.code;
    this.param = options.param;
  }
}
