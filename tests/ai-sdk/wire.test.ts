import { APICallError, NoSuchModelError, UnsupportedFunctionalityError } from "@ai-sdk/provider";
import {
  generateObject,
  generateText,
  type LanguageModel,
  stepCountIs,
  streamObject,
  streamText,
  tool,
} from "ai";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { createFermion } from "../../src/ai-sdk.ts";
import { NotFoundError, StreamStalledError, StreamTruncatedError } from "../../src/index.ts";
import { chunk, completion, cut, usageChunk, wholeAnswer } from "../client/samples.ts";
import {
  apiError,
  eventStream,
  json,
  KEY,
  rejection,
  type Script,
  sse,
  wireServer,
} from "../client/wire-server.ts";

const MODEL = "ft:photon-nano:org-local:claims:abc123";

// The warnings are looked at in the results.
beforeAll(() => {
  globalThis.AI_SDK_LOG_WARNINGS = false;
});

function streaming(events: readonly string[], fault?: Script): Script {
  return async (response, request, index) => {
    eventStream(response);
    for (const text of events) response.write(text);
    if (!fault) response.end();
    else setTimeout(() => void fault(response, request, index), 20);
  };
}

/** A stream that goes on until its reader goes. */
function endless(): { script: Script; closed: Promise<void> } {
  let close: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  const script: Script = (response) => {
    response.once("close", close);
    eventStream(response);
    response.write(sse(chunk({ role: "assistant", content: "Hel" })));
  };
  return { script, closed };
}

const answering = (message: Record<string, unknown>, finish_reason = "stop") => ({
  ...completion,
  choices: [{ index: 0, message: { role: "assistant", content: null, ...message }, finish_reason }],
});

const sent = (request: { body: string } | undefined): Record<string, unknown> =>
  JSON.parse(request?.body ?? "");

/** All parts of a stream of the AI SDK. */
async function partsOf(model: LanguageModel, options: { includeRawChunks?: boolean } = {}) {
  const parts: { type: string; [field: string]: unknown }[] = [];
  const { fullStream } = streamText({ model, prompt: "Hi", onError: () => undefined, ...options });
  for await (const part of fullStream) parts.push({ ...part });
  return parts;
}

