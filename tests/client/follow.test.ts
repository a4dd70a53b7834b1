import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { NotFoundError } from "../../src/client/api-errors.ts";
import type { Drift } from "../../src/client/drift.ts";
import { APIUserAbortError, ConfigurationError, UnexpectedResponseError } from "../../src/client/errors.ts";
import {
  FineTuningJobCancelledError,
  FineTuningJobError,
  FineTuningJobFailedError,
  FineTuningJobTimeoutError,
} from "../../src/client/job-errors.ts";
import type { JobUpdate } from "../../src/client/job-progress.ts";
import { cut, event, job } from "./samples.ts";
import { apiError, eventStream, json, rejection, type Script, sse, wireServer } from "./wire-server.ts";

const status = (name: string, fields = {}) => sse({ ...job, status: name, ...fields }, { event: "status" });
const numbered = (n: number, data?: Record<string, unknown>) => sse(event(n, data), { id: String(n) });
const done = sse("{}", { event: "done" });
const succeeded = { fine_tuned_model: "ft:photon-nano:org:claims:1", finished_at: 1_700_000_099 };

/** What came, short: statuses and the names of events. */
function short(update: JobUpdate): string {
  return update.type === "status"
    ? update.job.status
    : update.event.id.replace("ftevent-", `${update.type} `);
}

async function collect(updates: AsyncIterable<JobUpdate>): Promise<string[]> {
  const all: string[] = [];
  for await (const update of updates) {
    all.push(short(update));
  }
  return all;
}

async function write(response: ServerResponse, ...texts: string[]): Promise<void> {
  await new Promise<void>((resolve) => response.write(texts.join(""), () => resolve()));
}

