import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { NotFoundError } from "../../src/client/api-errors.ts";
import { APIUserAbortError, UnexpectedResponseError } from "../../src/client/errors.ts";
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
      "metrics 4",
      "paused",
      "compressing",
      "event 5",
      "succeeded",
    ]);
    expect(updates[4]).toMatchObject({
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
        await new Promise((resolve) => setTimeout(resolve, 300));
        cut(response);
      } else {
        response.end(status("succeeded", succeeded) + done);
      }
    });
    const updates = server.client().fineTuning.jobs.follow("ftjob-1", { giveUpAfter: 200 });
    expect(await collect(updates)).toEqual(["queued", "succeeded"]);
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
    const error = await rejection(jobs.wait("ftjob-1", { timeout: 800 }));
    expect(error).toBeInstanceOf(FineTuningJobTimeoutError);
    expect(error).toMatchObject({ timeout: 800, job: { status: "running" } });
    const signal = AbortSignal.timeout(50);
    expect(await rejection(jobs.wait("ftjob-1", { signal, timeout: 5_000 }))).toBeInstanceOf(
      APIUserAbortError,
    );
  });
});
