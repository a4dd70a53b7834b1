import { listenForAbort } from "./abort-listeners.ts";
import { APIConnectionTimeoutError, APIUserAbortError, type FermionError } from "./errors.ts";
import type { Transport, TransportRequest, TransportResponse } from "./transport/transport.ts";
import { createWatchdog } from "./watchdog.ts";

/** A request that was sent, and the answer that has begun. Whoever has it must dispose of it. */
export interface Exchange {
  readonly response: TransportResponse;
  /** The body; its errors are explained. With `bytesCount`, every piece of it is progress. */
  read(options: { bytesCount: boolean }): AsyncGenerator<Uint8Array>;
  /** There was progress: the wait for silence begins anew. */
  touch(): void;
  /** Ends everything that belongs to it. What hasn't come yet is given up. */
  dispose(): void;
  /** As `dispose`, but lets an answer that is about to end run out, so that its connection can be used again. */
  release(body: AsyncGenerator<Uint8Array>): void;
}

/** When the whole call must be over. */
export interface Deadline {
  /** By `performance.now()`. */
  readonly at: number;
  /** What the caller gave it, in milliseconds. */
  readonly totalTimeout: number;
  /** Of what is streamed only the beginning counts. */
  readonly streamed: boolean;
}

interface ExchangeOptions {
  readonly baseURL: string;
  readonly timeout: number;
  readonly idleTimeout: number;
  readonly signal: AbortSignal | null | undefined;
  readonly deadline: Deadline | undefined;
}

/** How long an answer that is done may take to end before its connection is given up, in milliseconds. */
const RELEASE_TIME = 500;

/**
 * Sends one request and waits for the beginning of its answer, watched by timers and by the caller's signal.
 *
 * The transport is given a signal of its own, so that nothing stays on the caller's when the exchange is over, and so
 * that the reason for an abort is known here and not guessed from an error.
 */
export async function beginExchange(
  transport: Transport,
  request: Omit<TransportRequest, "signal">,
  { baseURL, timeout, idleTimeout, signal, deadline }: ExchangeOptions,
): Promise<Exchange> {
  if (signal?.aborted) {
    throw new APIUserAbortError();
  }
  const controller = new AbortController();
  let ended: FermionError | undefined;
  const end = (reason: FermionError) => {
    ended ??= reason;
    controller.abort();
  };
  const stopListening = listenForAbort(signal, () => end(new APIUserAbortError()));

  let waitingFor = { what: "No answer", limit: timeout };
  const watchdog = createWatchdog(timeout, () => {
    const { what, limit } = waitingFor;
    end(
      new APIConnectionTimeoutError(
        `${what} from ${baseURL} for ${limit} ms. Whether the platform acted on the request is not known.`,
        { baseURL, timeout: limit },
      ),
    );
  });

  const late =
    deadline &&
    setTimeout(
      () => {
        const { totalTimeout } = deadline;
        const message = `The call to ${baseURL} has used up its totalTimeout of ${totalTimeout} ms. Whether the platform acted on it is not known.`;
        end(new APIConnectionTimeoutError(message, { baseURL, timeout: totalTimeout, isRetryable: false }));
      },
      Math.max(0, deadline.at - performance.now()),
    );

  let disposed = false;
  const dispose = () => {
    disposed = true;
    clearTimeout(late);
    stopListening();
    watchdog.stop();
    controller.abort();
  };

  try {
    const response = await transport({
      ...request,
      signal: controller.signal,
      onSent: (bytes) => {
        watchdog.touch();
        request.onSent?.(bytes);
      },
    });
    if (deadline?.streamed) {
      clearTimeout(late);
    }
    waitingFor = { what: "The answer began, and then nothing came", limit: idleTimeout };
    watchdog.restart(idleTimeout);
    // Until somebody reads, silence isn't the sender's fault.
    watchdog.pause();
    return {
      response,
      touch: watchdog.touch,
      dispose,
      async *read({ bytesCount }) {
        watchdog.resume();
        try {
          for await (const chunk of response.body) {
            if (bytesCount) {
              watchdog.touch();
            }
            watchdog.pause();
            let left = true;
            try {
              yield chunk;
              left = false;
            } finally {
              // Before the body is closed, not after: axios' body over `fetch` closes only when the next bytes have
              // come, and doesn't hear an abort any more while it waits for them.
              if (left) {
                dispose();
              }
            }
            watchdog.resume();
          }
        } catch (error) {
          throw ended ?? error;
        }
        // Some runtimes end an aborted body as if it had been whole.
        if (ended && !disposed) {
          throw ended;
        }
      },
      release(body) {
        stopListening();
        watchdog.stop();
        const timer = setTimeout(dispose, RELEASE_TIME);
        runOut(body).finally(() => {
          clearTimeout(timer);
          dispose();
        });
      },
    };
  } catch (error) {
    dispose();
    throw ended ?? error;
  }
}

/** The answer was whole already, so what goes wrong behind it is nobody's concern. */
async function runOut(body: AsyncGenerator<Uint8Array>): Promise<void> {
  try {
    while (!(await body.next()).done) {}
  } catch {}
}
