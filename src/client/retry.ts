import { listenForAbort } from "./abort-listeners.ts";
import { APIUserAbortError, type FermionError } from "./errors.ts";

/** The longest that a timer can wait, in milliseconds: 2³¹−1. One that is set to more fires at once. */
export const MAX_TIMER = 2 ** 31 - 1;

/** A repetition that is about to happen. */
export interface RetryNotice {
  readonly method: string;
  readonly path: string;
  /** Which try failed, from 1. */
  readonly attempt: number;
  /** How long the client waits before the next, in milliseconds. */
  readonly delay: number;
  /** Why. */
  readonly error: FermionError;
}

/**
 * Whether a status may pass by itself. What the server says in `x-should-retry` comes first.
 *
 * A 409 mostly means that the state of the thing doesn't allow the call, and repeating changes nothing; only a lock, or
 * the same request still being in work, goes away.
 */
export function isRetryableStatus(status: number, headers: Headers, code: string | undefined): boolean {
  const said = headers.get("x-should-retry");
  if (said === "true" || said === "false") {
    return said === "true";
  }
  if (status === 409) {
    return /lock|key_in_use|in_progress|concurrent/.test(code ?? "");
  }
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

/** How many seconds the server asks to wait: `retry-after-ms`, or `Retry-After` as seconds or as a date. */
export function retryAfterSeconds(headers: Headers, now = Date.now()): number | undefined {
  const milliseconds = Number.parseFloat(headers.get("retry-after-ms") ?? "");
  if (milliseconds >= 0) {
    return milliseconds / 1_000;
  }
  const value = headers.get("retry-after")?.trim();
  if (!value) {
    return undefined;
  }
  if (/^\d+(\.\d+)?$/.test(value)) {
    return Number(value);
  }
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1_000);
}

/**
 * How long to wait before the next try, in milliseconds: doubling from half a second up to 8 s, of which a random part
 * of up to a quarter is taken off, so that many clients that failed together don't come back together.
 */
export function backoffDelay(attempt: number, random = Math.random): number {
  return Math.min(8_000, 500 * 2 ** (attempt - 1)) * (1 - random() / 4);
}

/** Waits, or throws an {@link APIUserAbortError} as soon as the signal says so. Leaves no listener on it. */
export function sleep(milliseconds: number, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(new APIUserAbortError());
      return;
    }
    const stopListening = listenForAbort(signal, () => {
      clearTimeout(timer);
      reject(new APIUserAbortError());
    });
    const timer = setTimeout(() => {
      stopListening();
      resolve();
    }, milliseconds);
  });
}
