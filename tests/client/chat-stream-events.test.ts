import { describe, expect, test } from "vitest";
import { APIUserAbortError } from "../../src/client/errors.ts";
import { StreamTruncatedError } from "../../src/client/stream-errors.ts";
import { cut, wholeAnswer } from "./samples.ts";
import { collected, params, streaming } from "./streaming-script.ts";
import { rejection, wireServer } from "./wire-server.ts";

/** What the process is told while something runs, instead of the test runner, for which it would be a failure. */
async function processErrors(kind: "uncaughtException" | "unhandledRejection", run: () => Promise<void>) {
  const others = process.rawListeners(kind);
  const errors: unknown[] = [];
  process.removeAllListeners(kind);
  process.on(kind, (error: unknown) => errors.push(error));
  try {
    await run();
    // An unhandled rejection is reported after the tasks that might have handled it.
    await new Promise((resolve) => setTimeout(resolve, 20));
  } finally {
    process.removeAllListeners(kind);
    for (const listener of others) {
      process.on(kind, (...values) => listener.apply(process, values));
    }
  }
  return errors;
}

describe("listeners", () => {
  test("read the stream by themselves, and get everything in order", async () => {
    await using server = await wireServer(streaming(wholeAnswer));
    const log: unknown[] = [];
    const stream = server
      .client()
      .chat.completions.stream(params)
      .on("connect", () => log.push("connect"))
      .on("chunk", ({ id }) => log.push(id))
      .on("content", (delta, snapshot) => log.push([delta, snapshot]))
      .on("message", ({ content }) => log.push(["message", content]))
      .on("finalMessage", ({ content }) => log.push(["finalMessage", content]))
      .on("error", () => log.push("error"))
      .on("abort", () => log.push("abort"));
    await stream.emitted("end");
    const id = "chatcmpl-1";
    expect(log).toEqual([
      "connect",
      id,
      id,
      ["Hel", "Hel"],
      id,
      ["lo", "Hello"],
      id,
      id,
      ["message", "Hello"],
      ["finalMessage", "Hello"],
    ]);
  });

  test("are called beside a reader, once or until they are taken away", async () => {
    await using server = await wireServer(streaming(wholeAnswer));
    const stream = server.client().chat.completions.stream(params);
    const once: string[] = [];
    const twice: string[] = [];
    const never = () => twice.push("never");
    stream.once("content", (delta) => once.push(delta));
    stream.on("content", never).off("content", never);
    stream.on("content", (_, snapshot) => twice.push(snapshot));
    expect(await collected(stream.text())).toEqual(["Hel", "lo"]);
    expect(once).toEqual(["Hel"]);
    expect(twice).toEqual(["Hel", "Hello"]);
  });

  test("learn of an error, and then of the end", async () => {
    await using server = await wireServer(streaming(wholeAnswer.slice(0, 2), cut));
    const stream = server.client().chat.completions.stream(params);
    const log: unknown[] = [];
    stream.on("error", (error) => log.push(error)).on("end", () => log.push("end"));
    const error = await stream.emitted("error");
    expect(error).toBeInstanceOf(StreamTruncatedError);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(log).toEqual([error, "end"]);
    expect(await rejection(stream.done())).toBe(error);
  });

  test("learn of an abort, which is no error", async () => {
    await using server = await wireServer(streaming(wholeAnswer.slice(0, 2), () => undefined));
    const stream = server.client().chat.completions.stream(params);
    const log: unknown[] = [];
    stream.on("error", () => log.push("error")).on("end", () => log.push("end"));
    stream.on("content", () => stream.abort());
    expect(await stream.emitted("abort")).toBeInstanceOf(APIUserAbortError);
    expect(log).toEqual(["end"]);
  });

  test("emitted() rejects if the stream ends without the event", async () => {
    await using server = await wireServer(streaming(wholeAnswer.slice(0, 2), cut));
    const { completions } = server.client().chat;
    expect(await completions.stream(params).emitted("content")).toBe("Hel");
    expect(await rejection(completions.stream(params).emitted("message"))).toBeInstanceOf(
      StreamTruncatedError,
    );
  });

  test("that throw disturb neither the stream nor the others, and aren't passed over in silence", async () => {
    await using server = await wireServer(streaming(wholeAnswer));
    const broken = new Error("the listener's own");
    const heard: string[] = [];
    const errors = await processErrors("uncaughtException", async () => {
      const stream = server.client().chat.completions.stream(params);
      stream.once("content", () => {
        throw broken;
      });
      stream.on("content", (delta) => heard.push(delta));
      expect((await stream.finalMessage()).content).toBe("Hello");
    });
    expect(errors).toEqual([broken]);
    expect(heard).toEqual(["Hel", "lo"]);
  });
});

describe("an error that only other listeners could have learned of", () => {
  const failing = streaming(wholeAnswer.slice(0, 2), cut);

  test("is an unhandled rejection", async () => {
    await using server = await wireServer(failing);
    const errors = await processErrors("unhandledRejection", async () => {
      const stream = server.client().chat.completions.stream(params);
      await new Promise<void>((resolve) => stream.on("end", () => resolve()));
    });
    expect(errors).toMatchObject([{ name: "StreamTruncatedError" }]);
  });

  test("is none if somebody listens, reads, or waits for the end", async () => {
    await using server = await wireServer(failing);
    const { completions } = server.client().chat;
    const errors = await processErrors("unhandledRejection", async () => {
      await completions
        .stream(params)
        .on("error", () => undefined)
        .emitted("end");
      await rejection(collected(completions.stream(params).on("content", () => undefined)));
      await rejection(
        completions
          .stream(params)
          .on("content", () => undefined)
          .done(),
      );
      // The caller who aborts knows of it.
      const aborted = completions.stream(params);
      aborted.on("content", () => aborted.abort());
      await new Promise<void>((resolve) => aborted.on("end", () => resolve()));
    });
    expect(errors).toEqual([]);
  });
});
