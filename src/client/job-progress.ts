import {
  type FineTuningJob,
  type FineTuningJobEvent,
  type FineTuningMetrics,
  finalJobStatuses,
  fineTuningMetricsSchema,
} from "../contract/fine-tuning.ts";

/** The job as it is now: given at the beginning and on each change. */
export interface JobStatusUpdate {
  readonly type: "status";
  readonly job: FineTuningJob;
}

/** Something that the job has to say. */
export interface JobEventUpdate {
  readonly type: "event";
  readonly event: FineTuningJobEvent;
}

/** What a step of the training measured. */
export interface JobMetricsUpdate {
  readonly type: "metrics";
  readonly metrics: FineTuningMetrics;
  readonly event: FineTuningJobEvent;
  /** About how many seconds are left, once two steps lie far enough apart to tell. */
  readonly eta?: number;
}

/** What `follow()` gives. */
export type JobUpdate = JobStatusUpdate | JobEventUpdate | JobMetricsUpdate;

/**
 * Whether nothing will happen to a job any more. A status that isn't known here is final if the job says when it
 * finished: waiting for ever would be worse.
 */
export function isFinal(job: FineTuningJob): boolean {
  const known: readonly string[] = finalJobStatuses;
  return known.includes(job.status) || (job.finished_at != null && !isWorking(job.status));
}

function isWorking(status: string): boolean {
  return ["validating_files", "queued", "running", "paused"].includes(status);
}

/** How many events are remembered to tell new ones from old. Far more than ever come twice. */
const MAX_SEEN = 50_000;

/**
 * Lets each event through once and each change of the job once, in the order in which they come, and makes metrics of
 * the events that are. Pure: what it gives depends only on what it was given.
 */
export function createJobProgress(): {
  /** The last state of the job that came. */
  readonly job: FineTuningJob | undefined;
  /** The id of the last event that came. */
  readonly lastEventId: string | undefined;
  seen(eventId: string): boolean;
  onJob(job: FineTuningJob): JobStatusUpdate[];
  onEvent(event: FineTuningJobEvent): (JobEventUpdate | JobMetricsUpdate)[];
} {
  const seen = new Set<string>();
  const estimate = createEstimate();
  let last: { job: FineTuningJob; text: string } | undefined;
  let lastEventId: string | undefined;

  return {
    get job() {
      return last?.job;
    },
    get lastEventId() {
      return lastEventId;
    },
    seen: (eventId) => seen.has(eventId),
    onJob(job) {
      const text = JSON.stringify(job);
      // A job that has ended stays so: what says otherwise is older, and was overtaken.
      if (text === last?.text || (last && isFinal(last.job) && !isFinal(job))) {
        return [];
      }
      if (job.status !== last?.job.status) {
        // The time that a job rests or waits says nothing about its speed.
        estimate.reset();
      }
      last = { job, text };
      return [{ type: "status", job }];
    },
    onEvent(event) {
      if (seen.has(event.id)) {
        return [];
      }
      seen.add(event.id);
      lastEventId = event.id;
      if (seen.size > MAX_SEEN) {
        const [oldest] = seen;
        seen.delete(oldest ?? "");
      }
      const metrics =
        event.type === "metrics" ? fineTuningMetricsSchema.safeParse(event.data).data : undefined;
      if (!metrics) {
        return [{ type: "event", event }];
      }
      const eta = estimate.add(metrics, event.created_at);
      return [{ type: "metrics", metrics, event, ...(eta === undefined ? {} : { eta }) }];
    },
  };
}

/** Seconds left, from the times of the events and not of their arrival: what is repeated arrives at once. */
function createEstimate() {
  let first: { step: number; at: number } | undefined;
  return {
    reset() {
      first = undefined;
    },
    add({ step, total_steps }: FineTuningMetrics, at: number): number | undefined {
      if (!first || step < first.step) {
        first = { step, at };
      }
      const steps = step - first.step;
      const seconds = at - first.at;
      // Times are whole seconds: less than two of them are mostly rounding.
      if (total_steps == null || steps <= 0 || seconds < 2) {
        return undefined;
      }
      return Math.max(0, Math.round(((total_steps - step) * seconds) / steps));
    },
  };
}
