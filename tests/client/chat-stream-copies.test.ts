import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Stream } from "openai/core/streaming";
import { ChatCompletionStream as OpenAIChatCompletionStream } from "openai/lib/ChatCompletionStream";
import type { ChatCompletionChunk as OpenAIChunk } from "openai/resources";
import { describe, expect, test } from "vitest";
import { ChatCompletionStream } from "../../src/client/chat-stream.ts";
import { APIUserAbortError, FermionError } from "../../src/client/errors.ts";
import {
  StreamFailedError,
  StreamRefusedError,
  StreamStalledError,
  StreamTruncatedError,
} from "../../src/client/stream-errors.ts";
import { chunk, cut, wholeAnswer } from "./samples.ts";
import { collected, params, streaming } from "./streaming-script.ts";
import { eventStream, rejection, sse, wireServer } from "./wire-server.ts";

const lines = (...values: object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join("");
const readable = (...texts: string[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const text of texts) {
        controller.enqueue(new TextEncoder().encode(text));
      }
      controller.close();
    },
  });

describe("tee()", () => {
  test("gives two streams that are whole, each at its own speed", async () => {
    await using server = await wireServer(streaming(wholeAnswer));
    const parent = server.client().chat.completions.stream(params);
    const [fast, slow] = parent.tee();
    expect((await fast.finalMessage()).content).toBe("Hello");
    expect((await collected(slow.text())).join("")).toBe("Hello");
    expect(await slow.finalCompletion()).toEqual(await fast.finalCompletion());
    expect(await parent.finalCompletion()).toEqual(await fast.finalCompletion());
    expect(slow.usage?.total_tokens).toBe(7);
    expect(server.requests).toHaveLength(1);
  });

  test("gives both the same verdict", async () => {
    await using server = await wireServer(streaming(wholeAnswer.slice(0, 2), cut));
    const [a, b] = server.client().chat.completions.stream(params).tee();
    for (const branch of [a, b]) {
      expect(await rejection(collected(branch))).toBeInstanceOf(StreamTruncatedError);
      expect(branch.snapshot?.choices[0]?.message.content).toBe("Hel");
    }
  });

  test("ends one branch without the other, and the answer with both", async () => {
    let closed = false;
    await using server = await wireServer(
      streaming(wholeAnswer.slice(0, 2), async (response) => {
        response.on("close", () => {
          closed = true;
        });
        await new Promise((resolve) => setTimeout(resolve, 50));
        response.write(wholeAnswer[2]);
      }),
    );
    const parent = server.client().chat.completions.stream(params);
    const [a, b] = parent.tee();
    for await (const _ of a) {
      break;
    }
    const texts = b.text();
    expect((await texts.next()).value).toBe("Hel");
    expect((await texts.next()).value).toBe("lo");
    expect(closed).toBe(false);
    b.abort();
    expect(await rejection(texts.next())).toBeInstanceOf(APIUserAbortError);
    expect(await rejection(parent.finalMessage())).toBeInstanceOf(APIUserAbortError);
  });

  test("takes the stream: nobody else can read it", async () => {
    await using server = await wireServer(streaming(wholeAnswer));
    const stream = server.client().chat.completions.stream(params);
    const [a, b] = stream.tee();
    expect(await rejection(collected(stream))).toBeInstanceOf(FermionError);
    await Promise.all([a.done(), b.done()]);
  });
});

