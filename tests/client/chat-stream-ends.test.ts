import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { APIUserAbortError } from "../../src/client/errors.ts";
import { StreamFailedError, StreamStalledError } from "../../src/client/stream-errors.ts";
import { chunk, usageChunk, wholeAnswer } from "./samples.ts";
import { collected, params, streaming, until } from "./streaming-script.ts";
import { eventStream, rejection, sse, wireServer } from "./wire-server.ts";

describe("silence", () => {
  test("while nobody has begun to read is nobody's fault", async () => {
    await using server = await wireServer(
      streaming(wholeAnswer.slice(0, 2), async (response) => {
        await new Promise((resolve) => setTimeout(resolve, 1_600));
        response.end(wholeAnswer.slice(2).join(""));
      }),
    );
    const client = server.client({ idleTimeout: 1_000 });
    const stream = await client.chat.completions.create({ ...params, stream: true });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect((await stream.finalMessage()).content).toBe("Hello");
  });

  test.each([
    ["chunks with empty deltas", sse(chunk({ content: "" }))],
    ["chunks that only repeat the role", sse(chunk({ role: "assistant" }))],
    ["chunks without choices", sse({ ...chunk({}), choices: [] })],
    ["events that say ping", sse("{}", { event: "ping" })],
    ["comments", ": ping\n\n"],
  ])("isn't broken by %s", async (_, nothing) => {
    await using server = await wireServer(
      streaming(wholeAnswer.slice(0, 2), (response) => {
        const timer = setInterval(() => response.write(nothing), 20);
        response.on("close", () => clearInterval(timer));
      }),
    );
    const stream = server.client({ idleTimeout: 800 }).chat.completions.stream(params);
    const error = await rejection(stream.finalMessage());
    expect(error).toBeInstanceOf(StreamStalledError);
    expect(error).toMatchObject({ received: { choices: [{ message: { content: "Hel" } }] } });
  });

  test("is broken by whatever a server calls its tokens", async () => {
    const thoughts = Array.from({ length: 8 }, (_, i) => sse(chunk({ reasoning_content: `${i}` })));
    await using server = await wireServer(async (response) => {
      eventStream(response);
      for (const text of [...thoughts, ...wholeAnswer]) {
        response.write(text);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      response.end();
    });
    const { completions } = server.client({ idleTimeout: 1_000 }).chat;
    expect(await completions.stream(params).finalMessage()).toMatchObject({
      content: "Hello",
      reasoning_content: "01234567",
    });
  });
});

describe("an error inside a stream", () => {
  const envelope = { message: "worker died", type: "server_error", param: null, code: 7 };
  test.each([
    ["in its envelope", sse({ error: envelope }), { code: "7", type: "server_error", isRetryable: true }],
    ["in an event of its own", sse({ error: envelope }, { event: "error" }), { code: "7" }],
    ["without an envelope", sse(envelope, { event: "error" }), { code: "7" }],
    ["marked as an object", sse({ object: "error", ...envelope }), { code: "7" }],
    ["as words in its envelope", sse({ error: "worker died" }), { code: undefined }],
    ["as words", sse("worker died", { event: "error" }), { code: undefined }],
    ["inside a chunk", sse({ ...chunk({}), error: envelope }), { code: "7" }],
  ])("%s fails it, with what had come", async (_, text, fields) => {
    await using server = await wireServer(streaming([...wholeAnswer.slice(0, 2), text, sse("[DONE]")]));
    const error = await rejection(server.client().chat.completions.stream(params).finalMessage());
    expect(error).toBeInstanceOf(StreamFailedError);
    expect(String(error)).toContain("worker died");
    expect(error).toMatchObject({ ...fields, received: { choices: [{ message: { content: "Hel" } }] } });
  });

  test("is no error if it is null", async () => {
    const calm = (value: object) => sse({ ...value, error: null });
    await using server = await wireServer(
      streaming([
        calm(chunk({ content: "Hello" })),
        calm(chunk({}, "stop")),
        calm(usageChunk),
        sse("[DONE]"),
      ]),
    );
    expect((await server.client().chat.completions.stream(params).finalMessage()).content).toBe("Hello");
  });
});

describe("reading", () => {
  test("a slow reader leaves what it hasn't read with the server", async () => {
    const piece = sse(chunk({ content: "x".repeat(1_000) })).repeat(64);
    let accepted = 0;
    let blocked = false;
    await using server = await wireServer(async (response) => {
      eventStream(response);
      // Far more than the sockets' buffers can hold, if only somebody took it.
      while (!response.destroyed && accepted < 256 * 1024 * 1024) {
        const goesOn = response.write(piece);
        accepted = response.socket?.bytesWritten ?? accepted;
        if (!goesOn) {
          blocked = await Promise.race([
            once(response, "drain").then(() => false),
            once(response, "close").then(() => false),
            new Promise<boolean>((resolve) => setTimeout(resolve, 1_000, true)),
          ]);
          if (blocked) {
            return;
          }
        }
      }
    });
    const stream = server.client().chat.completions.stream(params);
    for await (const _ of stream) {
      await until(() => blocked || accepted >= 256 * 1024 * 1024);
      break;
    }
    expect(accepted).toBeLessThan(32 * 1024 * 1024);
  });

  test("goes on beside the final message, whichever is asked for first", async () => {
    await using server = await wireServer(streaming(wholeAnswer));
    const { completions } = server.client().chat;
    for (const stream of [
      completions.stream(params),
      await completions.create({ ...params, stream: true }),
    ]) {
      const [message, texts] = await Promise.all([stream.finalMessage(), collected(stream.text())]);
      expect(texts.join("")).toBe("Hello");
      expect(message.content).toBe("Hello");
    }
    expect(server.requests).toHaveLength(2);
  });

  test("calls of next() that don't wait for one another get the chunks in order, each once", async () => {
    const numbers = Array.from({ length: 200 }, (_, i) => sse(chunk({ content: `${i},` })));
    await using server = await wireServer(async (response) => {
      eventStream(response);
      for (const [i, text] of [...numbers, ...wholeAnswer.slice(3)].entries()) {
        response.write(text);
        if (i % 50 === 0) {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
      response.end();
    });
    const texts = server.client().chat.completions.stream(params).text();
    const results = await Promise.all(Array.from({ length: 202 }, () => texts.next()));
    expect(results.map(({ value }) => value).join("")).toBe(
      Array.from({ length: 200 }, (_, i) => `${i},`).join(""),
    );
    expect(results.map(({ done }) => done).slice(-2)).toEqual([true, true]);
    expect(await texts.next()).toEqual({ done: true, value: undefined });
  });

  test("a reader that is gone learns nothing more, and one that comes back gets the abort", async () => {
    await using server = await wireServer(streaming(wholeAnswer.slice(0, 3), () => undefined));
    const stream = server.client().chat.completions.stream(params);
    const chunks = stream[Symbol.asyncIterator]();
    await chunks.next();
    stream.abort();
    // The reader is away, and whoever waits for the end learns of it nevertheless.
    const error = await rejection(stream.finalMessage());
    expect(error).toBeInstanceOf(APIUserAbortError);
    expect(await rejection(chunks.next())).toBe(error);
    expect((await chunks.next()).done).toBe(true);
  });

  test("an abort before anything was read sends nothing", async () => {
    await using server = await wireServer(streaming(wholeAnswer));
    const stream = server.client().chat.completions.stream(params);
    stream.abort();
    expect(await rejection(collected(stream))).toBeInstanceOf(APIUserAbortError);
    expect(server.requests).toHaveLength(0);
  });
});
