import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { inspect, promisify } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as api from "@opentelemetry/api";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { OpenTelemetryAPI } from "../../src/index.ts";
import { chunk, completion, cut, file, job, usageChunk, wholeAnswer } from "./samples.ts";
import { until } from "./streaming-script.ts";
import { registerTelemetrySDK, type TelemetrySDK } from "./telemetry-sdk.ts";
import { apiError, eventStream, json, KEY, rejection, type Script, sse, wireServer } from "./wire-server.ts";

const MODEL = "ft:photon-nano:org-local:claims:abc123";
const params = { model: MODEL, messages: [{ role: "user", content: "My secret question" } as const] };

let sdk: TelemetrySDK;
beforeAll(() => {
  sdk = registerTelemetrySDK();
});
beforeEach(() => sdk.reset());
afterAll(() => sdk.shutdown());

/** Writes these events, and then what a fault does, once they have arrived. */
const streaming =
  (events: readonly string[], fault?: Script): Script =>
  async (response, request, index) => {
    eventStream(response);
    for (const text of events) {
      response.write(text);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    if (fault) await fault(response, request, index);
    else response.end();
  };

/** The one span that there is. */
function onlySpan() {
  const [span, ...others] = sdk.spans();
  expect(others).toEqual([]);
  if (!span) throw new Error("no span has ended");
  return span;
}

describe("a chat completion", () => {
  test("is a client span with what was asked for and what came, and no word of the dialogue", async () => {
    await using server = await wireServer((response) => json(response, 200, completion));
    await server.client().chat.completions.create(
      {
        ...params,
        max_completion_tokens: 20,
        temperature: 0.5,
        top_p: 0.9,
        seed: 7,
        stop: "\n",
        n: 2,
        presence_penalty: 0.1,
        response_format: { type: "json_object" },
      },
      { extraBody: { frequency_penalty: 0.2 } },
    );
    const span = onlySpan();
    expect(span.name).toBe(`chat ${MODEL}`);
    expect(span.kind).toBe(api.SpanKind.CLIENT);
    expect(span.status.code).toBe(api.SpanStatusCode.UNSET);
    expect(span.instrumentationScope.name).toBe("fermion");
    expect(span.attributes).toEqual({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "fermion",
      "gen_ai.request.model": MODEL,
      "gen_ai.request.temperature": 0.5,
      "gen_ai.request.top_p": 0.9,
      "gen_ai.request.max_tokens": 20,
      "gen_ai.request.seed": 7,
      "gen_ai.request.stop_sequences": ["\n"],
      "gen_ai.request.choice.count": 2,
      "gen_ai.request.presence_penalty": 0.1,
      "gen_ai.request.frequency_penalty": 0.2,
      "gen_ai.output.type": "json",
      "gen_ai.response.id": "chatcmpl-1",
      "gen_ai.response.model": "photon-nano",
      "gen_ai.response.finish_reasons": ["stop"],
      "gen_ai.usage.input_tokens": 5,
      "gen_ai.usage.output_tokens": 4,
      "server.address": "127.0.0.1",
      "server.port": Number(new URL(server.baseURL).port),
      "http.response.status_code": 200,
      "http.response.header.x-request-id": ["req_1"],
    });
  });

  test("is measured: how long it took, and how many tokens went in and came out", async () => {
    await using server = await wireServer((response) => json(response, 200, completion));
    await server.client().chat.completions.create(params);
    const metrics = await sdk.metrics();
    expect([...metrics.keys()].sort()).toEqual([
      "gen_ai.client.operation.duration",
      "gen_ai.client.token.usage",
    ]);
    const duration = metrics.get("gen_ai.client.operation.duration");
    expect(duration?.descriptor.unit).toBe("s");
    expect(duration?.dataPoints[0]?.value.buckets.boundaries).toContain(81.92);
    expect(duration?.dataPoints[0]?.value.count).toBe(1);
    const common = {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "fermion",
      "gen_ai.request.model": MODEL,
      "gen_ai.response.model": "photon-nano",
      "server.address": "127.0.0.1",
      "server.port": Number(new URL(server.baseURL).port),
    };
    expect(duration?.dataPoints[0]?.attributes).toEqual(common);
    const usage = metrics.get("gen_ai.client.token.usage");
    expect(usage?.descriptor.unit).toBe("{token}");
    expect(usage?.dataPoints[0]?.value.buckets.boundaries).toEqual(
      Array.from({ length: 14 }, (_, n) => 4 ** n),
    );
    expect(usage?.dataPoints.map(({ attributes, value }) => [attributes, value.sum])).toEqual([
      [{ ...common, "gen_ai.token.type": "input" }, 5],
      [{ ...common, "gen_ai.token.type": "output" }, 4],
    ]);
  });

  test("belongs to the span that is active, and hands its own on to the platform", async () => {
    await using server = await wireServer((response) => json(response, 200, completion));
    const client = server.client();
    await api.trace.getTracer("app").startActiveSpan("answer a customer", async (parent) => {
      await client.chat.completions.create(params);
      parent.end();
    });
    const [call, parent] = sdk.spans();
    expect(parent?.name).toBe("answer a customer");
    expect(call?.parentSpanContext?.spanId).toBe(parent?.spanContext().spanId);
    const { traceId, spanId } = call?.spanContext() ?? {};
    expect(server.requests[0]?.headers.traceparent).toBe(`00-${traceId}-${spanId}-01`);
  });

  test("that is repeated is one span, with an event for each repetition", async () => {
    await using server = await wireServer((response, _, index) =>
      index < 2
        ? apiError(response, 503, { message: "My secret question is too hard" }, { "retry-after-ms": "1" })
        : json(response, 200, completion),
    );
    await server.client().chat.completions.create(params);
    const span = onlySpan();
    expect(span.attributes).toMatchObject({
      "http.request.resend_count": 2,
      "http.response.status_code": 200,
    });
    expect(span.events.map(({ name, attributes }) => [name, attributes])).toEqual([
      [
        "retry",
        { "http.request.resend_count": 1, "error.type": "InternalServerError", "fermion.retry.delay": 0.001 },
      ],
      [
        "retry",
        { "http.request.resend_count": 2, "error.type": "InternalServerError", "fermion.retry.delay": 0.001 },
      ],
    ]);
    expect(new Set(server.requests.map(({ headers }) => headers.traceparent)).size).toBe(1);
  });

  test("that fails says what kind of error it was, in the span and in the metric", async () => {
    await using server = await wireServer((response) => apiError(response, 404, { message: `no ${KEY}` }));
    await rejection(server.client().chat.completions.create(params));
    const span = onlySpan();
    expect(span.status).toEqual({ code: api.SpanStatusCode.ERROR });
    expect(span.attributes).toMatchObject({
      "error.type": "NotFoundError",
      "http.response.status_code": 404,
    });
    const metrics = await sdk.metrics();
    expect(metrics.get("gen_ai.client.operation.duration")?.dataPoints[0]?.attributes).toMatchObject({
      "error.type": "NotFoundError",
    });
    expect(metrics.has("gen_ai.client.token.usage")).toBe(false);
  });
});

describe("a stream", () => {
  test("ends its span when it ends, with its usage and its times", async () => {
    await using server = await wireServer(streaming(wholeAnswer));
    const stream = server.client().chat.completions.stream(params);
    for await (const _ of stream) expect(sdk.spans()).toEqual([]);
    const { attributes } = onlySpan();
    expect(attributes).toMatchObject({
      "gen_ai.request.stream": true,
      "gen_ai.response.id": "chatcmpl-1",
      "gen_ai.response.finish_reasons": ["stop"],
      "gen_ai.usage.input_tokens": 5,
      "gen_ai.usage.output_tokens": 2,
    });
    expect(attributes["gen_ai.response.time_to_first_chunk"]).toBeGreaterThan(0);
    const metrics = await sdk.metrics();
    const counts = (name: string) => metrics.get(name)?.dataPoints.map(({ value }) => value.count);
    expect(counts("gen_ai.client.operation.duration")).toEqual([1]);
    expect(counts("gen_ai.client.operation.time_to_first_chunk")).toEqual([1]);
    // Five chunks in all.
    expect(counts("gen_ai.client.operation.time_per_output_chunk")).toEqual([4]);
  });

  test("that is cut is an error, with what had come", async () => {
    await using server = await wireServer(streaming(wholeAnswer.slice(0, 2), cut));
    await rejection(server.client().chat.completions.stream(params).finalMessage());
    const span = onlySpan();
    expect(span.status.code).toBe(api.SpanStatusCode.ERROR);
    expect(span.attributes).toMatchObject({
      "error.type": "StreamTruncatedError",
      "gen_ai.response.id": "chatcmpl-1",
      "http.response.status_code": 200,
    });
  });

  test("whose reader leaves is no error, and says so", async () => {
    await using server = await wireServer(streaming([sse(chunk({ content: "Hel" }))], () => undefined));
    for await (const _ of server.client().chat.completions.stream(params)) break;
    const span = onlySpan();
    expect(span.status.code).toBe(api.SpanStatusCode.UNSET);
    expect(span.attributes["fermion.stream.left_early"]).toBe(true);
    expect(span.attributes).not.toHaveProperty("error.type");
  });

  test("that is aborted, or never begins, is told of once", async () => {
    await using server = await wireServer((response, request, index) =>
      index === 0
        ? streaming([sse(chunk({ content: "Hel" }))], () => undefined)(response, request, index)
        : apiError(response, 401, { message: "no" }),
    );
    const client = server.client();
    const stream = client.chat.completions.stream(params);
    await rejection(
      (async () => {
        for await (const _ of stream) stream.abort();
      })(),
    );
    expect(onlySpan().attributes["error.type"]).toBe("APIUserAbortError");
    await sdk.reset();
    await rejection(client.chat.completions.create({ ...params, stream: true }));
    expect(onlySpan().attributes["error.type"]).toBe("AuthenticationError");
  });
});

describe("a stream that has begun and that nobody reads", () => {
  const endless = streaming([sse(chunk({ content: "Hel" }))], () => undefined);

  test("ends its span when it is aborted", async () => {
    await using server = await wireServer(endless);
    const stream = await server.client().chat.completions.create({ ...params, stream: true });
    expect(sdk.spans()).toEqual([]);
    stream.abort();
    await until(() => sdk.spans().length > 0);
    expect(onlySpan().attributes["error.type"]).toBe("APIUserAbortError");
  });

  test("ends its span when nobody can reach it any more", async () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage: () => void = runInNewContext("gc");
    await using server = await wireServer(endless);
    const open = async () => {
      await server.client().chat.completions.create({ ...params, stream: true });
    };
    await open();
    await until(() => {
      collectGarbage();
      return sdk.spans().length > 0;
    });
    expect(onlySpan().attributes["fermion.stream.left_early"]).toBe(true);
  });
});

