import type { DeliveryRow, EndpointRow, WebhookStore } from "../store/webhooks.ts";
import { type Outgoing, send } from "./send.ts";
import { signatures } from "./signing.ts";
import type { Targets } from "./targets.ts";

/** Sends what the store has for receivers, until each has taken it or is given up. */
export interface WebhookDelivery {
  /** There may be something to send. */
  wake(): void;
  /** Sends all that is due; resolves when each receiver has answered, or a try has failed. */
  deliverDue(): Promise<void>;
  /** Breaks off what is being sent. It counts as not tried, and is sent at the next start. */
  close(): Promise<void>;
}

interface Dependencies {
  readonly store: WebhookStore;
  readonly targets: Targets;
  readonly version: string;
  /** Unix seconds. */
  readonly now: () => number;
  readonly log: (message: string) => void;
  /** @default 15_000 */
  readonly timeoutMs?: number;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** How many seconds after a try that failed the next one follows: what Standard Webhooks recommends, three days in all. */
export const RETRY_DELAYS: readonly number[] = [
  5,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

const TIMEOUT_MS = 15_000;

/** So long is waited after a failure that can't even be recorded. */
const PATIENCE_MS = 5_000;

/**
 * Each receiver has a lane of its own, in which one event after the other is sent, so that one that doesn't answer keeps
 * nothing from the others. The store is the queue: what is in it survives a crash.
 */
export function createWebhookDelivery(dependencies: Dependencies): WebhookDelivery {
  const { store, targets, version, now, log, timeoutMs = TIMEOUT_MS } = dependencies;
  const lanes = new Map<string, Promise<void>>();
  const closing = new AbortController();
  let timer: NodeJS.Timeout | undefined;

  /** Starts a lane for each receiver that something is due for, and a timer for what is due next. */
  function begin(): void {
    if (closing.signal.aborted) return;
    clearTimeout(timer);
    let next: number | undefined;
    try {
      for (const { endpoint_id, due_at } of store.due()) {
        if (lanes.has(endpoint_id)) continue;
        if (due_at <= now()) startLane(endpoint_id);
        else next = Math.min(next ?? due_at, due_at);
      }
    } catch (error) {
      beginLater(error);
      return;
    }
    if (next !== undefined) timer = setTimeout(begin, (next - now()) * 1_000).unref();
  }

  function beginLater(error: unknown): void {
    log(`Sending webhooks failed: ${error instanceof Error ? error.stack : String(error)}`);
    clearTimeout(timer);
    timer = setTimeout(begin, PATIENCE_MS).unref();
  }

  function startLane(endpointId: string): void {
    const lane = runLane(endpointId).then(
      () => {
        lanes.delete(endpointId);
        begin();
      },
      (error: unknown) => {
        lanes.delete(endpointId);
        if (!closing.signal.aborted) beginLater(error);
      },
    );
    lanes.set(endpointId, lane);
  }

  async function runLane(endpointId: string): Promise<void> {
    while (!closing.signal.aborted) {
      // Looked up for each: it may have been deleted, or its secret changed, while the one before was sent.
      const endpoint = store.get(endpointId);
      const delivery = endpoint && store.nextDue(endpointId);
      if (!delivery) return;
      await attempt(endpoint, delivery);
    }
  }

  async function attempt(endpoint: EndpointRow, delivery: DeliveryRow): Promise<void> {
    const failure = await failureOf(outgoing(endpoint, delivery));
    // The receiver may have taken it; it knows by the id when it comes again.
    if (closing.signal.aborted) return;
    const what = `The webhook ${delivery.event_id} to ${endpoint.id} (${new URL(endpoint.url).origin})`;
    const delay = RETRY_DELAYS[delivery.attempts];
    if (failure === undefined) {
      store.drop(delivery.seq);
    } else if (failure === GONE) {
      store.disable(endpoint.id);
      log(`${what} was answered by 410: nothing more is sent there.`);
    } else if (delay === undefined) {
      store.drop(delivery.seq);
      log(`${what} is given up after ${delivery.attempts + 1} tries: ${failure}`);
    } else {
      store.postpone(delivery.seq, now() + delay);
      log(`${what} failed and is sent again in ${delay} s: ${failure}`);
    }
  }

  function outgoing(endpoint: EndpointRow, { event_id: id, body }: DeliveryRow): Outgoing {
    const timestamp = now();
    const { secret, previous_secret, previous_until } = endpoint;
    const secrets =
      previous_secret !== null && timestamp < (previous_until ?? 0) ? [secret, previous_secret] : [secret];
    return {
      url: endpoint.url,
      headers: {
        "content-type": "application/json",
        "user-agent": `fermion-local/${version}`,
        "webhook-id": id,
        "webhook-timestamp": String(timestamp),
        "webhook-signature": signatures({ id, timestamp, body }, secrets),
      },
      body,
    };
  }

  /** Why a receiver hasn't taken an event; undefined if it has. */
  async function failureOf(request: Outgoing): Promise<string | undefined> {
    try {
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs)]);
      const status = await send(request, targets, signal);
      if (status === 410) return GONE;
      return status >= 200 && status < 300 ? undefined : `it was answered by ${status}.`;
    } catch (error) {
      if (error instanceof Error && error.name === "TimeoutError") {
        return `there was no answer within ${timeoutMs / 1_000} s.`;
      }
      return error instanceof Error ? error.message : String(error);
    }
  }

  return {
    wake: begin,
    async deliverDue() {
      begin();
      while (lanes.size > 0) await Promise.all(lanes.values());
    },
    async close() {
      closing.abort();
      clearTimeout(timer);
      await Promise.all(lanes.values());
    },
  };
}

/** The receiver wants nothing any more. */
const GONE = "410";