describe("generateText", () => {
  test("gives text, usage, finish reason and what is known of the response", async () => {
    await using server = await wireServer((response) => json(response, 200, completion));
    const fermion = createFermion(server.client());
    const result = await generateText({ model: fermion(MODEL), prompt: "By when?" });
    expect(result.text).toBe("Within 9 days.");
    expect(result.finishReason).toBe("stop");
    expect(result.usage).toMatchObject({ inputTokens: 5, outputTokens: 4, totalTokens: 9 });
    expect(result.response).toMatchObject({
      id: "chatcmpl-1",
      modelId: "photon-nano",
      timestamp: new Date(1_700_000_000_000),
    });
    expect(result.response.headers?.["x-request-id"]).toBe("req_1");
    expect(sent(server.requests[0])).toEqual({
      model: MODEL,
      messages: [{ role: "user", content: "By when?" }],
    });
  });

  test("sends every setting under its name on the wire, and warns of the one that has none", async () => {
    await using server = await wireServer((response) => json(response, 200, completion));
    const fermion = createFermion({ baseURL: server.baseURL, apiKey: KEY });
    const { warnings } = await generateText({
      model: fermion.languageModel(MODEL),
      system: "You answer for an insurer.",
      prompt: "By when?",
      maxOutputTokens: 20,
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      stopSequences: ["\n"],
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      headers: { "x-tenant": "blue" },
      providerOptions: { fermion: { min_p: 0.05, temperature: 0.25 } },
    });
    expect(warnings).toMatchObject([{ type: "unsupported", feature: "topK" }]);
    expect(sent(server.requests[0])).toEqual({
      model: MODEL,
      messages: [
        { role: "system", content: "You answer for an insurer." },
        { role: "user", content: "By when?" },
      ],
      max_completion_tokens: 20,
      temperature: 0.25,
      top_p: 0.9,
      stop: ["\n"],
      seed: 7,
      presence_penalty: 0.1,
      frequency_penalty: 0.2,
      min_p: 0.05,
    });
    expect(server.requests[0]?.headers).toMatchObject({ "x-tenant": "blue", authorization: `Bearer ${KEY}` });
  });

  test("a loop of two steps sends the calls of tools and their results back", async () => {
    const call = {
      id: "call_1",
      type: "function",
      function: { name: "deadline", arguments: '{"event":"hail"}' },
    };
    await using server = await wireServer((response, _, index) =>
      json(response, 200, index === 0 ? answering({ tool_calls: [call] }, "tool_calls") : completion),
    );
    const result = await generateText({
      model: createFermion(server.client())(MODEL),
      prompt: "By when must I report hail?",
      tools: {
        deadline: tool({
          description: "How many days there are to report an event.",
          inputSchema: z.object({ event: z.string() }),
          execute: ({ event }) => ({ event, days: 9 }),
        }),
      },
      prepareStep: ({ stepNumber }) => ({
        toolChoice: stepNumber === 0 ? { type: "tool", toolName: "deadline" } : "auto",
      }),
      stopWhen: stepCountIs(2),
    });
    expect(result.text).toBe("Within 9 days.");
    expect(result.steps.map(({ finishReason }) => finishReason)).toEqual(["tool-calls", "stop"]);
    expect(sent(server.requests[0])).toMatchObject({
      tool_choice: { type: "function", function: { name: "deadline" } },
      tools: [
        {
          type: "function",
          function: {
            name: "deadline",
            description: "How many days there are to report an event.",
            parameters: { type: "object", properties: { event: { type: "string" } }, required: ["event"] },
          },
        },
      ],
    });
    expect(sent(server.requests[1]).tool_choice).toBe("auto");
    expect(sent(server.requests[1]).messages).toEqual([
      { role: "user", content: "By when must I report hail?" },
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "tool", tool_call_id: "call_1", content: '{"event":"hail","days":9}' },
    ]);
  });

  test("an image in the prompt is refused before anything is sent", async () => {
    await using server = await wireServer((response) => json(response, 200, completion));
    const error = await rejection(
      generateText({
        model: createFermion(server.client())(MODEL),
        messages: [{ role: "user", content: [{ type: "image", image: new Uint8Array([137, 80, 78, 71]) }] }],
      }),
    );
    expect(UnsupportedFunctionalityError.isInstance(error)).toBe(true);
    expect(String(error)).toContain("image/");
    expect(server.requests).toEqual([]);
  });
});

describe("structured output", () => {
  const schema = z.object({ event: z.string(), days: z.number() });
  const text = '{"event":"hail","days":9}';

  test("generateObject sends the schema and gives the object", async () => {
    await using server = await wireServer((response) => json(response, 200, answering({ content: text })));
    const { object } = await generateObject({
      model: createFermion(server.client())(MODEL),
      schema,
      prompt: "Hail?",
    });
    expect(object).toEqual({ event: "hail", days: 9 });
    expect(sent(server.requests[0]).response_format).toMatchObject({
      type: "json_schema",
      json_schema: {
        name: "response",
        strict: true,
        schema: { type: "object", required: ["event", "days"], additionalProperties: false },
      },
    });
  });

  test("streamObject gives partial objects while the stream is going on", async () => {
    const pieces = text.match(/.{1,6}/g) ?? [];
    await using server = await wireServer(
      streaming([
        sse(chunk({ role: "assistant", content: "" })),
        ...pieces.map((content) => sse(chunk({ content }))),
        sse(chunk({}, "stop")),
        sse(usageChunk),
        sse("[DONE]"),
      ]),
    );
    const result = streamObject({ model: createFermion(server.client())(MODEL), schema, prompt: "Hail?" });
    const partial: unknown[] = [];
    for await (const object of result.partialObjectStream) partial.push(object);
    expect(partial.length).toBeGreaterThan(1);
    expect(await result.object).toEqual({ event: "hail", days: 9 });
  });

  test("without a schema, an object is asked for in general", async () => {
    await using server = await wireServer((response) => json(response, 200, answering({ content: text })));
    await generateObject({
      model: createFermion(server.client())(MODEL),
      output: "no-schema",
      prompt: "Hail?",
    });
    expect(sent(server.requests[0]).response_format).toEqual({ type: "json_object" });
  });
});

