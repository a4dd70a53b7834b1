import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { median, type Row } from "./table.ts";

const READERS = ["fermion", "openai", "floor"] as const;
type Reader = (typeof READERS)[number];

interface Measurement {
  readonly chunks: number;
  readonly characters: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/**
 * Reads streams of 20,000 and of 200,000 chunks with each reader: this package (every chunk validated), `openai`, and
 * the floor, which is fetch + eventsource-parser + JSON.parse with nothing around it. Reader and server are processes of
 * their own, and the readers take turns, so that what disturbs the machine disturbs all of them.
 *
 * @param rounds - how often each of them reads; the medians count
 */
export async function streamingBench(rounds = 5): Promise<Row[]> {
  const server = fork(join(import.meta.dirname, "stream-server.ts"), { execArgv: ["--import", "tsx"] });
  try {
    const [port] = await once(server, "message");
    const rows: Row[] = [];
    for (const count of [20_000, 200_000]) {
      const taken: Record<Reader, Measurement[]> = { fermion: [], openai: [], floor: [] };
      for (let round = 0; round < rounds; round++) {
        for (const reader of READERS) {
          taken[reader].push(await measure(reader, `http://127.0.0.1:${port}/v1`, count));
        }
      }
      const rate = (reader: Reader) => median(taken[reader].map(({ chunks, seconds }) => chunks / seconds));
      const cpu = (reader: Reader) => median(taken[reader].map(({ cpuSeconds }) => cpuSeconds));
      for (const reader of READERS) {
        rows.push({
          name: `${count.toLocaleString("en-US")} chunks, ${reader}`,
          values: {
            "events/s": Math.round(rate(reader)),
            "× openai": (rate(reader) / rate("openai")).toFixed(2),
            "CPU s": cpu(reader).toFixed(3),
            "CPU ÷ floor": (cpu(reader) / cpu("floor")).toFixed(2),
          },
        });
      }
    }
    return rows;
  } finally {
    server.disconnect();
  }
}

async function measure(reader: Reader, baseURL: string, count: number): Promise<Measurement> {
  const child = fork(join(import.meta.dirname, "stream-reader.ts"), [reader, baseURL, String(count)], {
    execArgv: ["--import", "tsx"],
  });
  const result = await new Promise<Measurement>((resolve, reject) => {
    child.once("message", (message: Measurement) => resolve(message));
    child.once("exit", (code) => reject(new Error(`The reader ${reader} ended with ${code}.`)));
  });
  if (result.chunks !== count) {
    throw new Error(`${reader} read ${result.chunks} of ${count} chunks.`);
  }
  return result;
}