describe("over a stream of events", () => {
  test("statuses, messages and metrics come in order until the job has ended", async () => {
    await using server = await wireServer(async (response) => {
      eventStream(response);
      await write(
        response,
        status("validating_files"),
        numbered(1),
        status("running"),
        numbered(2, { step: 1, total_steps: 4, train_loss: 3 }),
        numbered(3),
        numbered(4, { step: 2, total_steps: 4, train_loss: 2, valid_loss: 2.5, mood: "fine" }),
        status("paused"),
        status("compressing"),
        sse({ some: "thing" }, { event: "weather" }),
        numbered(5),
        status("succeeded", succeeded),
      );
      response.end(done);
    });
    const updates: JobUpdate[] = [];
    for await (const update of server.client().fineTuning.jobs.follow("ftjob-1")) {
      updates.push(update);
    }
    expect(updates.map(short)).toEqual([
      "validating_files",
      "event 1",
      "running",
      "metrics 2",
      "event 3",
      "metrics 4",
      "paused",
      "compressing",
      "event 5",
      "succeeded",
    ]);
    expect(updates[5]).toMatchObject({
      metrics: { step: 2, total_steps: 4, train_loss: 2, valid_loss: 2.5, mood: "fine" },
      eta: 4,
    });
    expect(server.requests[0]?.url).toBe("/v1/fine_tuning/jobs/ftjob-1/events?stream=true");
  });

  test("it is taken up again behind the last event, nothing lost and nothing twice", async () => {
    await using server = await wireServer(async (response, _request, index) => {
      if (index === 2) {
        apiError(response, 503, { message: "restarting" }, { "retry-after-ms": "1" });
        return;
      }
      eventStream(response);
      if (index === 0) {
        await write(response, "retry: 5\n\n", status("running"), numbered(1), numbered(2));
        cut(response);
      } else if (index === 1) {
        // The connection breaks in the middle of an event.
        await write(response, status("running"), numbered(2), numbered(3), numbered(4).slice(0, 40));
        cut(response);
      } else {
        response.end(numbered(4) + status("succeeded", succeeded) + done);
      }
    });
    expect(await collect(server.client().fineTuning.jobs.follow("ftjob-1"))).toEqual([
      "running",
      "event 1",
      "event 2",
      "event 3",
      "event 4",
      "succeeded",
    ]);
    expect(server.requests.map(({ headers }) => headers["last-event-id"])).toEqual([
      undefined,
      "2",
      "3",
      "3",
    ]);
  });

  test("`after` goes on behind an event", async () => {
    await using server = await wireServer((response) => {
      eventStream(response);
      response.end(numbered(3) + status("succeeded", succeeded) + done);
    });
    await collect(server.client().fineTuning.jobs.follow("ftjob-1", { after: "ftevent-2" }));
    expect(server.requests[0]?.url).toContain("stream=true&after=ftevent-2");
  });

  test("an end without the job's last state is asked for", async () => {
    await using server = await wireServer((response, { url }) => {
      if (url.includes("events")) {
        eventStream(response);
        response.end(status("running") + done);
      } else {
        json(response, 200, { ...job, status: "succeeded", ...succeeded });
      }
    });
    expect(await collect(server.client().fineTuning.jobs.follow("ftjob-1"))).toEqual([
      "running",
      "succeeded",
    ]);
  });

  test("giving up counts from when the platform was lost, not from the last that was heard of the job", async () => {
    await using server = await wireServer(async (response, _request, index) => {
      eventStream(response);
      if (index === 0) {
        await write(response, "retry: 5\n\n", status("queued"));
        // A long time in the queue, longer than is tried again without a platform.
        await new Promise((resolve) => setTimeout(resolve, 1_800));
        cut(response);
      } else {
        response.end(status("succeeded", succeeded) + done);
      }
    });
    const updates = server.client().fineTuning.jobs.follow("ftjob-1", { giveUpAfter: 1_500 });
    expect(await collect(updates)).toEqual(["queued", "succeeded"]);
  });

  test("a server that wants to be left alone for days is asked again after `maxRetryDelay`", async () => {
    await using server = await wireServer(async (response, _request, index) => {
      eventStream(response);
      if (index === 0) {
        await write(response, `retry: ${"9".repeat(400)}\n\n`, status("running"));
        cut(response);
      } else {
        response.end(status("succeeded", succeeded) + done);
      }
    });
    const updates = server.client({ maxRetryDelay: 5 }).fineTuning.jobs.follow("ftjob-1");
    expect(await collect(updates)).toEqual(["running", "succeeded"]);
  });

  test("what the contract doesn't know is passed on, and reported once", async () => {
    await using server = await wireServer((response) => {
      eventStream(response);
      const moody = { ...event(1), mood: "fine" };
      response.end(
        status("compressing") + sse(moody, { id: "1" }) + numbered(2) + status("succeeded", succeeded) + done,
      );
    });
    const drifts: Drift[] = [];
    const client = server.client({ onDrift: (drift) => drifts.push(drift) });
    await collect(client.fineTuning.jobs.follow("ftjob-1"));
    expect(drifts.map(({ operation, path, got }) => `${operation} ${path} ${got}`)).toEqual([
      'GET /fine_tuning/jobs/{id}/events status "compressing"',
      "GET /fine_tuning/jobs/{id}/events mood string",
    ]);
  });

  test("streams that bring nothing again and again don't hide that the job has ended", async () => {
    await using server = await wireServer((response, { url }) => {
      if (url.includes("stream=true")) {
        eventStream(response);
        response.end("retry: 5\n\n");
      } else if (url.includes("/events")) {
        json(response, 200, { object: "list", data: [event(1)], has_more: false });
      } else {
        json(response, 200, { ...job, status: "succeeded", ...succeeded });
      }
    });
    expect(await collect(server.client().fineTuning.jobs.follow("ftjob-1"))).toEqual([
      "event 1",
      "succeeded",
    ]);
  });

  test("an end that was known when the platform went away is completed from the lists once it is back", async () => {
    await using server = await wireServer(async (response, { url }, index) => {
      if (index === 0) {
        eventStream(response);
        await write(response, numbered(1), status("succeeded", succeeded));
        cut(response);
      } else if (index < 2) {
        cut(response);
      } else if (url.includes("/events")) {
        json(response, 200, { object: "list", data: [event(2), event(1)], has_more: false });
      } else {
        json(response, 200, { ...job, status: "succeeded", ...succeeded });
      }
    });
    expect(await collect(server.client({ maxRetries: 0 }).fineTuning.jobs.follow("ftjob-1"))).toEqual([
      "event 1",
      "succeeded",
      "event 2",
    ]);
  });

  test("leaving the loop, or the signal, closes the connection", async () => {
    let open = 0;
    await using server = await wireServer(async (response) => {
      open++;
      response.on("close", () => open--);
      eventStream(response);
      await write(response, status("running"));
    });
    const { jobs } = server.client().fineTuning;
    for await (const _ of jobs.follow("ftjob-1")) {
      break;
    }
    const controller = new AbortController();
    const error = await rejection(
      (async () => {
        for await (const _ of jobs.follow("ftjob-1", { signal: controller.signal })) {
          setTimeout(() => controller.abort(), 20);
        }
      })(),
    );
    expect(error).toBeInstanceOf(APIUserAbortError);
    await expect.poll(() => open).toBe(0);
  });
});

