import type { ChatCompletionChunk, CompletionUsage } from "../contract/chat.ts";

/** How fast a stream was. `undefined` stands for what hasn't happened yet. */
export interface StreamTiming {
  /** Until the answer began, in milliseconds since it was asked for. */
  readonly opened: number | undefined;
  /** Until the first token came, in milliseconds since the answer was asked for. */
  readonly firstToken: number | undefined;
  /** Until the end, in milliseconds since the answer was asked for. */
  readonly total: number | undefined;
  /**
   * How many tokens came: what the server's usage says, or else how many chunks had content (text, a refusal, a piece of
   * a tool call, or anything else that is part of the message), which is the same for servers that send each token alone.
   */
  readonly tokens: number;
  /**
   * The median of the waits between two tokens, in milliseconds, to within 3 %. It is what this process saw: tokens that
   * came in one piece are 0 ms apart, and a reader that takes its time makes them come in pieces.
   */
  readonly interTokenP50: number | undefined;
  /** As {@link interTokenP50}; 95 % of the waits were no longer. */
  readonly interTokenP95: number | undefined;
  /** The rate after the first token: one token less than {@link tokens}, by the time from the first to the last one. */
  readonly tokensPerSecond: number | undefined;
}

/** Measures one stream, in constant memory however long the stream is. */
export interface StreamClock {
  start(): void;
  opened(): void;
  /** These chunks have come just now. */
  record(chunks: readonly ChatCompletionChunk[]): void;
  end(): void;
  read(usage: CompletionUsage | undefined): StreamTiming;
}

/** Waits are counted by their size: each bucket reaches 5 % further than the one before, from 10 µs to days. */
const GROWTH = Math.log(1.05);
const SMALLEST = 0.01;
const BUCKETS = 512;

export function createStreamClock(): StreamClock {
  let started = performance.now();
  let opened: number | undefined;
  let firstToken: number | undefined;
  let lastToken = 0;
  let total: number | undefined;
  let tokens = 0;
  const waits = new Uint32Array(BUCKETS);

  const elapsed = () => performance.now() - started;

  function percentile(share: number): number | undefined {
    if (tokens < 2) {
      return undefined;
    }
    let left = Math.ceil(share * (tokens - 1));
    const bucket = waits.findIndex((count) => {
      left -= count;
      return left <= 0;
    });
    return bucket === 0 ? 0 : SMALLEST * Math.exp((bucket - 0.5) * GROWTH);
  }

  return {
    start() {
      started = performance.now();
    },
    opened() {
      opened = elapsed();
    },
    record(chunks) {
      let count = 0;
      for (const chunk of chunks) {
        if (hasToken(chunk)) {
          count++;
        }
      }
      if (count === 0) {
        return;
      }
      const now = elapsed();
      if (firstToken === undefined) {
        firstToken = now;
      } else {
        add(waits, bucketOf(now - lastToken), 1);
        count--;
        tokens++;
      }
      // The first of all had no wait, the others of a batch none that can be seen.
      add(waits, 0, tokens === 0 ? count - 1 : count);
      tokens += count;
      lastToken = now;
    },
    end() {
      total ??= elapsed();
    },
    read(usage) {
      const counted = usage?.completion_tokens || tokens;
      const span = firstToken === undefined ? 0 : lastToken - firstToken;
      return {
        opened,
        firstToken,
        total,
        tokens: counted,
        interTokenP50: percentile(0.5),
        interTokenP95: percentile(0.95),
        tokensPerSecond: span > 0 && counted > 1 ? (counted - 1) / (span / 1_000) : undefined,
      };
    },
  };
}

function bucketOf(wait: number): number {
  return wait <= SMALLEST ? 0 : Math.min(BUCKETS - 1, Math.ceil(Math.log(wait / SMALLEST) / GROWTH));
}

function add(waits: Uint32Array, bucket: number, count: number): void {
  waits[bucket] = (waits[bucket] ?? 0) + count;
}

/**
 * Whether a chunk brings the answer further: there is something in a delta beside the role. Servers send chunks with
 * empty deltas to keep connections alive, or to annotate what they have sent.
 */
export function hasToken({ choices }: ChatCompletionChunk): boolean {
  for (const { delta } of choices) {
    if (delta.content) {
      return true;
    }
    for (const name in delta) {
      const value = delta[name];
      if (name !== "role" && value && !(Array.isArray(value) && value.length === 0)) {
        return true;
      }
    }
  }
  return false;
}
