import type { ErrorObject } from "../contract/errors.ts";

/** Why a stream can't go on. */
export class ChunkFailure {
  constructor(
    readonly message: string,
    readonly isRetryable: boolean,
    readonly error?: ErrorObject,
  ) {}
}