describe("what a connection mixes up", () => {
  const placed = (name: string, place: number, fields = {}) =>
    sse({ ...job, status: name, ...fields }, { event: "status", id: String(place) });
  const end = (place: number) => sse("{}", { event: "done", id: String(place) });

  test("is put in order: doubled, overtaken, and an end before the last event", async () => {
    await using server = await wireServer((response) => {
      eventStream(response);
      const middle = [numbered(3), numbered(2), placed("running", 2), numbered(2), placed("queued", 1)];
      const last = [placed("succeeded", 5, succeeded), end(5), numbered(5), numbered(4)];
      response.end([placed("queued", 0), numbered(1), ...middle, ...last].join(""));
    });
    expect(await collect(server.client().fineTuning.jobs.follow("ftjob-1"))).toEqual([
      "queued",
      ...["event 1", "event 2", "event 3", "running", "event 4", "event 5"],
      "succeeded",
    ]);
    expect(server.requests).toHaveLength(1);
  });

  test("an event that doesn't come is asked for behind the last that has all before it", async () => {
    await using server = await wireServer(async (response, _request, index) => {
      eventStream(response);
      if (index === 0) {
        // The line stays open, and event 2 never comes.
        await write(response, "retry: 1\n\n", placed("running", 0), numbered(1), numbered(3));
      } else {
        response.end(numbered(2) + numbered(3) + placed("succeeded", 3, succeeded) + end(3));
      }
    });
    expect(await collect(server.client().fineTuning.jobs.follow("ftjob-1"))).toEqual([
      ...["running", "event 1", "event 2", "event 3", "succeeded"],
    ]);
    expect(server.requests.map(({ headers }) => headers["last-event-id"])).toEqual([undefined, "1"]);
  });

  test("numbers that have gaps of their own are believed in the end", async () => {
    await using server = await wireServer(async (response, { headers }) => {
      eventStream(response);
      const all = [1, 10, 20]
        .filter((n) => n > Number(headers["last-event-id"] ?? 0))
        .map((n) => numbered(n));
      await write(response, "retry: 1\n\n", placed("running", 0), ...all);
      await write(response, placed("succeeded", 20, succeeded), end(20));
    });
    expect(await collect(server.client().fineTuning.jobs.follow("ftjob-1"))).toEqual([
      ...["running", "event 1", "event 10", "event 20", "succeeded"],
    ]);
  });
});