describe("streamText", () => {
  test("gives the parts in their order", async () => {
    await using server = await wireServer(streaming(wholeAnswer));
    const model = createFermion(server.client())(MODEL);
    const { stream } = await model.doStream({
      prompt: [{ role: "user", content: [{ type: "text", text: "Hi" }] }],
    });
    const parts: unknown[] = [];
    for await (const part of stream) parts.push(part);
    expect(parts).toEqual([
      { type: "stream-start", warnings: [] },
      { type: "response-metadata", id: "chatcmpl-1", modelId: "photon-nano", timestamp: expect.any(Date) },
      { type: "text-start", id: "text-0" },
      { type: "text-delta", id: "text-0", delta: "Hel" },
      { type: "text-delta", id: "text-0", delta: "lo" },
      { type: "text-end", id: "text-0" },
      {
        type: "finish",
        finishReason: { unified: "stop", raw: "stop" },
        usage: {
          inputTokens: { total: 5, noCache: 5, cacheRead: undefined, cacheWrite: undefined },
          outputTokens: { total: 2, text: 2, reasoning: undefined },
          raw: usageChunk.usage,
        },
      },
    ]);
    expect(sent(server.requests[0])).toMatchObject({ stream: true, stream_options: { include_usage: true } });
  });

  test("reasoning, text and the calls of tools in pieces become blocks of their own", async () => {
    const call = (index: number, fields: object) => sse(chunk({ tool_calls: [{ index, ...fields }] }));
    await using server = await wireServer((response, request, index) =>
      streaming(
        index === 0
          ? [
              sse(chunk({ role: "assistant", reasoning_content: "I must " })),
              sse(chunk({ reasoning_content: "look." })),
              sse(chunk({ content: "One moment." })),
              call(0, { id: "call_1", type: "function", function: { name: "deadline", arguments: "" } }),
              call(0, { function: { arguments: '{"event":' } }),
              call(0, { function: { arguments: '"hail"}' } }),
              call(1, { type: "function", function: { name: "deadline", arguments: '{"event":"fire"}' } }),
              sse(chunk({}, "tool_calls")),
              sse(usageChunk),
              sse("[DONE]"),
            ]
          : wholeAnswer,
      )(response, request, index),
    );
    const asked: string[] = [];
    const result = streamText({
      model: createFermion(server.client())(MODEL),
      prompt: "Hail and fire?",
      tools: {
        deadline: tool({
          inputSchema: z.object({ event: z.string() }),
          execute: ({ event }) => {
            asked.push(event);
            return "9 days";
          },
        }),
      },
      stopWhen: stepCountIs(2),
    });
    const types: string[] = [];
    for await (const { type } of result.fullStream) types.push(type);
    expect(types).toEqual([
      "start",
      "start-step",
      "reasoning-start",
      "reasoning-delta",
      "reasoning-delta",
      "reasoning-end",
      "text-start",
      "text-delta",
      "text-end",
      "tool-input-start",
      "tool-input-delta",
      "tool-input-delta",
      "tool-input-start",
      "tool-input-delta",
      "tool-input-end",
      "tool-call",
      "tool-input-end",
      "tool-call",
      "tool-result",
      "tool-result",
      "finish-step",
      "start-step",
      "text-start",
      "text-delta",
      "text-delta",
      "text-end",
      "finish-step",
      "finish",
    ]);
    expect(asked).toEqual(["hail", "fire"]);
    expect(await result.text).toBe("Hello");
    expect(sent(server.requests[1]).messages).toMatchObject([
      { role: "user" },
      { role: "assistant", content: "One moment.", reasoning_content: "I must look." },
      { role: "tool", tool_call_id: "call_1", content: "9 days" },
      { role: "tool", tool_call_id: "chatcmpl-1-1", content: "9 days" },
    ]);
  });

  test("gives the chunks themselves when they are wanted", async () => {
    await using server = await wireServer(streaming(wholeAnswer));
    const parts = await partsOf(createFermion(server.client())(MODEL), { includeRawChunks: true });
    const raw = parts.filter(({ type }) => type === "raw");
    expect(raw).toHaveLength(5);
    expect(raw[1]?.rawValue).toMatchObject({ choices: [{ delta: { content: "Hel" } }] });
  });

  test.each([
    ["cut", cut, StreamTruncatedError, 10_000],
    ["stalled", () => undefined, StreamStalledError, 400],
  ] as const)(
    "a stream that is %s ends as an error, never as finished",
    async (_, fault, Expected, idleTimeout) => {
      await using server = await wireServer(streaming(wholeAnswer.slice(0, 2), fault));
      const model = createFermion(server.client({ idleTimeout }))(MODEL);
      const { stream } = await model.doStream({ prompt: [] });
      const parts: { type: string; error?: unknown }[] = [];
      for await (const part of stream) parts.push(part);
      expect(parts.map(({ type }) => type)).toEqual([
        "stream-start",
        "response-metadata",
        "text-start",
        "text-delta",
        "error",
      ]);
      const { error } = parts.at(-1) ?? {};
      expect(APICallError.isInstance(error)).toBe(true);
      expect(APICallError.isInstance(error) && error.cause).toBeInstanceOf(Expected);
      expect(server.requests).toHaveLength(1);

      const seen = await partsOf(model);
      expect(seen.find(({ type }) => type === "error")?.error).toBeInstanceOf(APICallError);
      expect(seen.filter(({ type }) => type === "finish").map(({ finishReason }) => finishReason)).toEqual([
        "error",
      ]);
    },
  );

  test("an abort ends the stream as aborted, and closes the connection", async () => {
    const { script, closed } = endless();
    await using server = await wireServer(script);
    const controller = new AbortController();
    const { fullStream } = streamText({
      model: createFermion(server.client())(MODEL),
      prompt: "Hi",
      abortSignal: controller.signal,
    });
    const types: string[] = [];
    for await (const { type } of fullStream) {
      types.push(type);
      if (type === "text-delta") controller.abort();
    }
    expect(types.at(-1)).toBe("abort");
    await closed;
  });

  test("a reader that leaves closes the connection", async () => {
    const { script, closed } = endless();
    await using server = await wireServer(script);
    const { stream } = await createFermion(server.client())(MODEL).doStream({ prompt: [] });
    for await (const { type } of stream) if (type === "text-delta") break;
    await closed;
  });
});

