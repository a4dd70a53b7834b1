import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import "../../property-seed.ts";
import { ApiError } from "../../../src/platform/api-error.ts";
import { LocalPlatformOptionError } from "../../../src/platform/errors.ts";
import type { Fault } from "../../../src/platform/faults/fault.ts";
import { readFaultHeader } from "../../../src/platform/faults/fault-header.ts";
import { checkFaults } from "../../../src/platform/faults/fault-schema.ts";
import { faultyStream } from "../../../src/platform/faults/faulty-stream.ts";
import { createFaults, type RequestFault } from "../../../src/platform/faults/registry.ts";
import { paced } from "../../../src/platform/faults/slow-body.ts";

const any = (fault: RequestFault): fault is RequestFault => fault !== undefined;
const requestTo = (path: string, method = "POST") => ({ method, path, id: "req_1" });

describe("faults", () => {
  test("strike in their order, as often as they may, where they are meant to", () => {
    const here: Fault = { kind: "rate_limit", on: { path: "/v1/files/*" }, times: 2 };
    const anywhere: Fault = { kind: "error_after_work", on: { method: "POST" } };
    const faults = createFaults([here, anywhere]);
    const paths = ["/v1/files", "/v1/files/a", "/v1/files/b", "/v1/files/c", "/v1/files/a/content"];
    expect(paths.map((path) => faults.take(requestTo(path), any)?.kind)).toEqual([
      "error_after_work",
      "rate_limit",
      "rate_limit",
      undefined,
      undefined,
    ]);
    expect(faults.control.struck.map(({ fault, request }) => [fault, request?.path])).toEqual([
      [anywhere, "/v1/files"],
      [here, "/v1/files/a"],
      [here, "/v1/files/b"],
    ]);
  });

  test("are those that were added, until they are cleared", () => {
    const faults = createFaults([]);
    faults.control.add({ kind: "rate_limit", times: 5 });
    expect(faults.take(requestTo("/v1/models", "GET"), any)).toBeDefined();
    faults.control.clear();
    expect(faults.take(requestTo("/v1/models", "GET"), any)).toBeUndefined();
    expect(faults.control.struck).toEqual([]);
  });

  test("with a rate strike the same requests for the same seed, whatever else is asked between them", () => {
    const run = (seed: number, rate: number, noise: readonly boolean[]) => {
      const faults = createFaults([{ kind: "rate_limit", on: { path: "/v1/files" }, rate, seed }]);
      return noise.map((noisy) => {
        if (noisy) faults.take(requestTo("/v1/models"), any);
        return faults.take(requestTo("/v1/files"), any) !== undefined;
      });
    };
    fc.assert(
      fc.property(
        fc.nat(),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.array(fc.boolean(), { maxLength: 200 }),
        (seed, rate, noise) => {
          expect(run(seed, rate, noise)).toEqual(
            run(
              seed,
              rate,
              noise.map(() => false),
            ),
          );
        },
      ),
    );
    const quiet = Array<boolean>(1000).fill(false);
    const struck = run(1, 0.2, quiet).filter(Boolean).length;
    expect(struck).toBeGreaterThan(150);
    expect(struck).toBeLessThan(250);
    expect(run(1, 0.2, quiet)).not.toEqual(run(2, 0.2, quiet));
  });

  test("of training strike at their step, as often as they may, and only their job", () => {
    const faults = createFaults([
      { kind: "training_crash", step: 20 },
      { kind: "training_crash", step: 5, times: 2 },
      { kind: "training_crash", step: 7, job: "ftjob-b" },
    ]);
    const killed = (job: string, steps: readonly number[]) =>
      steps.filter((step) => faults.takeCrash(job, step));
    expect(killed("ftjob-a", [4, 5, 5, 5, 6, 7])).toEqual([5, 5]);
    expect(killed("ftjob-b", [5, 7, 7, 20])).toEqual([7, 20]);
    expect(faults.control.struck.map(({ job }) => job)).toEqual(["ftjob-a", "ftjob-a", "ftjob-b", "ftjob-b"]);
  });
});

