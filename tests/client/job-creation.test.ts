import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import {
  ConfigurationError,
  FermionError,
  InternalServerError,
  InvalidParameterError,
  JobCreationUncertainError,
  RateLimitError,
  UnexpectedResponseError,
} from "../../src/index.ts";
import { type JobServerOptions, jobServer, type ListFault, type PostFault } from "./job-server.ts";
import { job } from "./samples.ts";
import { json, rejection, wireServer } from "./wire-server.ts";

// The client waits for lists that lag before it says that a job isn't there.
vi.setConfig({ testTimeout: 30_000 });

const MARKER = "fermion_idempotency_key";
const params = { model: "photon-nano", training_file: "file-1" };
const sixteen = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`k${i}`, "v"]));

describe.concurrent("a server that makes a job of every POST makes one", () => {
  test.each<[string, readonly PostFault[], number]>([
    ["the connection breaks before the job is made", ["reset-before"], 2],
    ["the connection breaks after it", ["reset-after"], 1],
    ["it fails before it", ["500-before"], 2],
    ["it fails after it", ["500-after"], 1],
    ["it fails before it, and then after it", ["500-before", "500-after"], 2],
    ["a gateway gives up after it", ["504-after"], 1],
    ["it answers too late", ["timeout-after"], 1],
    ["a proxy answers with a page in its place", ["html-after"], 1],
    ["it is busy, which needs no look", ["429", "429"], 3],
  ])("when %s", async (_, posts, expected) => {
    await using server = await jobServer({ posts });
    const client = server.client({ timeout: 1_500 });
    const made = await client.fineTuning.jobs.create({ ...params, metadata: { team: "claims" } });
    expect(server.jobs.map(({ id }) => id)).toEqual([made.id]);
    expect(server.posts()).toBe(expected);
    expect(made.metadata).toEqual({ team: "claims", [MARKER]: expect.stringMatching(/^fermion-/) });
    if (posts[0] === "429") {
      expect(server.lists()).toEqual([]);
    }
  });

  test.each<JobServerOptions>([
    { filter: "supported" },
    { filter: "ignored" },
    { filter: "refused" },
    { lag: 1_500 },
    { lag: 1_500, filter: "ignored", skew: -86_400 },
    { filter: "refused", skew: 86_400 },
    { filter: "ignored", withoutDate: true },
    { lists: ["reset", "500"], filter: "ignored" },
    { earlier: Array.from({ length: 250 }, (_, i) => ({ ...job, id: `old-${i}` })), filter: "ignored" },
  ])("and it is found again where %j", async (how) => {
    await using server = await jobServer({ posts: ["reset-after"], ...how });
    const { data, response } = await server.client().fineTuning.jobs.create(params).withResponse();
    expect(data.id).toBe(server.jobs.at(-1)?.id);
    expect(response.status).toBe(200);
    expect([server.posts(), server.jobs.length - (how.earlier?.length ?? 0)]).toEqual([1, 1]);
  });

  test("and reads no further back than the job can be", async () => {
    const earlier = Array.from({ length: 900 }, (_, i) => ({ ...job, id: `old-${i}` }));
    await using server = await jobServer({ posts: ["500-before"], filter: "ignored", earlier });
    await server.client().fineTuning.jobs.create(params);
    expect(server.jobs).toHaveLength(901);
    // Three looks at the first page each, of which the last job is old.
    expect(server.lists().every((url) => !url.includes("after="))).toBe(true);
  });
});

