import { FermionError } from "./errors.ts";

/**
 * Why a webhook was not taken:
 *
 * - `missing_header`: one of the three headers of a signed webhook isn't there; `header` names it
 * - `malformed_header`: a header can't be read; `header` names it
 * - `timestamp_too_old`, `timestamp_too_new`: it was signed outside of the tolerance, or a clock is wrong
 * - `signature_mismatch`: no signature was made over these bytes with one of the secrets
 * - `malformed_body`: it is signed rightly, and no event
 */
export type WebhookRejection =
  | "missing_header"
  | "malformed_header"
  | "timestamp_too_old"
  | "timestamp_too_new"
  | "signature_mismatch"
  | "malformed_body";

/**
 * A request is no webhook of somebody who has the secret, or not one of now. Answer 400, and do nothing else. Neither
 * the secret nor the right signature is in it.
 */
export class WebhookVerificationError extends FermionError {
  override readonly name = "WebhookVerificationError";
  readonly reason: WebhookRejection;
  /** The header at fault, in lower case, where it is one. */
  readonly header: string | undefined;

  constructor(reason: WebhookRejection, message: string, header?: string) {
    super(message);
    this.reason = reason;
    this.header = header;
  }
}
