import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createStreamClock } from "../../src/client/stream-timing.ts";
import { chatCompletionChunkSchema } from "../../src/contract/chat.ts";
import { chunk } from "./samples.ts";

const token = chatCompletionChunkSchema.parse(chunk({ content: "x" }));
const nothing = chatCompletionChunkSchema.parse(chunk({ role: "assistant", content: "" }));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

test("a stream's times, its waits and its rate", () => {
  const clock = createStreamClock();
  clock.start();
  vi.advanceTimersByTime(100);
  clock.opened();
  clock.record([nothing]);
  vi.advanceTimersByTime(50);
  clock.record([token]);
  // 90 waits of 20 ms, then 10 of 200 ms.
  for (let i = 0; i < 100; i++) {
    vi.advanceTimersByTime(i < 90 ? 20 : 200);
    clock.record([token]);
  }
  vi.advanceTimersByTime(30);
  clock.record([nothing]);
  clock.end();
  vi.advanceTimersByTime(1_000);
  const { interTokenP50, interTokenP95, tokensPerSecond, ...times } = clock.read(undefined);
  expect(times).toEqual({ opened: 100, firstToken: 150, total: 3_980, tokens: 101 });
  expect(interTokenP50 ?? 0).toBeGreaterThan(20 * 0.97);
  expect(interTokenP50 ?? 0).toBeLessThan(20 * 1.03);
  expect(interTokenP95 ?? 0).toBeGreaterThan(200 * 0.97);
  expect(interTokenP95 ?? 0).toBeLessThan(200 * 1.03);
  expect(tokensPerSecond).toBeCloseTo(100 / 3.8);
});

test("tokens that come together are 0 ms apart", () => {
  const clock = createStreamClock();
  clock.record([token, token, token]);
  vi.advanceTimersByTime(10);
  clock.record([token]);
  expect(clock.read(undefined)).toMatchObject({ tokens: 4, interTokenP50: 0, tokensPerSecond: 300 });
});

test("the server's count of tokens counts, where there is one", () => {
  const clock = createStreamClock();
  clock.record([token]);
  vi.advanceTimersByTime(1_000);
  clock.record([token]);
  const usage = { prompt_tokens: 1, completion_tokens: 11, total_tokens: 12 };
  expect(clock.read(usage)).toMatchObject({ tokens: 11, tokensPerSecond: 10 });
});

test("nothing is known of a stream that hasn't begun", () => {
  expect(createStreamClock().read(undefined)).toEqual({
    opened: undefined,
    firstToken: undefined,
    total: undefined,
    tokens: 0,
    interTokenP50: undefined,
    interTokenP95: undefined,
    tokensPerSecond: undefined,
  });
});