describe("a fault that can't be meant", () => {
  test.each([
    [{}, "The option `faults` must be a list of faults; an empty one is enough."],
    [
      [7],
      "The option `faults` has a fault at 0 that can't be: it must be an object whose `kind` is one of rate",
    ],
    [
      [{ kind: "rate_limit" }, { kind: "fire" }],
      "a fault at 1 that can't be: `kind` must be an object whose",
    ],
    [[{ kind: "cut_stream" }], "`after` must be a number"],
    [[{ kind: "cut_stream", after: 1.5 }], "`after` must be a whole number from 0"],
    [[{ kind: "rate_limit", rate: 1.1 }], "`rate` must be 1 at most"],
    [[{ kind: "rate_limit", times: 0 }], "`times` must be a whole number from 1"],
    [[{ kind: "rate_limit", on: { path: "/files" } }], "`on.path` must be a path that begins with /v1/"],
    [[{ kind: "rate_limit", on: { methods: "GET" } }], '`on` has no field "methods"'],
    [[{ kind: "training_crash", step: 3, rate: 0.5 }], 'it has no field "rate"'],
    [[{ kind: "slow_request_body", bytesPerSecond: 0 }], "`bytesPerSecond` must be above 0"],
  ])("is refused by name: %j", (given, message) => {
    let error: unknown;
    try {
      checkFaults(given);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(LocalPlatformOptionError);
    expect(error).toMatchObject({ option: "faults", message: expect.stringContaining(message) });
  });
});

describe("the header", () => {
  test.each<[string, Fault]>([
    ["rate-limit", { kind: "rate_limit" }],
    ["rate-limit; retry-after=2", { kind: "rate_limit", retryAfter: 2 }],
    ["error-after-work", { kind: "error_after_work" }],
    ["connection-reset;after-work", { kind: "connection_reset", afterWork: true }],
    ["cut-stream; after=5;", { kind: "cut_stream", after: 5 }],
    ["stall-stream ; after = 0", { kind: "stall_stream", after: 0 }],
    ["slow-request-body; bytes-per-second=1000", { kind: "slow_request_body", bytesPerSecond: 1000 }],
    ["training-crash; step=12", { kind: "training_crash", step: 12 }],
  ])("%j asks for a fault", (header, fault) => {
    expect(readFaultHeader(header)).toEqual(fault);
  });

  test.each([
    [
      "fire",
      'There is no fault "fire"; there are rate-limit, error-after-work, connection-reset, cut-stream,',
    ],
    ["toString", 'There is no fault "toString"'],
    ["cut-stream", 'The fault "cut-stream" can\'t be: "after" must be a number. Its fields: after.'],
    ["cut-stream; after=x", '"after" must be a number'],
    ["error-after-work; x=1", 'can\'t be: Unrecognized key: "x". It has no fields.'],
    ["rate-limit; retry-after=0.5", '"retry-after" must be a whole number from 0. Its fields: retry-after.'],
  ])("%j is refused with what there is", (header, message) => {
    expect(() => readFaultHeader(header)).toThrow(ApiError);
    expect(() => readFaultHeader(header)).toThrow(message);
  });

  test("never breaks by what it says", () => {
    const text = fc.oneof(
      fc.string(),
      fc.string().map((rest) => `cut-stream; ${rest}`),
      fc.tuple(fc.constantFrom("step", "after", "__proto__", "kind"), fc.string()).map((pair) => {
        return `training-crash; ${pair.join("=")}`;
      }),
    );
    fc.assert(
      fc.property(text, (header) => {
        try {
          readFaultHeader(header);
        } catch (error) {
          expect(error).toBeInstanceOf(ApiError);
        }
      }),
    );
  });
});

describe("a stream that is cut or stalls", () => {
  const delta = (text: string, finish_reason: string | null = null) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: text ? { content: text } : {}, finish_reason }] })}\n\n`;
  const role = `data: ${JSON.stringify({ choices: [{ delta: { role: "assistant", content: "" }, finish_reason: null }] })}\n\n`;
  const chat = [role, delta("a"), delta('{"delta":{}}'), delta("c"), delta("", "stop"), "data: [DONE]\n\n"];
  const job = [
    "id: 0\nevent: status\ndata: {}\n\n",
    'id: 1\ndata: {"a":"é"}\n\n',
    ": ping\n\n",
    "id: 2\ndata: {}\n\n",
    "id: 2\nevent: done\ndata: {}\n\n",
  ];

  /** Reads what still comes: until the cut, or for as long as a few turns of the event loop. */
  async function received(
    frames: readonly string[],
    fault: Parameters<typeof faultyStream>[1],
    bytes: number,
  ) {
    const whole = new TextEncoder().encode(frames.join(""));
    const left = vi.fn();
    let at = 0;
    const source = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at < whole.length) controller.enqueue(whole.slice(at, at + bytes));
        else controller.close();
        at += bytes;
      },
      cancel: left,
    });
    const cut = vi.fn(async () => {});
    const reader = faultyStream(source, fault, cut).getReader();
    let text = "";
    let quiet = false;
    while (!quiet) {
      const silence = new Promise<undefined>((resolve) => setTimeout(resolve, 20, undefined));
      const next = await Promise.race([reader.read(), silence]);
      if (next?.value) text += new TextDecoder().decode(next.value);
      quiet = !next?.value;
    }
    return { text, cut, left, reader };
  }

  test.each([
    [chat, 0, 1],
    [chat, 2, 3],
    [chat, 9, 4],
    [job, 0, 1],
    [job, 1, 3],
    [job, 5, 4],
  ])("gives so many pieces and nothing behind them, in %#", async (frames, after, expected) => {
    for (const bytes of [1, 7, 10_000]) {
      const { text, cut } = await received(frames, { kind: "cut_stream", after }, bytes);
      expect(text).toBe(frames.slice(0, expected).join(""));
      expect(cut).toHaveBeenCalledOnce();
    }
  });

  test("frees what it came from: at the cut, or when the reader leaves", async () => {
    const cut = await received(chat, { kind: "cut_stream", after: 1 }, 40);
    expect(cut.left).toHaveBeenCalledOnce();
    const stalled = await received(chat, { kind: "stall_stream", after: 1 }, 40);
    expect(stalled.text).toBe(chat.slice(0, 2).join(""));
    expect(stalled.cut).not.toHaveBeenCalled();
    expect(stalled.left).not.toHaveBeenCalled();
    await stalled.reader.cancel();
    expect(stalled.left).toHaveBeenCalledOnce();
  });
});

describe("a slow body", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("comes whole, at its pace, and is not read ahead", async () => {
    let pulled = 0;
    const source = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (++pulled > 10) controller.close();
          else controller.enqueue(new Uint8Array(1000).fill(pulled));
        },
      },
      { highWaterMark: 0 },
    );
    const reader = paced(source, 1000).getReader();
    const bytes: number[] = [];
    const all = (async () => {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        bytes.push(...value);
      }
    })();
    await vi.advanceTimersByTimeAsync(2_500);
    expect(bytes).toHaveLength(2_500);
    expect(pulled).toBe(3);
    await vi.advanceTimersByTimeAsync(7_500);
    await all;
    expect(bytes).toEqual(Array.from({ length: 10_000 }, (_, index) => Math.floor(index / 1000) + 1));
  });
});