describe("where the server has no such stream", () => {
  /** A job as another server has it: lists in pages, the newest first, and a state that goes on with each look. */
  function listing(states: readonly { status: string; events: number }[], refusal?: number): Script {
    let looks = 0;
    return (response, { url }) => {
      const now = states[Math.max(0, Math.min(looks - 1, states.length - 1))] ?? {
        status: "queued",
        events: 0,
      };
      if (!url.includes("/events")) {
        looks++;
        const state = states[Math.min(looks - 1, states.length - 1)];
        const ended = state?.status === "succeeded" ? succeeded : {};
        json(response, 200, { ...job, status: state?.status, ...ended });
        return;
      }
      const query = new URL(url, "http://x").searchParams;
      if (query.has("stream") && refusal) {
        apiError(response, refusal, { message: "unknown parameter: stream" });
        return;
      }
      const newest = Array.from({ length: now.events }, (_, i) => event(now.events - i));
      const after = query.get("after");
      const start = after ? newest.findIndex(({ id }) => id === after) + 1 : 0;
      json(response, 200, {
        object: "list",
        data: newest.slice(start, start + 2),
        has_more: start + 2 < newest.length,
      });
    };
  }

  const states = [
    { status: "queued", events: 1 },
    { status: "running", events: 1 },
    { status: "running", events: 6 },
    { status: "running", events: 6 },
    { status: "succeeded", events: 9 },
  ];

  test.each([
    ["answers with a list", undefined],
    ["refuses the parameter", 400],
    ["doesn't know the route", 404],
  ])("and %s, its lists are asked: each event once, in order, the end last", async (_, refusal) => {
    await using server = await wireServer(listing(states, refusal));
    const updates = await collect(server.client().fineTuning.jobs.follow("ftjob-1", { pollInterval: 5 }));
    expect(updates).toEqual([
      "queued",
      "event 1",
      "running",
      ...[2, 3, 4, 5, 6, 7, 8, 9].map((n) => `event ${n}`),
      "succeeded",
    ]);
  });

  test("the answer that was no stream isn't held open while the lists are asked", async () => {
    let closed = false;
    const list = listing([
      { status: "running", events: 1 },
      { status: "running", events: 1 },
      { status: "succeeded", events: 1 },
    ]);
    await using server = await wireServer((response, request, index) => {
      if (index === 0) {
        response.on("close", () => {
          closed = true;
        });
        response.writeHead(200, { "content-type": "application/json" });
        response.write("{");
        return;
      }
      return list(response, request, index);
    });
    const closedAt: boolean[] = [];
    for await (const _ of server.client().fineTuning.jobs.follow("ftjob-1", { pollInterval: 50 })) {
      closedAt.push(closed);
    }
    expect(closedAt.at(-1)).toBe(true);
  });

  test("`after` is behind an event there too", async () => {
    await using server = await wireServer(listing([{ status: "succeeded", events: 5 }]));
    const updates = await collect(
      server.client().fineTuning.jobs.follow("ftjob-1", { pollInterval: 5, after: "ftevent-3" }),
    );
    expect(updates).toEqual(["event 4", "event 5", "succeeded"]);
  });
});

