import type { Store } from "../store/store.ts";
import type { Changes } from "./changes.ts";
import { eventObject, jobObject } from "./job-object.ts";
import { FINAL } from "./lifecycle.ts";

interface StreamOptions {
  readonly store: Store;
  readonly changes: Changes;
  readonly jobId: string;
  /** The sequence number behind which to begin. */
  readonly after: number;
  /** Ends the stream when the platform closes. */
  readonly closing: AbortSignal;
}

/** A comment keeps the line open while nothing happens, and finds out whether anyone is still there. */
const PING_MS = 15_000;
const BATCH = 200;

/**
 * The life of a job as server-sent events: each event with its sequence as `id:`, oldest first; `event: status` with the
 * job at the start and whenever its status has changed; `event: done` with the job at the end. These two have the
 * sequence of the event before them, so that a reader whose connection mixes things up can tell where they belong.
 *
 * Events are read from the store when the reader wants them, so a slow reader costs no memory and misses nothing.
 */
export function jobEventStream(options: StreamOptions): ReadableStream<Uint8Array> {
  const { store, changes, jobId, closing } = options;
  const encoder = new TextEncoder();
  let sequence = options.after;
  let status: string | undefined;
  let changed = true;
  let released = false;
  let wake = () => {};
  const onChange = () => {
    changed = true;
    wake();
  };
  const unwatch = changes.watch(jobId, onChange);
  closing.addEventListener("abort", onChange, { once: true });
  const release = () => {
    released = true;
    unwatch();
    closing.removeEventListener("abort", onChange);
    wake();
  };

  /** What there is to say now, and whether it is the last. */
  const next = () => {
    // Read in one go, so that a status is never ahead of the event that tells of it.
    const before = sequence;
    const events = store.events.behind(jobId, sequence, BATCH);
    const job = store.jobs.get(jobId);
    sequence = events.at(-1)?.sequence ?? sequence;
    const complete = events.length < BATCH;
    changed = !complete;
    const frames = events.map((event) => frame({ id: event.sequence, data: eventObject(event) }));
    // At the start the status comes first; a change comes behind the events that led to it, and the end behind all.
    const first = status === undefined && job && !FINAL.includes(job.status);
    if (job && job.status !== status && (complete || first)) {
      const news = frame({ id: first ? before : sequence, event: "status", data: jobObject(job) });
      if (first) frames.unshift(news);
      else frames.push(news);
      status = job.status;
    }
    const ended = complete && (!job || FINAL.includes(job.status));
    if (ended && job) frames.push(frame({ id: sequence, event: "done", data: jobObject(job) }));
    return { text: frames.join(""), ended };
  };

  /** Waits for a change; true if none came for so long that the line needs a sign of life. */
  const pingIsDue = () =>
    new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(true), PING_MS);
      wake = () => {
        clearTimeout(timer);
        resolve(false);
      };
    });

  return new ReadableStream(
    {
      async pull(controller) {
        for (;;) {
          while (!changed && !closing.aborted) {
            const ping = await pingIsDue();
            // The reader went away: another wait would keep the process alive for the length of one.
            if (released) return;
            if (ping) {
              controller.enqueue(encoder.encode(": ping\n\n"));
              return;
            }
          }
          const { text, ended } = closing.aborted ? { text: "", ended: true } : next();
          if (text) controller.enqueue(encoder.encode(text));
          if (ended) {
            release();
            controller.close();
          }
          if (text || ended) return;
        }
      },
      cancel: release,
    },
    { highWaterMark: 1 },
  );
}

function frame({ id, event, data }: { id?: number; event?: string; data: object }): string {
  return `${id === undefined ? "" : `id: ${id}\n`}${event ? `event: ${event}\n` : ""}data: ${JSON.stringify(data)}\n\n`;
}