describe("any other call", () => {
  test("is a span named by its route, so that there are few names", async () => {
    await using server = await wireServer((response, { url }) =>
      json(response, 200, url.includes("files") ? file : job),
    );
    const client = server.client({ defaultQuery: { "api-key": KEY } });
    await client.files.create({ file: new File(["{}\n"], "claims.jsonl"), purpose: "fine-tune" });
    await client.fineTuning.jobs.cancel("ftjob-1");
    const [upload, cancel] = sdk.spans();
    expect(upload?.name).toBe("POST /files");
    expect(cancel?.name).toBe("POST /fine_tuning/jobs/{id}/cancel");
    expect(cancel?.kind).toBe(api.SpanKind.CLIENT);
    expect(cancel?.attributes).toEqual({
      "http.request.method": "POST",
      "url.template": "/fine_tuning/jobs/{id}/cancel",
      "url.full": `${server.baseURL}/fine_tuning/jobs/ftjob-1/cancel`,
      "server.address": "127.0.0.1",
      "server.port": Number(new URL(server.baseURL).port),
      "http.response.status_code": 200,
      "http.response.header.x-request-id": ["req_1"],
    });
    expect((await sdk.metrics()).size).toBe(0);
  });

  test("that can't connect is an error", async () => {
    await using server = await wireServer((response) => cut(response));
    await rejection(server.client({ maxRetries: 0 }).models.list());
    expect(onlySpan().attributes).toMatchObject({ "error.type": "APIConnectionError" });
  });
});