describe("while the lists are asked", () => {
  /** A server without streams: `rounds` says what each look at the job and its events gives, the last for ever. */
  const rounds =
    (...given: ((response: ServerResponse, what: "job" | "events", url: string) => void)[]): Script =>
    (response, { url }) => {
      if (url.includes("stream=true")) {
        apiError(response, 400, { message: "unknown parameter: stream" });
        return;
      }
      const what = url.includes("/events") ? "events" : "job";
      given[Math.min(looks, given.length - 1)]?.(response, what, url);
      // A round is a look at the job and then one at its events.
      looks += what === "events" ? 1 : 0;
    };
  let looks = 0;
  const state =
    (name: string, ...events: number[]) =>
    (response: ServerResponse, what: "job" | "events") =>
      json(
        response,
        200,
        what === "job"
          ? { ...job, status: name, ...(name === "succeeded" ? succeeded : {}) }
          : { object: "list", data: events.map((n) => event(n)), has_more: false },
      );
  const follow = async (...given: Parameters<typeof rounds>) => {
    looks = 0;
    await using server = await wireServer(rounds(...given));
    return await collect(server.client().fineTuning.jobs.follow("ftjob-1", { pollInterval: 5 }));
  };

  test("an event that the list shows late, and out of its place, isn't lost", async () => {
    expect(await follow(state("running", 1), state("running", 3, 1), state("succeeded", 4, 3, 2, 1))).toEqual(
      ["running", ...["event 1", "event 3", "event 2", "event 4"], "succeeded"],
    );
  });

  test("a page that a proxy shows for a while is passed over; a lasting one is an error", async () => {
    let pages = 0;
    const html = (response: ServerResponse) => {
      pages++;
      // Each page is a look of its own.
      looks += pages < 3 ? 0 : 1;
      response.writeHead(200, { "content-type": "text/html" }).end("<html>Back soon</html>");
    };
    expect(await follow(state("running", 1), html, state("succeeded", 2, 1))).toEqual([
      ...["running", "event 1", "event 2", "succeeded"],
    ]);
    expect(pages).toBe(3);
    await using website = await wireServer((response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<html>");
    });
    const error = await rejection(collect(website.client().fineTuning.jobs.follow("ftjob-1")));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
  });

  test("a job that is deleted meanwhile is a NotFoundError, behind all that came before", async () => {
    const came: string[] = [];
    const gone = (response: ServerResponse) => apiError(response, 404, { message: "No such job." });
    looks = 0;
    await using server = await wireServer(rounds(state("running", 1), gone));
    const error = await rejection(
      (async () => {
        for await (const update of server.client().fineTuning.jobs.follow("ftjob-1", { pollInterval: 5 })) {
          came.push(short(update));
        }
      })(),
    );
    expect(error).toBeInstanceOf(NotFoundError);
    expect(came).toEqual(["running", "event 1"]);
  });

  test("a server that doesn't know `after` is no trouble until a whole page is new, and then an error", async () => {
    const all = (count: number) => (response: ServerResponse, what: "job" | "events") =>
      json(
        response,
        200,
        what === "job"
          ? { ...job, status: count > 4 ? "succeeded" : "running", ...(count > 4 ? succeeded : {}) }
          : { object: "list", data: [0, 1, 2].map((n) => event(count - n)), has_more: count > 3 },
      );
    expect(await follow(all(3), all(4), all(5))).toEqual([
      ...["running", "event 1", "event 2", "event 3", "event 4", "event 5", "succeeded"],
    ]);
    const error = await rejection(follow(all(3), all(9)));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(String(error)).toContain("doesn't seem to know the parameter `after`");
  });

  test("a job that has ended long ago comes whole, over several pages", async () => {
    await using server = await wireServer((response, { url }) => {
      const query = new URL(url, "http://x").searchParams;
      if (query.has("stream")) {
        json(response, 200, { object: "list", data: [], has_more: false });
      } else if (!url.includes("/events")) {
        json(response, 200, { ...job, status: "succeeded", ...succeeded });
      } else {
        const newest = Array.from({ length: 250 }, (_, i) => event(250 - i));
        const start = newest.findIndex(({ id }) => id === query.get("after")) + 1;
        json(response, 200, {
          ...{ object: "list", data: newest.slice(start, start + Number(query.get("limit"))) },
          has_more: start + 100 < 250,
        });
      }
    });
    const updates = await collect(server.client().fineTuning.jobs.follow("ftjob-1"));
    expect(updates).toEqual([...Array.from({ length: 250 }, (_, i) => `event ${i + 1}`), "succeeded"]);
  });
});

test.each([
  [{ pollInterval: 0 }, "pollInterval must be a number of milliseconds above 0, up to 2³¹−1, not 0"],
  [{ pollInterval: Number.NaN }, "pollInterval must be"],
  [{ giveUpAfter: -1 }, "giveUpAfter must be a number of milliseconds from 0, or Infinity, not -1"],
  [{ after: "" }, 'after must be the id of an event, such as "ftevent-…", not an empty string'],
  [{ timeout: 1_000, maxRetries: 1 }, 'There is no option "maxRetries" in the options of following a job.'],
  [{ timeout: 0 }, "timeout must be a number of milliseconds above 0"],
  [{ timeout: Number.POSITIVE_INFINITY }, "timeout must be"],
])("%j is refused before anything is sent", async (options, message) => {
  await using server = await wireServer((response) => json(response, 200, job));
  const error = await rejection(server.client().fineTuning.jobs.wait("ftjob-1", options));
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(String(error)).toContain(message);
  expect(server.requests).toEqual([]);
});

test("following leaves nothing on the caller's signal, however often it reconnects, and however it ends", async () => {
  let connections = 0;
  await using server = await wireServer(async (response) => {
    eventStream(response);
    await write(response, "retry: 1\n\n", status("running"), numbered(++connections));
    cut(response);
  });
  const { signal } = new AbortController();
  const listeners = new Set<unknown>();
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners.add(args[1]);
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners.delete(args[1]);
    removeEventListener.apply(signal, args);
  };
  for await (const update of server.client().fineTuning.jobs.follow("ftjob-1", { signal })) {
    if (short(update) === "event 5") {
      break;
    }
  }
  expect(listeners.size).toBe(0);
});

