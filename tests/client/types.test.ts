import { createReadStream } from "node:fs";
import { expect, expectTypeOf, test } from "vitest";
import type {
  APIPromise,
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionMessageParam,
  ChatCompletionStream,
  Fermion,
  FileObject,
  FineTuningJob,
  FineTuningJobEvent,
  FineTuningMetrics,
  JobUpdate,
  Page,
  PagePromise,
  SucceededFineTuningJob,
  UploadProgress,
  WithResponse,
} from "../../src/index.ts";
import DefaultFermion, { Fermion as NamedFermion } from "../../src/index.ts";

// Only the types are of interest: nothing of this is ever called.
const calls = (client: Fermion) => ({
  file: () => client.files.create({ file: createReadStream("x"), purpose: "fine-tune" }),
  withProgress: (onProgress: (progress: UploadProgress) => void) =>
    client.files.create({ file: { path: "x" }, purpose: "fine-tune" }, { onProgress }),
  jobs: () => client.fineTuning.jobs.list({ limit: 5 }),
  wait: () => client.fineTuning.jobs.wait("ftjob-1"),
  follow: () => client.fineTuning.jobs.follow("ftjob-1"),
  whole: () => client.chat.completions.create({ model: "m", messages: [{ role: "user", content: "x" }] }),
  chunks: () =>
    client.chat.completions.create({ model: "m", messages: [{ role: "user", content: "x" }], stream: true }),
  either: (stream: boolean) =>
    client.chat.completions.create({
      model: "m",
      messages: [{ role: "user", content: [{ type: "text", text: "x" }] }],
      stream,
    }),
  stream: () => client.chat.completions.stream({ model: "m", messages: [{ role: "user", content: "x" }] }),
});
type Calls = ReturnType<typeof calls>;

test("calls give what they say", () => {
  expectTypeOf<Calls["file"]>().returns.toEqualTypeOf<APIPromise<FileObject>>();
  expectTypeOf<Calls["withProgress"]>().returns.toEqualTypeOf<APIPromise<FileObject>>();
  expectTypeOf<Calls["jobs"]>().returns.toEqualTypeOf<PagePromise<FineTuningJob>>();
  expectTypeOf<Awaited<ReturnType<Calls["jobs"]>>>().toEqualTypeOf<Page<FineTuningJob>>();
  expectTypeOf<Calls["whole"]>().returns.toEqualTypeOf<APIPromise<ChatCompletion>>();
  expectTypeOf<Calls["chunks"]>().returns.toEqualTypeOf<APIPromise<ChatCompletionStream>>();
  expectTypeOf<Calls["stream"]>().returns.toEqualTypeOf<ChatCompletionStream>();
  expectTypeOf<ChatCompletionStream>().toExtend<AsyncIterable<ChatCompletionChunk>>();
  expectTypeOf<Awaited<ReturnType<APIPromise<FileObject>["withResponse"]>>>().toEqualTypeOf<
    WithResponse<FileObject>
  >();
  expectTypeOf<APIPromise<FileObject>>().toExtend<Promise<FileObject>>();
});

test("`stream` decides between a whole answer and chunks, also when it is only known at run time", () => {
  expectTypeOf<Calls["either"]>().returns.toEqualTypeOf<APIPromise<ChatCompletion | ChatCompletionStream>>();
});

test("an update of a job is told apart by its type", () => {
  expectTypeOf<Calls["follow"]>().returns.toExtend<AsyncIterable<JobUpdate>>();
  expectTypeOf<Extract<JobUpdate, { type: "status" }>["job"]>().toEqualTypeOf<FineTuningJob>();
  expectTypeOf<Extract<JobUpdate, { type: "event" }>["event"]>().toEqualTypeOf<FineTuningJobEvent>();
  expectTypeOf<Extract<JobUpdate, { type: "metrics" }>["metrics"]>().toEqualTypeOf<FineTuningMetrics>();
});

test("a message of an answer can be sent back as it is", () => {
  expectTypeOf<ChatCompletion["choices"][number]["message"]>().toExtend<ChatCompletionMessageParam>();
});

test("a job that was waited for has a model", () => {
  type Job = Awaited<ReturnType<Calls["wait"]>>;
  expectTypeOf<Job>().toEqualTypeOf<SucceededFineTuningJob>();
  expectTypeOf<Job>().toExtend<FineTuningJob>();
  expectTypeOf<Job["fine_tuned_model"]>().toEqualTypeOf<string>();
  expectTypeOf<Job["status"]>().toEqualTypeOf<"succeeded">();
});

test("the client is the default export too", () => {
  expect(DefaultFermion).toBe(NamedFermion);
});

test("known values stay known, and others are allowed", () => {
  expectTypeOf<"paused">().toExtend<FineTuningJob["status"]>();
  expectTypeOf<"compressing">().toExtend<FineTuningJob["status"]>();
  expectTypeOf<FineTuningJob["status"]>().toExtend<string>();
});

test("what is wrong doesn't compile", () => {
  const wrong = (client: Fermion) => [
    // @ts-expect-error: there is no such purpose
    client.files.create({ file: { path: "x" }, purpose: "finetune" }),
    // @ts-expect-error: a string is no file
    client.files.create({ file: "claims.jsonl", purpose: "fine-tune" }),
    // @ts-expect-error: there is no such hyperparameter
    client.fineTuning.jobs.create({ model: "m", training_file: "f", hyperparameters: { epochs: 3 } }),
    // @ts-expect-error: there is no such role
    client.chat.completions.create({ model: "m", messages: [{ role: "bot", content: "x" }] }),
    // @ts-expect-error: messages are missing
    client.chat.completions.stream({ model: "m" }),
  ];
  expectTypeOf(wrong).toBeFunction();
});
