import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Fermion, StreamTruncatedError, toFile } from "../../src/index.ts";
import { type WireServer, wireServer } from "../client/wire-server.ts";
import { type ServedPlatform, servePlatform } from "../e2e/served.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";
import { trainingFile, writeTinyBase } from "../platform/tiny-base.ts";
import { type FaultyProxy, startFaultyProxy } from "./proxy.ts";
import { isFull } from "./scale.ts";
import { truthOf } from "./truth.ts";

/** Streams of a real platform, cut at every byte. Slow machines make these tests slow, and nothing else. */
const TIMEOUT = 600_000;
const AT_A_TIME = 48;

/** Says to the servers of these tests where to cut. */
const CUT = "x-cut-at";

const directory = temporaryDirectory();
let platform: ServedPlatform;
let client: Fermion;

beforeAll(async () => {
  const base = join(directory.path, "base");
  await writeTinyBase(base);
  platform = await servePlatform(join(directory.path, "data"), base, new URL("serve.ts", import.meta.url));
  client = new Fermion({ baseURL: platform.baseURL, apiKey: platform.apiKey });
});

afterAll(async () => {
  await platform.end("SIGTERM");
  directory.remove();
});

/** Does it for each number below `count`, some at a time, and gives what came of each. */
async function forEach<Result>(count: number, act: (index: number) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < count; index = next++) results[index] = await act(index);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  return results;
}

const clientAt = (server: Pick<FaultyProxy | WireServer, "baseURL">, byte: number) =>
  new Fermion({
    baseURL: server.baseURL,
    apiKey: platform.apiKey,
    defaultHeaders: { [CUT]: String(byte) },
  });

describe("a chat stream that is cut", () => {
  const question = {
    model: "photon-nano",
    temperature: 1,
    seed: 8,
    max_tokens: 8,
    messages: [{ role: "user" as const, content: "When must I report hail?" }],
  };

  /** The bytes of a whole stream, and its text. */
  async function recorded() {
    const response = await fetch(`${platform.baseURL}/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${platform.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ ...question, stream: true, stream_options: { include_usage: true } }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    return { bytes, text: await truthOf(platform).text(question) };
  }

  test.each(["as if it were whole", "by the end of its connection"])(
    "%s, at any byte, is no whole answer before it is one",
    async (how) => {
      const { bytes, text } = await recorded();
      // Whole is what has said why it ended, and the usage that was asked for: with the blank line behind that.
      const wholeAt = bytes.indexOf("data: [DONE]");
      expect(wholeAt).toBeGreaterThan(1_000);
      await using server = await wireServer((response, { headers }) => {
        const part = bytes.subarray(0, Number(headers[CUT]));
        response.writeHead(200, { "content-type": "text/event-stream" });
        if (how === "as if it were whole") response.end(part);
        else response.write(part, () => response.socket?.destroySoon());
      });
      const outcomes = await forEach(bytes.length, async (byte) => {
        let got = "";
        try {
          const stream = clientAt(server, byte).chat.completions.stream(question);
          for await (const piece of stream.text()) got += piece;
          return { got, error: undefined };
        } catch (error) {
          return { got, error };
        }
      });
      const taken = outcomes.flatMap(({ error }, byte) => (error ? [] : [byte]));
      if (how === "as if it were whole") {
        expect(taken).toEqual(Array.from({ length: bytes.length - wholeAt }, (_, index) => wholeAt + index));
      } else {
        // A connection that broke may have had more to say, until it has said `[DONE]`.
        expect(taken).toEqual([]);
      }
      for (const [byte, { got, error }] of outcomes.entries()) {
        if (!error) {
          expect(got).toBe(text);
          continue;
        }
        if (!(error instanceof StreamTruncatedError)) throw error;
        const received = error.received?.choices[0]?.message.content ?? "";
        expect(text.startsWith(got), `${byte}: ${got}`).toBe(true);
        expect(received).toBe(got);
      }
    },
    TIMEOUT,
  );
});

describe("the stream of a job's events that is cut", () => {
  const endings = ["clean", "closed", "reset"] as const;

  // In full, each byte by each of the endings. Otherwise each ending has every twelfth byte, which takes seconds.
  const stride = isFull ? 1 : 4;

  test.each(isFull ? [0, 1, 2] : [0])(
    `at every ${isFull ? "" : `${stride}th `}byte is taken up again: every event once, in order (turn %i)`,
    async (turn) => {
      const file = toFile(trainingFile(10), "f.jsonl");
      const { id: training_file } = await client.files.create({ file, purpose: "fine-tune" });
      const { id } = await client.fineTuning.jobs.create({
        model: "photon-nano",
        training_file,
        hyperparameters: { n_epochs: 1, batch_size: 10 },
      });
      const job = await client.fineTuning.jobs.wait(id);
      const events = await truthOf(platform).events(id);
      const response = await fetch(`${platform.baseURL}/fine_tuning/jobs/${id}/events?stream=true`, {
        headers: { authorization: `Bearer ${platform.apiKey}` },
      });
      const prelude = "retry: 1\n\n";
      const { length } = `${prelude}${await response.text()}`;
      const met = new Set<unknown>();
      await using proxy = await startFaultyProxy({
        target: platform.baseURL,
        prelude,
        decide(_purpose, headers) {
          const byte = headers[CUT];
          if (met.has(byte)) return [];
          met.add(byte);
          const ending = endings[(Number(byte) / stride + turn) % endings.length] ?? "clean";
          return [{ kind: "cut", byte: Number(byte), ending, lengthTold: false }];
        },
      });
      // Before the prelude has come, the client takes its own time to come back: a few of those are enough.
      const first = prelude.length - 2;
      const followed = await forEach(Math.ceil((length - first) / stride), async (index) => {
        const updates = [];
        for await (const update of clientAt(proxy, first + index * stride).fineTuning.jobs.follow(id)) {
          updates.push(update);
        }
        return updates;
      });
      expect(proxy.surprises).toEqual([]);
      expect(proxy.done.length).toBe(followed.length);
      const ids = events.map((event) => event.id);
      for (const [index, updates] of followed.entries()) {
        const got = updates.flatMap((update) => (update.type === "status" ? [] : [update.event]));
        expect(
          got.map((event) => event.id),
          `cut at ${first + index * stride}`,
        ).toEqual(ids);
        const statuses = updates.flatMap((update) => (update.type === "status" ? [update.job] : []));
        expect(statuses).toEqual([job]);
      }
    },
    TIMEOUT,
  );
});
