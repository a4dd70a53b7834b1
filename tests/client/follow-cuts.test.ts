import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { followJob } from "../../src/client/follow.ts";
import { Page } from "../../src/client/pagination.ts";
import type { JobApi } from "../../src/client/poll-job.ts";
import { createRedactor } from "../../src/client/redact.ts";
import type { OpenAnswer } from "../../src/client/requester.ts";
import { fineTuningJobEventSchema, fineTuningJobSchema } from "../../src/contract/fine-tuning.ts";
import { Fermion, type JobUpdate } from "../../src/index.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";
import { trainingFile } from "../platform/tiny-base.ts";
import { startTinyPlatform } from "../platform/tiny-platform.ts";
import { cut } from "./samples.ts";
import { eventStream, json, type Script, wireServer } from "./wire-server.ts";

/** What a connection may do to a stream that a real platform sent, and what has to come of it: the same, always. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const directory = temporaryDirectory();
afterAll(directory.remove);

/** The frames of a whole job, as the platform sent them. */
let frames: string[];
let expected: string[];

beforeAll(async () => {
  const platform = await startTinyPlatform(directory.path);
  try {
    const { baseURL, apiKey } = platform;
    const client = new Fermion({ baseURL, apiKey });
    const file = { content: trainingFile(10), name: "train.jsonl" };
    const { id: training_file } = await client.files.create({
      file: new File([file.content], file.name),
      purpose: "fine-tune",
    });
    const hyperparameters = { n_epochs: 1, batch_size: 4, max_steps: 3 };
    const { id } = await client.fineTuning.jobs.create(
      { model: "photon-nano", training_file, seed: 1, hyperparameters },
      { marker: false },
    );
    const response = await fetch(`${baseURL}/fine_tuning/jobs/${id}/events?stream=true`, {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    frames = (await response.text()).split(/(?<=\n\n)/);
  } finally {
    await platform.close();
  }
  expect(frames.length).toBeGreaterThan(10);
  await using server = await wireServer(replay(() => [(rest) => rest]));
  expected = await collect(server.client().fineTuning.jobs.follow("ftjob-1"));
  expect(new Set(expected).size).toBe(expected.length);
  expect(expected.at(-1)).toBe("succeeded");
});

const idOf = (frame: string) => Number(/^id: (\d+)$/m.exec(frame)?.[1]);
const isEvent = (frame: string) => !frame.includes("\nevent: ");

/** What the platform sends to who goes on behind a number: the job as it then was, and all that came later. */
function behind(number: number): string {
  const start = frames.findIndex((frame) => isEvent(frame) && idOf(frame) > number);
  const rest = frames.slice(start < 0 ? frames.findIndex((frame) => frame.includes("event: done")) : start);
  const status = frames.slice(0, frames.indexOf(rest[0] ?? "")).findLast((frame) => !isEvent(frame));
  return [...(status ? [status.replace(/^id: \d+/, `id: ${number}`)] : []), ...rest].join("");
}

const dataOf = (frame: string): unknown => JSON.parse(/^data: (.*)$/m.exec(frame)?.[1] ?? "");

/** The job as it was in the end, and the list of its events: what is asked for when only the word "done" was lost. */
const ended = () => fineTuningJobSchema.parse(dataOf(frames.at(-1) ?? ""));
const lists = () => ({
  data: frames
    .filter(isEvent)
    .map((frame) => fineTuningJobEventSchema.parse(dataOf(frame)))
    .reverse(),
  has_more: false,
});

/** A server that does to the n-th connection what the n-th function says: gives its bytes, whole or only in part. */
function replay(connections: () => readonly ((whole: string) => string)[]): Script {
  const ways = connections();
  let connection = 0;
  return async (response, { url, headers }) => {
    if (!url.includes("stream=true")) {
      json(response, 200, url.includes("/events") ? lists() : ended());
      return;
    }
    const whole = `retry: 1\n\n${behind(Number(headers["last-event-id"] ?? 0))}`;
    const sent = ways[connection++]?.(whole) ?? whole;
    eventStream(response);
    if (sent.length % 2 || sent.includes("event: done")) {
      // A proxy that ends the answer as if it had been whole.
      response.end(sent);
    } else {
      await new Promise<void>((resolve) => response.write(sent, () => resolve()));
      // What lies unread in a connection that breaks is lost, and then the place of the cut makes no difference.
      setTimeout(() => cut(response), 5);
    }
  };
}

async function collect(updates: AsyncIterable<JobUpdate>): Promise<string[]> {
  const all: string[] = [];
  for await (const update of updates) {
    all.push(update.type === "status" ? update.job.status : `${update.type} ${update.event.id}`);
  }
  return all;
}

/** Follows through connections that do this, and gives what came. */
async function followed(...connections: ((whole: string) => string)[]): Promise<string[]> {
  await using server = await wireServer(replay(() => connections));
  return await collect(server.client().fineTuning.jobs.follow("ftjob-1"));
}

/** A connection that ends behind these bytes, without a socket: thousands of them take a moment. */
function connection(text: string): OpenAnswer {
  const headers = new Headers({ "content-type": "text/event-stream" });
  async function* read() {
    yield new TextEncoder().encode(text);
  }
  const nothing = () => undefined;
  const response = { status: 200, headers, body: read() };
  const exchange = { response, read, touch: nothing, dispose: nothing, release: nothing };
  return {
    exchange,
    requestId: undefined,
    redactor: createRedactor([]),
    telemetry: undefined,
    url: "",
    attempts: 1,
  };
}

test("a cut at every single byte loses nothing and doubles nothing", async () => {
  const whole = `retry: 1\n\n${behind(0)}`;
  await Promise.all(
    Array.from({ length: whole.length }, async (_, at) => {
      let connections = 0;
      const last = new Page(lists(), { total: 0, load: () => expect.unreachable("There is one page.") });
      const api: JobApi = {
        config: { maxRetryDelay: 60_000, validation: "strict", onDrift: undefined, logger: console },
        retrieve: async () => ended(),
        listEvents: async () => last,
        openEvents: async (_id, { lastEventId = "0" }) =>
          connection(connections++ === 0 ? whole.slice(0, at) : behind(Number(lastEventId))),
      };
      expect(await collect(followJob(api, "ftjob-1", {})), `cut at byte ${at}`).toEqual(expected);
    }),
  );
});

test("nor do several cuts anywhere", async () => {
  const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 6 });
  await Promise.all(
    fc.sample(cuts, { numRuns: 60, seed: 5 }).map(async (places) => {
      // Some connections end inside of what was known already; not so many in a row that the lists would be asked.
      const parts = places.map(
        (place, i) => (whole: string) =>
          whole.slice(0, Math.floor(whole.length * (i % 3 === 2 ? Math.max(0.5, place) : place))),
      );
      expect(await followed(...parts), JSON.stringify(places)).toEqual(expected);
    }),
  );
});