describe("errors", () => {
  test("are APICallErrors with what the platform said, the client's own as cause, and no key", async () => {
    await using server = await wireServer((response) =>
      apiError(response, 404, {
        message: `no model for ${KEY}`,
        code: "model_not_found",
        type: "invalid_request_error",
      }),
    );
    const error = await rejection(
      generateText({ model: createFermion(server.client())(MODEL), prompt: "Hi" }),
    );
    if (!APICallError.isInstance(error)) throw error;
    expect(error).toMatchObject({
      statusCode: 404,
      isRetryable: false,
      url: `${server.baseURL}/chat/completions`,
      requestBodyValues: { model: MODEL },
      data: { error: { code: "model_not_found" } },
    });
    expect(error.cause).toBeInstanceOf(NotFoundError);
    expect(error.responseHeaders?.["x-request-id"]).toBe("req_1");
    const { message, requestBodyValues, responseHeaders, responseBody, data } = error;
    expect(JSON.stringify({ message, requestBodyValues, responseHeaders, responseBody, data })).not.toContain(
      KEY,
    );
    expect(server.requests).toHaveLength(1);
  });

  test("that may pass are repeated as often as the AI SDK says, and not by the client on top", async () => {
    await using server = await wireServer((response, _, index) =>
      index === 1
        ? json(response, 200, completion)
        : apiError(response, 503, { message: "busy" }, { "retry-after-ms": "1" }),
    );
    const model = createFermion(server.client({ maxRetries: 5 }))(MODEL);
    const { text } = await generateText({ model, prompt: "Hi", maxRetries: 1 });
    expect(text).toBe("Within 9 days.");
    expect(server.requests).toHaveLength(2);
    await rejection(generateText({ model, prompt: "Hi", maxRetries: 0 }));
    expect(server.requests).toHaveLength(3);
  });

  test("of a connection say so, and may be repeated", async () => {
    const fermion = createFermion({ baseURL: "http://127.0.0.1:9/v1", apiKey: KEY });
    const error = await rejection(generateText({ model: fermion(MODEL), prompt: "Hi", maxRetries: 0 }));
    expect(error).toMatchObject({ name: "AI_APICallError", isRetryable: true });
  });
});

test("there are only language models", () => {
  const fermion = createFermion({ baseURL: "http://127.0.0.1:9/v1", apiKey: KEY });
  expect(fermion.chat(MODEL)).toMatchObject({
    provider: "fermion.chat",
    modelId: MODEL,
    specificationVersion: "v3",
  });
  for (const ask of [() => fermion.embeddingModel("x"), () => fermion.imageModel("x")]) {
    try {
      ask();
      expect.unreachable();
    } catch (error) {
      expect(NoSuchModelError.isInstance(error)).toBe(true);
    }
  }
});