describe.concurrent("what can't be told is a typed error, and nothing is sent again", () => {
  const sixHundredNew = Array.from({ length: 600 }, (_, i) => ({
    ...job,
    id: `busy-${i}`,
    created_at: Math.floor(Date.now() / 1_000),
    metadata: { by: "others" },
  }));
  test.each<[string, JobServerOptions, string]>([
    ["the list can't be had", { posts: ["reset-after"], lists: ["403"] }, "couldn't be looked through"],
    ["the list fails again and again", { posts: ["500-after"], lists: ["500", "reset", "500"] }, "no list"],
    ["the platform may still be at work", { posts: ["timeout-before"] }, "may still be at work"],
    ["a gateway gave up", { posts: ["504-before"] }, "may still be at work"],
    ["the marker was dropped", { posts: ["reset-after"], dropsMetadata: true, filter: "ignored" }, "ftjob-1"],
    [
      "the list is too long",
      { posts: ["reset-before"], filter: "ignored", earlier: sixHundredNew },
      "more jobs as new as this one",
    ],
  ])("where %s", async (_, how, message) => {
    await using server = await jobServer(how);
    const error = await rejection(server.client({ timeout: 1_500 }).fineTuning.jobs.create(params));
    expect(error).toBeInstanceOf(JobCreationUncertainError);
    expect(error).toMatchObject({
      idempotencyKey: server.requests[0]?.headers["idempotency-key"],
      isRetryable: false,
      cause: expect.any(FermionError),
    });
    expect(String(error)).toContain(message);
    expect(server.posts()).toBe(1);
  });

  test("where nothing is left to try; a refusal without a job stays what it is", async () => {
    await using failing = await jobServer({ posts: ["500-before"] });
    const client = failing.client({ maxRetries: 0 });
    const error = await rejection(client.fineTuning.jobs.create(params));
    expect(error).toBeInstanceOf(JobCreationUncertainError);
    expect(error).toMatchObject({ cause: expect.any(InternalServerError), candidates: [] });
    expect([failing.posts(), failing.lists().length > 0]).toEqual([1, true]);
    await using busy = await jobServer({ posts: ["429"] });
    expect(await rejection(busy.client({ maxRetries: 0 }).fineTuning.jobs.create(params))).toBeInstanceOf(
      RateLimitError,
    );
    expect(busy.lists()).toEqual([]);
  });

  test("without retries a job that was made is found nevertheless", async () => {
    await using server = await jobServer({ posts: ["reset-after"] });
    expect((await server.client({ maxRetries: 0 }).fineTuning.jobs.create(params)).id).toBe("ftjob-1");
  });

  test.each([
    ["with 16 pairs of the caller's own", { ...params, metadata: sixteen }, {}],
    ["with `marker: false`", params, { marker: false }],
  ])("%s there is no marker, and no repetition either", async (_, body, options) => {
    await using server = await jobServer({ posts: ["500-after"] });
    const error = await rejection(server.client().fineTuning.jobs.create(body, options));
    expect(error).toBeInstanceOf(JobCreationUncertainError);
    expect(error).toMatchObject({ candidates: ["ftjob-1"] });
    expect(String(error)).toContain("It may be ftjob-1");
    expect(server.posts()).toBe(1);
    expect(server.requests[0]?.body).not.toContain(MARKER);
  });

  test.each(["500-after", "500-before", "timeout-after"] as const)(
    "unless the platform says that it honours keys: then %s is repeated with the same one",
    async (fault) => {
      await using server = await jobServer({ posts: [fault], honoursKeys: true });
      const made = await server
        .client({ timeout: 400 })
        .fineTuning.jobs.create({ ...params, metadata: sixteen });
      expect([made.id, server.jobs.length, server.posts()]).toEqual(["ftjob-1", 1, 2]);
    },
  );

  test("a website is called one", async () => {
    await using server = await wireServer((response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<html>");
    });
    expect(await rejection(server.client().fineTuning.jobs.create(params))).toBeInstanceOf(
      UnexpectedResponseError,
    );
  });

  test("nothing is looked for when nothing listens", async () => {
    const server = await wireServer((response) => json(response, 200, job));
    await server[Symbol.asyncDispose]();
    const error = await rejection(server.client({ maxRetries: 1 }).fineTuning.jobs.create(params));
    expect(error).toMatchObject({ name: "APIConnectionError", code: "ECONNREFUSED" });
  });
});

