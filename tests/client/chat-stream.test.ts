import { describe, expect, test } from "vitest";
import type { ChatCompletionStream } from "../../src/client/chat-stream.ts";
import { APIUserAbortError, FermionError } from "../../src/client/errors.ts";
import {
  StreamFailedError,
  StreamRefusedError,
  StreamStalledError,
  StreamTruncatedError,
} from "../../src/client/stream-errors.ts";
import { chunk, cut, usageChunk, wholeAnswer } from "./samples.ts";
import { params, streaming } from "./streaming-script.ts";
import { apiError, eventStream, KEY, rejection, sse, wireServer } from "./wire-server.ts";

describe("a stream that is whole", () => {
  test("text() gives the texts, and the final message, usage and timing are there afterwards", async () => {
    await using server = await wireServer(streaming(wholeAnswer));
    const stream = server.client().chat.completions.stream(params);
    const texts: string[] = [];
    for await (const text of stream.text()) {
      texts.push(text);
    }
    expect(texts).toEqual(["Hel", "lo"]);
    expect(await stream.finalMessage()).toEqual({ role: "assistant", content: "Hello", refusal: null });
    expect(await stream.finalContent()).toBe("Hello");
    expect(await stream.finalChatCompletion()).toBe(await stream.finalCompletion());
    expect(stream.usage).toEqual({ prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 });
    expect(stream.timing.firstToken).toBeLessThanOrEqual(stream.timing.total ?? 0);
    expect(JSON.parse(server.requests[0]?.body ?? "")).toEqual({
      ...params,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test("finalCompletion() reads the stream by itself", async () => {
    await using server = await wireServer(streaming(wholeAnswer));
    const completion = await server.client().chat.completions.stream(params).finalCompletion();
    expect(completion).toMatchObject({
      id: "chatcmpl-1",
      object: "chat.completion",
      choices: [{ index: 0, finish_reason: "stop", message: { content: "Hello" } }],
    });
  });

  test("create with stream: true resolves to an iterable of chunks, with the response at hand", async () => {
    await using server = await wireServer(streaming(wholeAnswer));
    const { data, response, requestId } = await server
      .client()
      .chat.completions.create({ ...params, stream: true })
      .withResponse();
    expect(response.status).toBe(200);
    expect(requestId).toBe("req_1");
    const ids = new Set<string>();
    for await (const { id } of data) {
      ids.add(id);
    }
    expect([...ids]).toEqual(["chatcmpl-1"]);
  });

  test("it may end without [DONE] if everything that was asked for has come", async () => {
    await using server = await wireServer(streaming(wholeAnswer.slice(0, -1)));
    expect((await server.client().chat.completions.stream(params).finalMessage()).content).toBe("Hello");
  });

  test("a server that leaves the connection open behind [DONE] holds nobody up", async () => {
    await using server = await wireServer(streaming(wholeAnswer, () => undefined));
    expect((await server.client().chat.completions.stream(params).finalMessage()).content).toBe("Hello");
  });

  test("connections are used again", async () => {
    const ports = new Set<number | undefined>();
    await using server = await wireServer((response, request, index) => {
      ports.add(response.socket?.remotePort);
      return streaming(wholeAnswer)(response, request, index);
    });
    const client = server.client();
    for (let i = 0; i < 3; i++) {
      await client.chat.completions.stream(params).finalMessage();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(ports.size).toBe(1);
  });

  test("tool calls, refusals, log probabilities, several choices and unknown fields are put together", async () => {
    const call = (index: number, fields: object) => chunk({ tool_calls: [{ index, ...fields }] });
    const logprob = (token: string) => ({ token, logprob: -0.1, bytes: null, top_logprobs: [] });
    const withLogprobs = (text: string) => {
      const made = chunk({ content: text });
      return {
        ...made,
        choices: made.choices.map((choice) => ({
          ...choice,
          logprobs: { content: [logprob(text)], refusal: null },
        })),
      };
    };
    await using server = await wireServer(
      streaming(
        [
          chunk({ role: "assistant", content: null }),
          call(0, { id: "call_1", type: "function", function: { name: "look_up", arguments: "" } }),
          call(1, { id: "call_2", type: "function", function: { name: "other", arguments: "{}" } }),
          call(0, { function: { arguments: '{"a":' } }),
          call(0, { function: { name: "look_up", arguments: "1}" } }),
          chunk({ reasoning_content: "Hm" }),
          chunk({ reasoning_content: "m." }),
          withLogprobs("a"),
          withLogprobs("b"),
          chunk({ function_call: { name: "old", arguments: '{"b":' } }),
          chunk({ function_call: { arguments: "2}" } }),
          chunk({ refusal: "I " }, null, 1),
          chunk({ refusal: "won't." }, "content_filter", 1),
          chunk({}, "tool_calls"),
        ]
          .map((value) => sse(value))
          .concat(sse(usageChunk), sse("[DONE]")),
      ),
    );
    const completion = await server
      .client()
      .chat.completions.stream({ ...params, n: 2 })
      .finalCompletion();
    expect(completion.choices).toEqual([
      {
        index: 0,
        finish_reason: "tool_calls",
        message: {
          role: "assistant",
          content: "ab",
          refusal: null,
          reasoning_content: "Hmm.",
          function_call: { name: "old", arguments: '{"b":2}' },
          tool_calls: [
            { id: "call_1", type: "function", function: { name: "look_up", arguments: '{"a":1}' } },
            { id: "call_2", type: "function", function: { name: "other", arguments: "{}" } },
          ],
        },
        logprobs: { content: [logprob("a"), logprob("b")], refusal: null },
      },
      {
        index: 1,
        finish_reason: "content_filter",
        message: { role: "assistant", content: null, refusal: "I won't." },
        logprobs: null,
      },
    ]);
  });
});

describe("a stream that doesn't reach its end", () => {
  const cutAfter = (count: number) => streaming(wholeAnswer.slice(0, count), cut);

  test.each([
    ["the connection is reset in the middle", cutAfter(2)],
    ["the connection is reset behind the finish_reason, before [DONE]", cutAfter(4)],
    ["the body ends cleanly without a finish_reason", streaming(wholeAnswer.slice(0, 3))],
    ["[DONE] comes without a finish_reason", streaming([...wholeAnswer.slice(0, 3), sse("[DONE]")])],
    ["the usage that was asked for never comes", streaming(wholeAnswer.slice(0, 4))],
    [
      "the last event lacks its blank line",
      streaming([...wholeAnswer.slice(0, 3), sse(chunk({}, "stop")).trimEnd()]),
    ],
  ])("truncated: %s", async (_, script) => {
    await using server = await wireServer(script);
    const stream = server.client().chat.completions.stream(params);
    const error = await rejection(stream.finalMessage());
    expect(error).toBeInstanceOf(StreamTruncatedError);
    expect(error).toMatchObject({
      isRetryable: true,
      requestId: "req_1",
      received: { choices: [{ message: { content: expect.stringMatching(/^Hel(lo)?$/) } }] },
    });
    expect(stream.snapshot).toEqual(error instanceof StreamTruncatedError && error.received);
  });

  test("truncated: [DONE] without anything before it", async () => {
    await using server = await wireServer(streaming([sse("[DONE]")]));
    const error = await rejection(server.client().chat.completions.stream(params).finalMessage());
    expect(error).toBeInstanceOf(StreamTruncatedError);
    expect(error).toMatchObject({ received: undefined });
  });

  test("stalled: comments that keep the connection alive are no progress", async () => {
    await using server = await wireServer(
      streaming(wholeAnswer.slice(0, 2), (response) => {
        const pings = setInterval(() => response.write(": ping\n\n"), 10);
        response.on("close", () => clearInterval(pings));
      }),
    );
    const client = server.client({ idleTimeout: 800 });
    const error = await rejection(client.chat.completions.stream(params).finalMessage());
    expect(error).toBeInstanceOf(StreamStalledError);
    expect(error).toMatchObject({
      idleTimeout: 800,
      received: { choices: [{ message: { content: "Hel" }, finish_reason: null }] },
    });
  });

  test("a reader that takes its time is no stall", async () => {
    await using server = await wireServer(
      streaming(wholeAnswer.slice(0, 2), async (response) => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        response.end(wholeAnswer.slice(2).join(""));
      }),
    );
    const texts: string[] = [];
    for await (const text of server.client({ idleTimeout: 1_000 }).chat.completions.stream(params).text()) {
      texts.push(text);
      await new Promise((resolve) => setTimeout(resolve, 1_400));
    }
    expect(texts).toEqual(["Hel", "lo"]);
  });

  test("aborted by abort(): the reader gets an error with what came", async () => {
    await using server = await wireServer(streaming(wholeAnswer.slice(0, 2), () => undefined));
    const stream = server.client().chat.completions.stream(params);
    const error = await rejection(
      (async () => {
        for await (const _ of stream.text()) {
          stream.abort();
        }
      })(),
    );
    expect(error).toBeInstanceOf(APIUserAbortError);
    expect(error).toMatchObject({ received: { choices: [{ message: { content: "Hel" } }] } });
    expect(await rejection(stream.finalMessage())).toBe(error);
  });

  test("aborted when the rest has come already: the reader gets nothing of it", async () => {
    await using server = await wireServer((response) => {
      eventStream(response);
      response.end(wholeAnswer.join(""));
    });
    const { completions } = server.client().chat;
    for (const read of [
      (stream: ChatCompletionStream) => stream.text(),
      (stream: ChatCompletionStream) => stream[Symbol.asyncIterator](),
    ]) {
      const stream = completions.stream(params);
      let given = 0;
      const error = await rejection(
        (async () => {
          for await (const _ of read(stream)) {
            given++;
            stream.abort();
          }
        })(),
      );
      expect(error).toBeInstanceOf(APIUserAbortError);
      expect(given).toBe(1);
      expect(await rejection(stream.finalMessage())).toBe(error);
    }
  });

  test("aborted by the signal or the controller, before and after it began", async () => {
    await using server = await wireServer(streaming(wholeAnswer.slice(0, 2), () => undefined));
    const { completions } = server.client().chat;
    const before = completions.stream(params, { signal: AbortSignal.abort() });
    expect(await rejection(before.finalMessage())).toBeInstanceOf(APIUserAbortError);
    const during = new AbortController();
    const stream = completions.stream(params, { signal: during.signal });
    setTimeout(() => during.abort(), 50);
    expect(await rejection(stream.finalMessage())).toBeInstanceOf(APIUserAbortError);
    const created = await completions.create({ ...params, stream: true });
    created.controller.abort();
    expect(await rejection(created.finalMessage())).toBeInstanceOf(APIUserAbortError);
  });

  test("leaving the loop closes the connection, and whoever waits for the final message learns of it", async () => {
    let closed: (() => void) | undefined;
    const closing = new Promise<void>((resolve) => {
      closed = resolve;
    });
    await using server = await wireServer(
      streaming(wholeAnswer.slice(0, 2), (response) => {
        response.closed ? closed?.() : response.on("close", () => closed?.());
      }),
    );
    const stream = server.client().chat.completions.stream(params);
    for await (const _ of stream) {
      break;
    }
    await closing;
    expect(await rejection(stream.finalMessage())).toBeInstanceOf(APIUserAbortError);
  });

  test.each([
    ["an HTML page", "text/html", `<html><body>Sign in ${KEY}</body></html>`],
    ["a whole completion as JSON", "application/json", "{}"],
  ])("refused: %s instead of events", async (_, contentType, body) => {
    await using server = await wireServer((response) => {
      response.writeHead(200, { "content-type": contentType });
      response.end(body);
    });
    const error = await rejection(server.client().chat.completions.stream(params).finalMessage());
    expect(error).toBeInstanceOf(StreamRefusedError);
    expect(error).toMatchObject({ contentType, bodyStart: body.replace(KEY, "[redacted]") });
  });

  test("failed: an error in the middle comes with its code and with what had come", async () => {
    const error = { message: "The worker died.", type: "server_error", param: null, code: "worker_died" };
    await using server = await wireServer(streaming([...wholeAnswer.slice(0, 2), sse({ error })]));
    const stream = server.client().chat.completions.stream(params);
    const texts: string[] = [];
    const failure = await rejection(
      (async () => {
        for await (const text of stream.text()) {
          texts.push(text);
        }
      })(),
    );
    expect(texts).toEqual(["Hel"]);
    expect(failure).toBeInstanceOf(StreamFailedError);
    expect(failure).toMatchObject({ code: "worker_died", type: "server_error", isRetryable: true });
  });

  test.each([
    ["no JSON", "data: {oops\n\n"],
    ["JSON of another shape", sse({ hello: "world" })],
  ])("failed: an event that is %s", async (_, text) => {
    await using server = await wireServer(streaming([...wholeAnswer.slice(0, 2), text]));
    const error = await rejection(server.client().chat.completions.stream(params).finalMessage());
    expect(error).toBeInstanceOf(StreamFailedError);
    expect(error).toMatchObject({ received: { choices: [{ message: { content: "Hel" } }] } });
  });

  test("what fails before it begins is the same error as of any call, and repeated as any call", async () => {
    await using server = await wireServer((response, request, index) => {
      if (index === 0) {
        apiError(response, 503, { message: "busy" }, { "retry-after-ms": "1" });
        return;
      }
      return streaming(wholeAnswer)(response, request, index);
    });
    expect((await server.client().chat.completions.stream(params).finalMessage()).content).toBe("Hello");
    expect(server.requests).toHaveLength(2);
  });
});

test("a stream can be read once, and says so", async () => {
  await using server = await wireServer(streaming(wholeAnswer));
  const stream = server.client().chat.completions.stream(params);
  await stream.finalMessage();
  const error = await rejection(stream[Symbol.asyncIterator]().next());
  expect(error).toBeInstanceOf(FermionError);
  expect(String(error)).toContain("only once");
});

test("unknown fields, finish reasons and events pass through", async () => {
  const odd = { ...chunk({ content: "x", mood: "fine" }, "out_of_cheese"), extra: [1] };
  await using server = await wireServer(
    streaming([sse("{}", { event: "ping" }), sse(odd), sse(usageChunk), sse("[DONE]")]),
  );
  const stream = server.client().chat.completions.stream(params);
  const completion = await stream.finalCompletion();
  expect(completion).toMatchObject({
    extra: [1],
    choices: [{ finish_reason: "out_of_cheese", message: { content: "x", mood: "fine" } }],
  });
});

test("chunks that only report on the prompt or annotate what was sent change nothing of the answer", async () => {
  const report = { id: "", object: "", created: 0, model: "", choices: [], prompt_filter_results: [{}] };
  const annotation = { ...report, choices: [{ index: 0, finish_reason: null, content_filter_results: {} }] };
  await using server = await wireServer(
    streaming([sse(report), ...wholeAnswer.slice(0, 4), sse(annotation), ...wholeAnswer.slice(4)]),
  );
  const completion = await server.client().chat.completions.stream(params).finalCompletion();
  expect(completion).toMatchObject({
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1_700_000_000,
    model: "photon-nano",
    choices: [{ finish_reason: "stop", message: { content: "Hello" } }],
  });
});
