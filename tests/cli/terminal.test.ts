import { afterEach, describe, expect, test, vi } from "vitest";
import { hasColor, Interrupted, interruptible } from "../../src/cli/terminal.ts";

afterEach(() => vi.unstubAllEnvs());

describe("colours", () => {
  test.each([
    [true, { NO_COLOR: undefined, TERM: "xterm" }, true],
    [false, { NO_COLOR: undefined, TERM: "xterm" }, false],
    [true, { NO_COLOR: "1", TERM: "xterm" }, false],
    // An empty value is none, by the convention.
    [true, { NO_COLOR: "", TERM: "xterm" }, true],
    [true, { NO_COLOR: undefined, TERM: "dumb" }, false],
  ])("on a terminal (%s) with %j: %s", (isTTY, env, wanted) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    expect(hasColor({ isTTY })).toBe(wanted);
  });
});

describe("interruptible", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s aborts the work, and no listener stays", async (name, status) => {
    const before = process.listenerCount(name);
    const work = interruptible(
      (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    );
    process.kill(process.pid, name);
    const error = await work.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Interrupted);
    expect(error).toMatchObject({ status });
    expect(process.listenerCount(name)).toBe(before);
  });
});
