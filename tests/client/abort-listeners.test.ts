import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { listenForAbort } from "../../src/client/abort-listeners.ts";
import { APIUserAbortError } from "../../src/client/errors.ts";
import { sleep } from "../../src/client/retry.ts";
import { until } from "./streaming-script.ts";
import { rejection, wireServer } from "./wire-server.ts";

test("everybody who waits is called once, over one listener, which goes with the last of them", () => {
  const controller = new AbortController();
  const { signal } = controller;
  const called: string[] = [];
  const stopFirst = listenForAbort(signal, () => called.push("first"));
  const stopSecond = listenForAbort(signal, () => called.push("second"));
  listenForAbort(signal, () => called.push("third"));
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  stopFirst();
  stopFirst();
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  controller.abort();
  expect(called).toEqual(["second", "third"]);
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
  stopSecond();
});

test("a signal is left without a listener when nobody waits, and can be waited for again", () => {
  const controller = new AbortController();
  const { signal } = controller;
  let calls = 0;
  listenForAbort(signal, () => calls++)();
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
  listenForAbort(signal, () => calls++);
  controller.abort();
  listenForAbort(signal, () => calls++);
  expect(calls).toBe(1);
});

test("who is called may end the waiting of others", () => {
  const controller = new AbortController();
  let stopOther = () => {};
  listenForAbort(controller.signal, () => stopOther());
  stopOther = listenForAbort(controller.signal, () => expect.unreachable("It waits no more."));
  controller.abort();
});

test("twenty calls and waits on one signal are no leak to Node, and all hear it", async () => {
  await using server = await wireServer(() => undefined);
  const client = server.client();
  const controller = new AbortController();
  const { signal } = controller;
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on("warning", onWarning);
  const errors = Array.from({ length: 10 }, () => [
    rejection(client.models.retrieve("photon-nano", { signal })),
    rejection(sleep(60_000, signal)),
  ]).flat();
  await until(() => server.requests.length === 10);
  controller.abort();
  for (const error of await Promise.all(errors)) {
    expect(error).toBeInstanceOf(APIUserAbortError);
  }
  process.off("warning", onWarning);
  expect(warnings).toEqual([]);
});