test("times of a clock that is wrong, or goes back, make no estimate that can't be", async () => {
  await using server = await wireServer((response) => {
    const at = (n: number, created_at: number) =>
      sse({ ...event(n, { step: n, total_steps: 10 }), created_at }, { id: String(n) });
    eventStream(response);
    const steps = [at(1, 4_000_000_000), at(2, 4_000_000_004), at(3, 3_999_999_000), at(4, 4_000_000_012)];
    response.end(status("running") + steps.join("") + status("succeeded", succeeded) + done);
  });
  const estimates: (number | undefined)[] = [];
  for await (const update of server.client().fineTuning.jobs.follow("ftjob-1")) {
    if (update.type === "metrics") {
      estimates.push(update.eta);
    }
  }
  expect(estimates).toEqual([undefined, 32, undefined, 24]);
});

test("a job that doesn't exist is a NotFoundError", async () => {
  await using server = await wireServer((response) => apiError(response, 404, { message: "No such job." }));
  expect(await rejection(collect(server.client().fineTuning.jobs.follow("nope")))).toBeInstanceOf(
    NotFoundError,
  );
});

describe("wait", () => {
  const ending =
    (...frames: string[]): Script =>
    (response) => {
      eventStream(response);
      response.end(frames.join("") + done);
    };

  test("resolves to the job that succeeded, and tells of what happens", async () => {
    await using server = await wireServer(
      ending(status("running"), numbered(1), status("succeeded", succeeded)),
    );
    const told: string[] = [];
    const ended = await server.client().fineTuning.jobs.wait("ftjob-1", {
      onProgress: (update) => told.push(short(update)),
    });
    expect(ended.fine_tuned_model).toBe(succeeded.fine_tuned_model);
    expect(told).toEqual(["running", "event 1", "succeeded"]);
  });

  test.each([{}, { fine_tuned_model: null }, { fine_tuned_model: "" }])(
    "throws for a job that succeeded without a model: %j",
    async (fields) => {
      await using server = await wireServer(ending(status("succeeded", { finished_at: 5, ...fields })));
      const error = await rejection(server.client().fineTuning.jobs.wait("ftjob-1"));
      expect(error).toBeInstanceOf(UnexpectedResponseError);
      expect(error).toMatchObject({ isRetryable: false, bodyStart: expect.stringContaining("ftjob-1") });
      expect(String(error)).toContain("names no model");
    },
  );

  test("throws the reason of a job that failed", async () => {
    const error = {
      code: "invalid_training_file",
      message: "Lines 3 and 7 are no JSON.",
      param: "training_file",
    };
    await using server = await wireServer(ending(status("failed", { error })));
    const thrown = await rejection(server.client().fineTuning.jobs.wait("ftjob-1"));
    expect(thrown).toBeInstanceOf(FineTuningJobFailedError);
    expect(thrown).toMatchObject({
      ...{ code: error.code, param: error.param, error },
      job: { status: "failed" },
    });
    expect(String(thrown)).toContain("Lines 3 and 7");
  });

  test("throws for a job that was cancelled, or ended in a way that isn't known here", async () => {
    await using cancelled = await wireServer(ending(status("cancelled")));
    expect(await rejection(cancelled.client().fineTuning.jobs.wait("ftjob-1"))).toBeInstanceOf(
      FineTuningJobCancelledError,
    );
    await using expired = await wireServer(ending(status("expired", { finished_at: 5, error: {} })));
    const error = await rejection(expired.client().fineTuning.jobs.wait("ftjob-1"));
    expect(error).toBeInstanceOf(FineTuningJobError);
    expect(String(error)).toContain("expired");
  });

  test("gives up after its timeout, with the job as it was last; a signal is another error", async () => {
    await using server = await wireServer(async (response) => {
      eventStream(response);
      await write(response, status("running"));
    });
    const { jobs } = server.client().fineTuning;
    const error = await rejection(jobs.wait("ftjob-1", { timeout: 1_500 }));
    expect(error).toBeInstanceOf(FineTuningJobTimeoutError);
    expect(error).toMatchObject({ timeout: 1_500, job: { status: "running" } });
    const signal = AbortSignal.timeout(50);
    expect(await rejection(jobs.wait("ftjob-1", { signal, timeout: 5_000 }))).toBeInstanceOf(
      APIUserAbortError,
    );
  });
});