test("neither the key nor what was asked or answered is told", async () => {
  await using server = await wireServer((response, request, index) =>
    index === 0
      ? apiError(response, 400, { message: `My secret question, with ${KEY}` })
      : index === 1
        ? streaming([...wholeAnswer.slice(0, 3), sse({ nonsense: "Hello" })])(response, request, index)
        : streaming([...wholeAnswer.slice(0, 4), sse(usageChunk), sse("[DONE]")])(response, request, index),
  );
  const client = server.client();
  for (let call = 0; call < 3; call++) {
    await client.chat.completions
      .stream(params)
      .finalMessage()
      .catch(() => undefined);
  }
  expect(sdk.spans()).toHaveLength(3);
  const told = inspect(
    [
      sdk.spans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
      [...(await sdk.metrics()).values()],
    ],
    { depth: 20, maxArrayLength: null },
  );
  expect(told).toContain(MODEL);
  for (const secret of [KEY, "secret question", "Hello", "Hel"]) expect(told).not.toContain(secret);
});

describe("who is told", () => {
  test("nobody, with `openTelemetry: false`", async () => {
    await using server = await wireServer((response) => json(response, 200, completion));
    await server.client({ openTelemetry: false }).chat.completions.create(params);
    expect(sdk.spans()).toEqual([]);
    expect(server.requests[0]?.headers.traceparent).toBeUndefined();
  });

  test("the package that the client is given", async () => {
    await using server = await wireServer((response) => json(response, 200, completion));
    const given: OpenTelemetryAPI = api;
    await server.client({ openTelemetry: given }).chat.completions.create(params);
    expect(onlySpan().name).toBe(`chat ${MODEL}`);
  });

  const program = fileURLToPath(new URL("telemetry-program.ts", import.meta.url));
  test.each([
    ["nothing is loaded where nothing is registered", "absent", []],
    ["the package is loaded where something is", "registered", ["@opentelemetry/api", "./call-telemetry.ts"]],
    ["a call succeeds where the package can't be found", "unresolvable", ["@opentelemetry/api"]],
  ])("%s", async (_, mode, loaded) => {
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", program, mode]);
    expect(stdout.trim().split("\n")).toEqual([...loaded, "Within 9 days."]);
  });
});
