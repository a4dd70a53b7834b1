import { fineTuningJobEventSchema, fineTuningJobSchema } from "../contract/fine-tuning.ts";
import { APIError } from "./api-errors.ts";
import { abortSignal, checkOptions, milliseconds, type OptionRules } from "./check-options.ts";
import { FermionError } from "./errors.ts";
import { createEventOrder, type EventOrder } from "./event-order.ts";
import { createJobProgress, isFinal, type JobUpdate } from "./job-progress.ts";
import { parsedJSON } from "./parsed-json.ts";
import { type JobApi, mayPass, pollJob } from "./poll-job.ts";
import type { Redactor } from "./redact.ts";
import { backoffDelay, sleep } from "./retry.ts";
import { createEventDecoder, isEventStream, type ServerEvent } from "./stream-decoder.ts";

/** How a job is followed. */
export interface FollowOptions {
  /** Ends it with an `APIUserAbortError`. The job goes on. */
  signal?: AbortSignal | null | undefined;
  /** The id of an event: only what came after it is given. */
  after?: string | undefined;
  /**
   * How often a server that can't stream events is asked for new ones, in milliseconds. While nothing happens, it is
   * asked less and less often, down to a fifth of it.
   * @default 2_000
   */
  pollInterval?: number | undefined;
  /**
   * How long to go on trying when the platform can't be reached any more, in milliseconds. `Infinity` is for ever.
   * @default 600_000
   */
  giveUpAfter?: number | undefined;
}

/** So many streams in a row may bring nothing new before the lists are asked instead. */
const MAX_FRUITLESS = 4;
/** How long an event that was overtaken by later ones is waited for before a new connection, in milliseconds. */
const OVERTAKEN_TIME = 1_000;

/**
 * Follows a job to its end, through everything that connections do. Each event is given once and in order: a stream of
 * events is taken up again behind the last one that came, and where the server has no such stream, the lists are asked.
 *
 * @throws ConfigurationError if an option can't be; nothing was sent
 */
export async function* followJob(
  api: JobApi,
  id: string,
  options: FollowOptions,
): AsyncGenerator<JobUpdate, void, undefined> {
  const { signal, after, pollInterval, giveUpAfter } = checkedOptions(options);
  const progress = createJobProgress();
  const connection: Connection = {
    order: createEventOrder(after === undefined),
    after,
    retry: undefined,
    met: false,
    fruitless: 0,
    lostAt: undefined,
  };
  let failures = 0;

  for (;;) {
    let verdict: "cut" | "ended" | "unsupported" = "cut";
    let news = false;
    try {
      for await (const update of streamJob(api, id, progress, connection, signal)) {
        if (update === "ended" || update === "unsupported") {
          verdict = update;
          break;
        }
        news = true;
        failures = connection.fruitless = 0;
        yield update;
      }
      if (verdict === "ended" && !(progress.job && isFinal(progress.job))) {
        // The end was announced, but perhaps not what the job has become.
        yield* progress.onJob(await api.retrieve(id, { signal }));
      }
      // A stream that ended without a word about it was cut; one that brought nothing new is no reason to hurry.
      failures += news ? 0 : 1;
    } catch (error) {
      connection.lostAt ??= performance.now();
      if (
        !mayPass(error, failures) ||
        !connection.met ||
        performance.now() - connection.lostAt > giveUpAfter
      ) {
        throw error;
      }
      failures++;
    }
    const known = progress.job !== undefined && isFinal(progress.job);
    if (known && verdict === "ended") {
      return;
    }
    // Where the end is known but was never announced, only the list can say whether all events came. And streams that
    // bring nothing again and again may hide an end that has long been reached.
    if (known || verdict === "unsupported" || connection.fruitless >= MAX_FRUITLESS) {
      return yield* pollJob(api, id, progress, { signal, after, pollInterval, giveUpAfter });
    }
    // What the server asks for is the least. It counts up to `maxRetryDelay`, or a mistake of its could stop all for days.
    const { retry } = connection;
    const asked = retry === undefined ? undefined : Math.min(retry, api.config.maxRetryDelay);
    const wait = failures > 1 ? backoffDelay(failures - 1) : (asked ?? backoffDelay(1));
    await sleep(Math.max(wait, asked ?? 0), signal);
  }
}

