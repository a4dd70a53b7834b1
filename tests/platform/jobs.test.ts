import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { createTestPlatform, errorOf } from "./test-platform.ts";
import { trainingFile } from "./tiny-base.ts";

const job = z.looseObject({ id: z.string(), status: z.string(), seed: z.number() });
const page = z.looseObject({ data: z.array(z.looseObject({ id: z.string() })), has_more: z.boolean() });

let platform: Awaited<ReturnType<typeof createTestPlatform>>;
let file: string;
beforeAll(async () => {
  platform = await createTestPlatform();
});
afterAll(() => platform.close());
beforeEach(async () => {
  const response = await platform.upload(trainingFile(10));
  file = z.looseObject({ id: z.string() }).parse(await response.json()).id;
});

const create = (more: Record<string, unknown> = {}, headers = {}) =>
  platform.post("/v1/fine_tuning/jobs", { model: "photon-nano", training_file: file, ...more }, headers);
const created = async (...args: Parameters<typeof create>) => job.parse(await (await create(...args)).json());
const post = async (path: string) => job.parse(await (await platform.post(path)).json());
const list = async (query: string) =>
  page.parse(await (await platform.get(`/v1/fine_tuning/jobs${query}`)).json());

describe("a new job", () => {
  test("answers hyperparameters in both forms, and a seed of its own", async () => {
    const { lifecycle } = platform.platform;
    for (const more of [
      { hyperparameters: { n_epochs: 3 } },
      { method: { type: "supervised", supervised: { hyperparameters: { n_epochs: 3 } } } },
    ]) {
      const made = await created({ ...more, suffix: "claims", metadata: { team: "x" } });
      const hyperparameters = { n_epochs: 3, batch_size: "auto", learning_rate_multiplier: "auto" };
      expect(made).toMatchObject({
        status: "validating_files",
        hyperparameters,
        method: { type: "supervised", supervised: { hyperparameters } },
        metadata: { team: "x" },
        fine_tuned_model: null,
        error: null,
        result_files: [],
      });
      expect(made.seed).toBeGreaterThanOrEqual(0);
      lifecycle.validated(made.id, { rows: 10, tokens: 100, validationRows: 0 }, []);
      lifecycle.started(made.id, { epochs: 3, batchSize: 10, learningRateMultiplier: 1, learningRate: 1 });
      expect(await (await platform.get(`/v1/fine_tuning/jobs/${made.id}`)).json()).toMatchObject({
        status: "running",
        hyperparameters: { n_epochs: 3, batch_size: 10, learning_rate_multiplier: 1 },
      });
    }
  });

  test("is made once for an idempotency key", async () => {
    const header = { "idempotency-key": "job" };
    const [a, b] = await Promise.all([create({}, header), create({}, header)]);
    expect(await a.json()).toEqual(await b.json());
    expect(await errorOf(await create({ seed: 1 }, header), 409)).toMatchObject({
      code: "idempotency_key_reused",
    });
  });

  test("is made once of twenty requests at once with one key, and of another body not at all", async () => {
    const header = { "idempotency-key": "many" };
    const metadata = { batch: "many" };
    const answers = await Promise.all([
      ...Array.from({ length: 20 }, () => create({ metadata }, header)),
      create({ metadata, seed: 7 }, header),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([...Array<number>(20).fill(200), 409]);
    expect(answers.filter(({ headers }) => headers.has("idempotent-replayed"))).toHaveLength(19);
    expect((await list("?metadata[batch]=many")).data).toHaveLength(1);
  });

  test("is another one when its key was forgotten, after a day that the list of jobs tells of", async () => {
    const header = { "idempotency-key": "daily" };
    const { headers } = await platform.get("/v1/fine_tuning/jobs");
    const retention = Number(headers.get("idempotency-retention"));
    expect(retention).toBe(24 * 60 * 60);
    const { id } = await created({ seed: 3 }, header);
    platform.clock.now += retention - 1;
    expect((await created({ seed: 3 }, header)).id).toBe(id);
    platform.clock.now += 1;
    expect((await created({ seed: 3 }, header)).id).not.toBe(id);
  });

  test.each([
    ["a method that can't be", { method: { type: "dpo" } }, "method", "not supported yet by this platform"],
    ["an integration", { integrations: [{ type: "wandb", wandb: { project: "p" } }] }, "integrations", ""],
    ["epochs of 0", { hyperparameters: { n_epochs: 0 } }, "hyperparameters.n_epochs", ""],
    [
      "epochs of 51",
      { hyperparameters: { n_epochs: 51 } },
      "hyperparameters.n_epochs",
      '"hyperparameters.n_epochs" must be at most 50.',
    ],
    [
      "a batch of 257",
      { method: { type: "supervised", supervised: { hyperparameters: { batch_size: 257 } } } },
      "method.supervised.hyperparameters.batch_size",
      "",
    ],
    [
      "a multiplier of 0",
      { hyperparameters: { learning_rate_multiplier: 0 } },
      "hyperparameters.learning_rate_multiplier",
      "",
    ],
    [
      "two minds",
      {
        hyperparameters: { n_epochs: 1 },
        method: { type: "supervised", supervised: { hyperparameters: { n_epochs: 2 } } },
      },
      "hyperparameters",
      "differ",
    ],
    ["a long suffix", { suffix: "x".repeat(65) }, "suffix", ""],
    ["an empty suffix", { suffix: "" }, "suffix", ""],
    ["a seed of 2³¹", { seed: 2 ** 31 }, "seed", ""],
    ["a broken seed", { seed: 1.5 }, "seed", ""],
    [
      "too much metadata",
      { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [i, ""])) },
      "metadata",
      "",
    ],
    ["a long value", { metadata: { a: "x".repeat(513) } }, "metadata.a", ""],
    ["an unknown parameter", { colour: "red" }, "colour", ""],
    ["no file", { training_file: undefined }, "training_file", ""],
  ])("is refused with %s", async (_name, more, param, message) => {
    const error = await errorOf(await create(more), 400);
    expect(error).toMatchObject({
      type: "invalid_request_error",
      param,
      message: expect.stringContaining(message),
    });
  });

  test("is refused with a file or a model that isn't there, by name", async () => {
    expect(await errorOf(await create({ training_file: "file-x" }), 404)).toMatchObject({
      param: "training_file",
      message: expect.stringContaining("file-x"),
    });
    expect(await errorOf(await create({ validation_file: "file-y" }), 404)).toMatchObject({
      param: "validation_file",
    });
    expect(await errorOf(await create({ model: "gpt-x" }), 404)).toMatchObject({
      code: "model_not_found",
      message: expect.stringContaining("gpt-x"),
    });
    const response = await platform.upload(trainingFile(10), { purpose: "evals" });
    const evals = z.looseObject({ id: z.string() }).parse(await response.json()).id;
    expect(await errorOf(await create({ training_file: evals }), 400)).toMatchObject({
      param: "training_file",
    });
  });
});