test("nor do frames that are doubled and overtaken, however often", async () => {
  /** Frames change places with others near by, and some come twice. */
  const mixed = (seed: number) => (whole: string) => {
    const random = fc.sample(fc.nat({ max: 5 }), { numRuns: 200, seed });
    const all = whole.split(/(?<=\n\n)/);
    const moved = all.map((frame, i) => ({ frame, at: i + (random[i] ?? 0) })).sort((a, b) => a.at - b.at);
    const doubled = moved.flatMap(({ frame }, i) => (random[i + 100] === 0 ? [frame, frame] : [frame]));
    // The end is an end: what a connection brings behind it nobody hears.
    return doubled.join("");
  };
  await Promise.all(
    Array.from({ length: 60 }, async (_, seed) => {
      const got = await followed(...Array.from({ length: 12 }, (_, i) => mixed(seed * 100 + i)));
      const events = (all: string[]) => all.filter((update) => update.includes(" "));
      expect(events(got), `seed ${seed}`).toEqual(events(expected));
      const statuses = got.filter((update) => !update.includes(" "));
      expect(statuses.at(-1), `seed ${seed}`).toBe("succeeded");
      // One that was overtaken may be left out; none comes twice, and none after a later one.
      const order = expected.filter((update) => !update.includes(" "));
      expect(statuses, `seed ${seed}`).toEqual(order.filter((status) => statuses.includes(status)));
    }),
  );
});
