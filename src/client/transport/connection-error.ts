import { APIConnectionError, APIConnectionTimeoutError, FermionError } from "../errors.ts";
import type { Redactor } from "../redact.ts";

/** The code of the error of a connection that wasn't made in time. */
export const CONNECT_TIMEOUT = "CONNECT_TIMEOUT";

/** With these, no connection was made: nothing of the request has left this machine. */
const NOT_CONNECTED = [
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
];

/** How the client connects, as far as an error tells of it. */
export interface Connecting {
  readonly baseURL: string;
  /** In milliseconds. */
  readonly connectTimeout: number;
  readonly redactor: Pick<Redactor, "text">;
}

/** Says what a connection failed of, and what to do about it, without a word of the request. */
export function connectionError(
  error: unknown,
  { baseURL, connectTimeout, redactor }: Connecting,
): FermionError {
  if (error instanceof FermionError) {
    return error;
  }
  const code = codeOf(error);
  const why = redactor.text(messageOf(error)) || code || "no reason given";
  if (code === CONNECT_TIMEOUT) {
    return new APIConnectionTimeoutError(
      `No connection to ${baseURL}: ${why}. Is the host right, and is there a firewall or a proxy between?`,
      { baseURL, timeout: connectTimeout, requestSent: false },
    );
  }
  const certificate = code !== undefined && /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS/.test(code);
  return new APIConnectionError(`No answer from ${baseURL}: ${why}. ${remedyFor(code, certificate)}`, {
    baseURL,
    code,
    requestSent: !certificate && !(code !== undefined && NOT_CONNECTED.includes(code)),
    // Another try would meet the same certificate.
    isRetryable: !certificate,
  });
}

function remedyFor(code: string | undefined, certificate: boolean): string {
  if (certificate) {
    return "Its certificate isn't trusted here: give that of its authority as the option ca.";
  }
  if (code === "ECONNREFUSED") {
    return "Nothing listens there. Start a local platform with `npx fermion local`, or set baseURL or FERMION_BASE_URL.";
  }
  return "Is it up, and is baseURL right? `npx fermion local` starts a local platform.";
}

/** `fetch` hides the reason in the cause of its error. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) {
    return undefined;
  }
  if ("code" in error && typeof error.code === "string" && !error.code.startsWith("ERR_NETWORK")) {
    return error.code;
  }
  return codeOf(error.cause);
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const inner = error.cause instanceof Error ? messageOf(error.cause) : "";
  return inner && !error.message.includes(inner) ? `${error.message} (${inner})` : error.message;
}