test.each([
  ["claims_v1.2-B", "claims_v1.2-B"],
  ["two words", "two-words"],
  ["a:b/c\n\td", "a-b-c-d"],
  [" -größe- ", "gr-e"],
  ["a\0b", "a-b"],
  ["模型", ""],
])(
  "the suffix %j becomes %j in the name of the model, and is answered as it was given",
  async (suffix, part) => {
    const { store } = platform.platform;
    const { id, user_provided_suffix } = await created({ suffix });
    expect(user_provided_suffix).toBe(suffix);
    const name = store.jobs.get(id)?.result_model ?? "";
    expect(name.split(":")).toEqual(["ft", "photon-nano", "local", part, expect.stringMatching(/^\w{8}$/)]);
  },
);

describe("the life of a job", () => {
  test("goes from paused back to where it was", async () => {
    const { id } = await created();
    expect((await post(`/v1/fine_tuning/jobs/${id}/pause`)).status).toBe("paused");
    await errorOf(await platform.post(`/v1/fine_tuning/jobs/${id}/pause`), 409);
    expect((await post(`/v1/fine_tuning/jobs/${id}/resume`)).status).toBe("validating_files");
    await errorOf(await platform.post(`/v1/fine_tuning/jobs/${id}/resume`), 409);
    platform.platform.lifecycle.validated(id, { rows: 10, tokens: 100, validationRows: 0 }, []);
    await post(`/v1/fine_tuning/jobs/${id}/pause`);
    expect((await post(`/v1/fine_tuning/jobs/${id}/resume`)).status).toBe("queued");
    expect(await post(`/v1/fine_tuning/jobs/${id}/cancel`)).toMatchObject({
      status: "cancelled",
      finished_at: platform.clock.now,
    });
    for (const verb of ["cancel", "pause", "resume"]) {
      const error = await errorOf(await platform.post(`/v1/fine_tuning/jobs/${id}/${verb}`), 409);
      expect(error).toMatchObject({
        code: "invalid_job_state",
        message: `The fine-tuning job "${id}" can't be ${verb === "cancel" ? "cancelled" : `${verb}d`}: it has already ended (cancelled).`,
      });
    }
  });

  test("keeps the bytes of a file that is deleted meanwhile", async () => {
    const { id } = await created();
    const { platform: parts } = platform;
    const hash = parts.store.jobs.get(id)?.training_sha256 ?? "";
    await platform.request("DELETE", `/v1/files/${file}`);
    expect(parts.store.blobReferences.has(hash)).toBe(true);
    await errorOf(await platform.get(`/v1/files/${file}`), 404);
    await post(`/v1/fine_tuning/jobs/${id}/cancel`);
  });

  test("is listed by pages and metadata", async () => {
    const ids = [];
    for (let i = 0; i < 3; i++) ids.unshift((await created({ metadata: { list: "yes", i: String(i) } })).id);
    const first = await list("?limit=2&metadata[list]=yes");
    expect([first.data.map(({ id }) => id), first.has_more]).toEqual([ids.slice(0, 2), true]);
    const rest = await list(`?limit=2&metadata[list]=yes&after=${ids[1]}`);
    expect([rest.data.map(({ id }) => id), rest.has_more]).toEqual([ids.slice(2), false]);
    expect((await list("?metadata[list]=yes&metadata[i]=1")).data.map(({ id }) => id)).toEqual([ids[1]]);
    expect((await list("?metadata=null")).data.map(({ id }) => id)).not.toContain(ids[0]);
    await errorOf(await platform.get("/v1/fine_tuning/jobs?limit=many"), 400);
    await errorOf(await platform.get("/v1/fine_tuning/jobs?after=ftjob-x"), 400);
  });
});

