import { getEventListeners } from "node:events";
import type { Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { APIUserAbortError } from "../../src/client/errors.ts";
import { wholeAnswer } from "./samples.ts";
import { params, streaming, until } from "./streaming-script.ts";
import { json, rejection, type Script, wireServer } from "./wire-server.ts";

/** Does what the script does, and counts the sockets that are open. */
function counting(script: Script): { script: Script; open: Set<Socket> } {
  const open = new Set<Socket>();
  return {
    open,
    script: (response, request, index) => {
      const { socket } = response;
      if (socket && !open.has(socket)) {
        open.add(socket);
        socket.on("close", () => open.delete(socket));
      }
      return script(response, request, index);
    },
  };
}

/** Sends the beginning of an answer, and then nothing. */
const endless = streaming(wholeAnswer.slice(0, 2), () => undefined);

/** In groups, because a thousand connections at once would be another test. */
async function times(count: number, act: (i: number) => Promise<void>): Promise<void> {
  for (let i = 0; i < count; i += 50) {
    await Promise.all(Array.from({ length: Math.min(50, count - i) }, (_, j) => act(i + j)));
  }
}

test("1,000 aborted streams leave no socket, and no listener on the signal that they share", async () => {
  const { script, open } = counting(endless);
  await using server = await wireServer(script);
  const { completions } = server.client().chat;
  const shared = new AbortController();
  const options = { signal: shared.signal };
  const ways = [
    // While it is being read.
    async () => {
      const stream = completions.stream(params, options);
      const error = await rejection(
        (async () => {
          for await (const _ of stream.text()) {
            stream.abort();
          }
        })(),
      );
      expect(error).toBeInstanceOf(APIUserAbortError);
    },
    // By leaving the loop.
    async () => {
      for await (const _ of completions.stream(params, options)) {
        break;
      }
    },
    // Before anybody reads.
    async () => {
      const stream = await completions.create({ ...params, stream: true }, options);
      stream.abort();
      expect(await rejection(stream.finalMessage())).toBeInstanceOf(APIUserAbortError);
    },
    // While somebody waits for more.
    async () => {
      const stream = completions.stream(params, options);
      stream.on("content", () => stream.controller.abort());
      expect(await rejection(stream.finalMessage())).toBeInstanceOf(APIUserAbortError);
    },
    // By a signal of its own.
    async () => {
      const own = new AbortController();
      const stream = await completions.create({ ...params, stream: true }, { signal: own.signal });
      await stream[Symbol.asyncIterator]().next();
      own.abort();
      expect(getEventListeners(own.signal, "abort")).toHaveLength(0);
      expect(await rejection(stream.finalMessage())).toBeInstanceOf(APIUserAbortError);
    },
  ];
  let most = 0;
  await times(1_000, async (i) => {
    await ways[i % ways.length]?.();
    most = Math.max(most, open.size);
  });
  await until(() => open.size === 0);
  expect(most).toBeGreaterThan(0);
  expect(server.requests).toHaveLength(1_000);
  expect(getEventListeners(shared.signal, "abort")).toHaveLength(0);
});

test("10,000 requests leave no listener on the signal that they share", async () => {
  await using server = await wireServer((response, request, index) =>
    request.method === "GET"
      ? json(response, 200, { id: "photon-nano", object: "model", created: 1_700_000_000, owned_by: "local" })
      : streaming(wholeAnswer)(response, request, index),
  );
  const client = server.client();
  const { signal } = new AbortController();
  let most = 0;
  await times(10_000, async (i) => {
    const request =
      i % 10 === 0
        ? client.chat.completions.stream(params, { signal }).done()
        : client.models.retrieve("photon-nano", { signal });
    most = Math.max(most, getEventListeners(signal, "abort").length);
    await request;
  });
  expect(most).toBeGreaterThan(0);
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
});

test("a stream that was created and never read is given up when nobody can reach it", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage: () => void = runInNewContext("gc");
  const { script, open } = counting(endless);
  await using server = await wireServer(script);
  const client = server.client();
  const { signal } = new AbortController();
  const kept = await client.chat.completions.create({ ...params, stream: true }, { signal });
  await times(20, async () => {
    await client.chat.completions.create({ ...params, stream: true }, { signal });
  });
  await until(() => {
    collectGarbage();
    return open.size === 1;
  });
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  kept.abort();
  await until(() => open.size === 0);
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
});