interface Connection {
  /** Knows the `id:` of the last event: the server's own word for where we are. */
  readonly order: EventOrder;
  /** An event id, for the first connection. */
  readonly after: string | undefined;
  /** What the server wants to pass before a new connection, in milliseconds. */
  retry: number | undefined;
  /** Whether the server has ever begun such a stream: if not, the first failure is the caller's to know. */
  met: boolean;
  /** How many streams in a row have begun and brought nothing new. */
  fruitless: number;
  /** When the server couldn't be reached any more; `undefined` while it can. */
  lostAt: number | undefined;
}

/** One connection: gives what is new in it, then "ended" if the server said that this was all. */
async function* streamJob(
  api: JobApi,
  id: string,
  progress: ReturnType<typeof createJobProgress>,
  connection: Connection,
  signal: AbortSignal | null | undefined,
): AsyncGenerator<JobUpdate | "ended" | "unsupported", void, undefined> {
  const { config } = api;
  const { order, after } = connection;
  const position = { lastEventId: order.lastEventId, after };
  const answer = await api.openEvents(id, position, { signal }).catch((error: unknown) => {
    // Other servers refuse a parameter they don't know. If it is the job they don't know, polling says so.
    if (error instanceof APIError && [400, 404, 405, 406, 415, 422, 501].includes(error.status)) {
      return undefined;
    }
    throw error;
  });
  if (!answer) {
    yield "unsupported";
    return;
  }
  const { exchange, redactor } = answer;
  let inVain = false;
  let patience: ReturnType<typeof setTimeout> | undefined;
  try {
    if (!isEventStream(exchange.response.headers)) {
      yield "unsupported";
      return;
    }
    connection.met = true;
    connection.fruitless++;
    connection.lostAt = undefined;
    const decoder = createEventDecoder();
    // A job may have nothing to say for a long time; what keeps the connection alive is enough here.
    for await (const bytes of exchange.read({ bytesCount: true })) {
      for (const event of decoder.push(bytes).flatMap(order.take)) {
        if (event.event === "done") {
          if (!order.waiting) {
            yield "ended";
          }
          return;
        }
        for (const update of understood(event, progress, redactor)) {
          if (config.onDrift && config.validation !== "off") {
            await inspected(update, config);
          }
          yield update;
        }
      }
      connection.retry = decoder.retry ?? connection.retry;
      if (!order.waiting) {
        clearTimeout(patience);
        patience = undefined;
      }
      patience ??= order.waiting
        ? setTimeout(() => {
            inVain = true;
            exchange.dispose();
          }, OVERTAKEN_TIME)
        : undefined;
    }
  } catch (error) {
    if (!inVain) {
      throw error;
    }
  } finally {
    clearTimeout(patience);
    order.restart(inVain);
    exchange.dispose();
  }
}

function understood(
  { event, data }: ServerEvent,
  progress: ReturnType<typeof createJobProgress>,
  redactor: Redactor,
): JobUpdate[] {
  const value = parsedJSON(data);
  if (event === "status") {
    const job = fineTuningJobSchema.safeParse(value);
    if (job.success) {
      return progress.onJob(job.data);
    }
  } else {
    const item = fineTuningJobEventSchema.safeParse(value);
    if (item.success) {
      return progress.onEvent(item.data);
    }
    if (event !== undefined && event !== "message" && event !== "metrics") {
      // A kind of event that a newer server has; this client has no word for it.
      return [];
    }
  }
  throw new FermionError(
    `The job's stream has an event that can't be understood: ${redactor.text(data).slice(0, 200)}`,
  );
}

/** Whoever listens hears of what is new in a stream as in the answers that say the same. */
async function inspected(update: JobUpdate, config: JobApi["config"]): Promise<void> {
  const { reportDrift } = await import("./drift.ts");
  const path = "/fine_tuning/jobs/{id}/events";
  const [schema, value] =
    update.type === "status" ? [fineTuningJobSchema, update.job] : [fineTuningJobEventSchema, update.event];
  reportDrift({ method: "GET", path }, schema, value, config);
}

const rules: OptionRules<FollowOptions> = {
  signal: abortSignal,
  after: {
    expected: 'the id of an event, such as "ftevent-…"',
    accepts: (value) => typeof value === "string" && value !== "",
  },
  pollInterval: milliseconds,
  giveUpAfter: {
    expected: "a number of milliseconds from 0, or Infinity",
    accepts: (value) => typeof value === "number" && value >= 0,
  },
};

function checkedOptions(options: FollowOptions) {
  checkOptions(options, rules, "the options of following a job");
  const { signal, after, pollInterval, giveUpAfter } = options;
  return {
    signal,
    after: after ?? undefined,
    pollInterval: pollInterval ?? 2_000,
    giveUpAfter: giveUpAfter ?? 600_000,
  };
}