describe("events", () => {
  const frames = async (response: Response) => {
    const text = await response.text();
    return text
      .split("\n\n")
      .filter((frame) => frame !== "" && !frame.startsWith(":"))
      .map((frame) =>
        Object.fromEntries(
          frame
            .split("\n")
            .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
        ),
      );
  };
  const events = (id: string, query = "") =>
    platform.get(`/v1/fine_tuning/jobs/${id}/events?stream=true${query}`);

  test("are streamed as they happen, and end with the job", async () => {
    const { id } = await created();
    const { lifecycle } = platform.platform;
    const response = await events(id);
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const reading = frames(response);
    const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
    await pause();
    lifecycle.validated(id, { rows: 10, tokens: 100, validationRows: 0 }, []);
    await pause();
    lifecycle.started(id, { epochs: 300, batchSize: 10, learningRateMultiplier: 1, learningRate: 1 });
    for (let step = 1; step <= 300; step++) {
      lifecycle.step(id, {
        type: "step",
        step,
        metrics: { step, total_steps: 300, train_loss: 1 },
        remainingSeconds: 1,
      });
      if (step % 100 === 0) await pause();
    }
    lifecycle.cancel(id);
    const got = await reading;
    expect(got.flatMap(({ id: sequence, event }) => (event ? [] : [Number(sequence)]))).toEqual(
      Array.from({ length: 305 }, (_, index) => index + 1),
    );
    // A status, and the end, have the number of the event before them, and the first status the place of the beginning.
    const places = got.map(({ id: place }) => Number(place));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect([places[0], places.at(-1)]).toEqual([0, 305]);
    const statuses = got
      .filter(({ event }) => event === "status")
      .map(({ data }) => job.parse(JSON.parse(data ?? "")).status);
    expect(statuses).toEqual(["validating_files", "queued", "running", "cancelled"]);
    expect(got.at(-1)?.event).toBe("done");
    expect(got.every(({ data }) => data)).toBe(true);
  });

  test("go on behind the last one that a reader has", async () => {
    const { id } = await created();
    platform.platform.lifecycle.cancel(id);
    const all = await frames(await events(id));
    const sequences = (got: typeof all) =>
      got.flatMap(({ id: sequence, event }) => (event ? [] : [sequence]));
    expect(sequences(all)).toEqual(["1", "2", "3"]);
    expect(await errorOf(await events(id, "&limit=5"), 400)).toMatchObject({ param: "limit" });
    const behind = await platform.request("GET", `/v1/fine_tuning/jobs/${id}/events?stream=true`, {
      headers: { "last-event-id": "2" },
    });
    expect(sequences(await frames(behind))).toEqual(["3"]);
    const second = z.looseObject({ id: z.string() }).parse(JSON.parse(all[1]?.data ?? "")).id;
    expect(sequences(await frames(await events(id, `&after=${second}`)))).toEqual(["3"]);
    await errorOf(await events(id, "&after=ftevent-x"), 400);
    // Behind an event that is yet to come, the ones before it would be passed over.
    await errorOf(await events(id, "&after=4"), 400);
    const empty = await platform.request("GET", `/v1/fine_tuning/jobs/${id}/events?stream=true&after=2`, {
      headers: { "last-event-id": "" },
    });
    expect(sequences(await frames(empty))).toEqual(["3"]);
    await errorOf(await platform.get("/v1/fine_tuning/jobs/ftjob-x/events?stream=true"), 404);
  });

  test("cost a reader that went away nothing", async () => {
    const { id } = await created();
    const { body } = await events(id);
    const reader = body?.getReader();
    await reader?.read();
    const timers = vi.spyOn(globalThis, "setTimeout");
    await reader?.cancel();
    await new Promise((resolve) => setImmediate(resolve));
    expect(timers).not.toHaveBeenCalled();
    timers.mockRestore();
    platform.platform.lifecycle.cancel(id);
  });

  test("are watched for nobody behind a HEAD", async () => {
    const { id } = await created();
    const { changes } = platform.platform;
    let watching = 0;
    const { watch } = changes;
    const spy = vi.spyOn(changes, "watch").mockImplementation((...args) => {
      const unwatch = watch(...args);
      watching++;
      return () => {
        watching--;
        unwatch();
      };
    });
    await platform.request("HEAD", `/v1/fine_tuning/jobs/${id}/events?stream=true`);
    expect(spy).toHaveBeenCalledOnce();
    spy.mockRestore();
    expect(watching).toBe(0);
    platform.platform.lifecycle.cancel(id);
  });

  test("have data in the words of the wire", async () => {
    const { id } = await created();
    platform.platform.lifecycle.validated(id, { rows: 10, tokens: 100, validationRows: 2 }, []);
    const response = await platform.get(`/v1/fine_tuning/jobs/${id}/events?limit=1`);
    expect(await response.json()).toMatchObject({
      data: [{ data: { rows: 10, tokens: 100, validation_rows: 2 } }],
    });
  });

  test("are listed from the newest", async () => {
    const { id } = await created();
    const response = await platform.get(`/v1/fine_tuning/jobs/${id}/events?limit=1`);
    expect(await response.json()).toMatchObject({
      has_more: true,
      data: [{ message: `Validating training file: ${file}`, type: "message", level: "info" }],
    });
  });
});