describe("lines of JSON", () => {
  test("are read by ours, by openai's, and the other way round", async () => {
    await using server = await wireServer(streaming(wholeAnswer));
    const stream = () => server.client().chat.completions.stream(params);
    const chunks = await collected(stream());

    const ours = ChatCompletionStream.fromReadableStream(stream().toReadableStream());
    expect(await collected(ours)).toEqual(chunks);
    expect((await ours.finalMessage()).content).toBe("Hello");

    const openai = Stream.fromReadableStream<OpenAIChunk>(stream().toReadableStream(), new AbortController());
    expect(await collected(openai)).toEqual(chunks);
    const runner = OpenAIChatCompletionStream.fromReadableStream(stream().toReadableStream());
    expect((await runner.finalMessage()).content).toBe("Hello");

    const theirs = Stream.fromReadableStream<OpenAIChunk>(stream().toReadableStream(), new AbortController());
    const back = ChatCompletionStream.fromReadableStream(theirs.toReadableStream());
    expect((await back.finalMessage()).content).toBe("Hello");
    const again = OpenAIChatCompletionStream.fromReadableStream(stream().toReadableStream());
    const fromRunner = ChatCompletionStream.fromReadableStream(again.toReadableStream());
    expect((await fromRunner.finalMessage()).content).toBe("Hello");
  });

  test.each([
    ["whole", undefined, undefined],
    ["cut off by the platform", 2, StreamTruncatedError],
    ["cut off behind the last text", 3, StreamTruncatedError],
  ])("pass through a web server: %s", async (_, count, Kind) => {
    await using platform = await wireServer(
      count === undefined ? streaming(wholeAnswer) : streaming(wholeAnswer.slice(0, count), cut),
    );
    await using web = await wireServer(async (response) => {
      const stream = platform.client().chat.completions.stream(params);
      response.writeHead(200, { "content-type": "application/x-ndjson" });
      // A producer's error has to break the connection, and pipeline does that.
      await pipeline(Readable.from(stream.toReadableStream()), response).catch(() => undefined);
    });
    const response = await fetch(web.baseURL);
    const stream = ChatCompletionStream.fromReadableStream(response.body ?? readable());
    if (Kind) {
      const error = await rejection(stream.finalMessage());
      expect(error).toBeInstanceOf(Kind);
      expect(error).toMatchObject({ received: { choices: [{ message: { content: /^Hel/ } }] } });
    } else {
      expect((await stream.finalMessage()).content).toBe("Hello");
    }
  });

  const text = (content: string, index = 0) => chunk({ content }, null, index);
  const end = (index = 0) => chunk({}, "stop", index);
  test.each([
    ["they end without a finish_reason", [lines(text("Hel"))], 1],
    ["the last line has no end", [lines(text("Hel"), end()).trimEnd()], 1],
    ["one of two choices isn't finished", [lines(text("Hel"), text("Ha", 1), end())], 1],
    ["fewer choices came than were asked for", [lines(text("Hel"), end())], 2],
    ["nothing came", [], 1],
  ])("truncated: %s", async (_, texts, choices) => {
    const stream = ChatCompletionStream.fromReadableStream(readable(...texts), { choices });
    expect(await rejection(stream.finalMessage())).toBeInstanceOf(StreamTruncatedError);
  });

  test("may be cut anywhere", async () => {
    const whole = lines(text("Hé"), text("llo"), end());
    const bytes = new TextEncoder().encode(whole);
    for (let at = 0; at < bytes.length; at++) {
      const pieces = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(bytes.subarray(0, at));
          controller.enqueue(bytes.subarray(at));
          controller.close();
        },
      });
      expect(await ChatCompletionStream.fromReadableStream(pieces).finalContent()).toBe("Héllo");
    }
  });

  test("refused, failed, stalled and aborted have errors of their own", async () => {
    const page = ChatCompletionStream.fromReadableStream(readable("<html>\n<body>\n"));
    const refused = await rejection(page.done());
    expect(refused).toBeInstanceOf(StreamRefusedError);
    expect(refused).toMatchObject({ bodyStart: "<html>\n<body>\n" });

    const failure = lines(text("Hel"), { error: { message: "worker died", code: "x" } });
    const failed = await rejection(ChatCompletionStream.fromReadableStream(readable(failure)).done());
    expect(failed).toBeInstanceOf(StreamFailedError);
    expect(failed).toMatchObject({ code: "x", received: { choices: [{ message: { content: "Hel" } }] } });

    let cancelled = 0;
    const silent = () =>
      new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new TextEncoder().encode(lines(text("Hel")))),
        cancel: () => {
          cancelled++;
        },
      });
    const stalled = ChatCompletionStream.fromReadableStream(silent(), { idleTimeout: 50 });
    expect(await rejection(stalled.done())).toBeInstanceOf(StreamStalledError);

    const controller = new AbortController();
    const aborted = ChatCompletionStream.fromReadableStream(silent(), { signal: controller.signal });
    aborted.on("content", () => controller.abort());
    expect(await rejection(aborted.done())).toBeInstanceOf(APIUserAbortError);
    expect(cancelled).toBe(2);
  });

  test("are not read before somebody wants them, and giving them up ends the answer", async () => {
    let closed: Promise<unknown> | undefined;
    await using server = await wireServer((response) => {
      closed = once(response, "close");
      eventStream(response);
      response.write(sse(chunk({ content: "Hel" })));
    });
    const stream = server.client().chat.completions.stream(params);
    const reader = stream.toReadableStream().getReader();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.requests).toHaveLength(0);
    const { value } = await reader.read();
    expect(JSON.parse(new TextDecoder().decode(value))).toMatchObject({
      choices: [{ delta: { content: "Hel" } }],
    });
    await reader.cancel();
    await closed;
    expect(await rejection(stream.finalMessage())).toBeInstanceOf(APIUserAbortError);
  });
});