describe("a key of the caller's own", () => {
  const options = { idempotencyKey: "order-66" };

  test.each(["supported", "ignored", "refused"] as const)(
    "finds the job of a process that crashed, where the filter is %s",
    async (filter) => {
      await using server = await jobServer({ filter });
      const first = await server.client().fineTuning.jobs.create(params, options);
      const again = await server.client().fineTuning.jobs.create(params, options);
      expect([again.id, server.jobs.length]).toEqual([first.id, 1]);
      // In the header too, which the client lets a caller set.
      const headers = { "Idempotency-Key": "order-66" };
      expect((await server.client().fineTuning.jobs.create(params, { headers })).id).toBe(first.id);
      expect(server.posts()).toBe(1);
    },
  );

  test("isn't looked for where the list can't be had", async () => {
    await using server = await jobServer({ lists: ["403"] });
    expect((await server.client().fineTuning.jobs.create(params, options)).id).toBe("ftjob-1");
  });

  test.each([
    [{ training_file: "file-2" }, "training_file"],
    [{ metadata: { team: "sales" } }, "metadata.team"],
  ])("can't be used for another job: %j", async (other, name) => {
    await using server = await jobServer();
    const { jobs } = server.client().fineTuning;
    await jobs.create({ ...params, metadata: { team: "claims" } }, options);
    const error = await rejection(
      jobs.create({ ...params, metadata: { team: "claims" }, ...other }, options),
    );
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(String(error)).toContain(`ftjob-1 has another ${name}`);
    expect(server.posts()).toBe(1);
  });

  test("is left to a platform that still knows it, and kept by the marker when it doesn't", async () => {
    const { jobs: made, ...server } = await jobServer({ honoursKeys: true });
    await using _ = server;
    const { jobs } = server.client().fineTuning;
    await jobs.create(params, options);
    await jobs.create(params, options);
    expect(server.posts()).toBe(2);
    const [first] = made;
    if (first) first.created_at -= 86_400;
    await jobs.create(params, options);
    expect([server.posts(), made.length]).toEqual([2, 1]);
  });

  test.each(["", "é", "x".repeat(256)])("that no header can carry is refused: %j", async (idempotencyKey) => {
    await using server = await jobServer();
    const error = await rejection(server.client().fineTuning.jobs.create(params, { idempotencyKey }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(server.requests).toEqual([]);
  });
});

test("metadata copied from another job brings no marker along", async () => {
  await using server = await jobServer();
  const { jobs } = server.client().fineTuning;
  const first = await jobs.create(params);
  const second = await jobs.create({ ...params, metadata: { ...first.metadata } });
  const third = await jobs.create({ ...params, metadata: { ...first.metadata } }, { marker: false });
  expect(second.metadata?.[MARKER]).not.toBe(first.metadata?.[MARKER]);
  expect(third.metadata).toEqual({});
  const [extra] = [await jobs.create(params, { extraBody: { metadata: { a: "b" }, priority: 1 } })];
  expect(extra.metadata).toEqual({ a: "b", [MARKER]: expect.any(String) });
  expect(JSON.parse(server.requests.at(-1)?.body ?? "")).toMatchObject({ priority: 1 });
});

test.each([
  [{ hyperparameters: { n_epochs: 51 } }, "hyperparameters.n_epochs", "must be at most 50"],
  [{ suffix: "x".repeat(65) }, "suffix", "must have at most 64 characters"],
  [{ metadata: { ...sixteen, more: "v" } }, "metadata", "up to 16"],
  [{ metadata: { k: "x".repeat(513) } }, "metadata.k", "must have at most 512 characters"],
  [{ training_file: { id: "file-1" } }, "training_file", "must be a string, not an object"],
  [{ training_file: undefined }, "training_file", "is missing"],
  [{ seed: 1.5 }, "seed", "must be a whole number"],
  [{ priority: 1 }, "priority", "there is no parameter of this name. What a platform takes beyond"],
])("a parameter that can't be is refused before anything is sent: %j", async (wrong, param, message) => {
  await using server = await jobServer();
  const { jobs } = server.client().fineTuning;
  // Without the types, anything gets here.
  const body: typeof params = Object.assign({ ...params }, wrong);
  const error = await rejection(jobs.create(body));
  expect(error).toBeInstanceOf(InvalidParameterError);
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(error).toMatchObject({ param, name: "InvalidParameterError" });
  expect(String(error)).toContain(message);
  expect(server.requests).toEqual([]);
});

test("whatever happens to requests and looks: never two jobs, and the job or a typed error", async () => {
  const faults = fc.record({
    posts: fc.array(
      fc.constantFrom<PostFault>(
        ...(["ok", "reset-before", "reset-after", "500-before", "500-after", "504-before"] as const),
        ...(["504-after", "timeout-before", "timeout-after", "html-after", "429"] as const),
      ),
      { maxLength: 4 },
    ),
    lists: fc.array(fc.constantFrom<ListFault>("ok", "ok", "reset", "500", "403"), { maxLength: 8 }),
    lag: fc.constantFrom(0, 0, 600, 2_000),
    filter: fc.constantFrom("supported" as const, "ignored" as const, "refused" as const),
    dropsMetadata: fc.boolean(),
    honoursKeys: fc.boolean(),
    skew: fc.constantFrom(0, -90_000, 90_000),
    own: fc.boolean(),
  });
  const outcomes = { job: 0, error: 0 };
  const run = async ({ own, ...how }: typeof faults extends fc.Arbitrary<infer Run> ? Run : never) => {
    await using server = await jobServer(how);
    const create = server
      .client({ timeout: 1_500, maxRetryDelay: 3_000 })
      .fineTuning.jobs.create(params, own ? { idempotencyKey: "mine" } : {});
    const result = await create.catch((error: unknown) => error);
    const story = JSON.stringify({ ...how, own, result });
    expect(server.jobs.length, story).toBeLessThanOrEqual(1);
    if (result instanceof Error) {
      expect(result, story).toBeInstanceOf(FermionError);
      outcomes.error++;
    } else {
      expect(server.jobs, story).toMatchObject([{ id: Object(result).id }]);
      outcomes.job++;
    }
  };
  // All at once: almost all of their time is waiting.
  await Promise.all(fc.sample(faults, { numRuns: 150, seed: 20_261 }).map(run));
  expect(outcomes.job).toBeGreaterThan(20);
  expect(outcomes.error).toBeGreaterThan(20);
});
