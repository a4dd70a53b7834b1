import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { ANSWER, chatServer } from "./chat-server.ts";
import { type Comparison, median } from "./comparison.ts";

const script = fileURLToPath(new URL("import-process.mjs", import.meta.url));
const READERS = ["fermion", "openai", "floor"] as const;
type Reader = (typeof READERS)[number];

const timesSchema = z.object({ imported: z.number(), first: z.number(), text: z.literal(ANSWER) });
type Times = z.infer<typeof timesSchema>;

/**
 * How long `import()` of the built package and the first streamed chat take in a process that has just begun. Each time
 * is from a process of its own, all readers take turns, and the first round, which fills the caches of the disk, doesn't
 * count. The server is in this process, which does nothing else meanwhile.
 *
 * The floor is fetch with eventsource-parser.
 */
export async function importTimeBench(rounds = 21): Promise<Comparison[]> {
  await using server = await chatServer();
  const taken: Record<Reader, Times[]> = { fermion: [], openai: [], floor: [] };
  for (let round = 0; round <= rounds; round++) {
    for (const reader of READERS) {
      const times = await measure(reader, server.baseURL);
      if (round > 0) {
        taken[reader].push(times);
      }
    }
  }
  const compared = (name: string, of: (times: Times) => number): Comparison => {
    const figure = (reader: Reader) => median(taken[reader].map(of));
    const [ours, openai] = [figure("fermion"), figure("openai")];
    return {
      ...{ name, unit: "ms", ours, openai, floor: figure("floor") },
      target: "≤ openai",
      reached: ours <= openai,
    };
  };
  return [
    compared("cold import", ({ imported }) => imported),
    { ...compared("first streamed chat after it", ({ first }) => first), target: "", reached: undefined },
    compared("both together", ({ imported, first }) => imported + first),
  ];
}

async function measure(reader: Reader, baseURL: string): Promise<Times> {
  const child = spawn(process.execPath, [script, reader, baseURL], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  for await (const piece of child.stdout.setEncoding("utf8")) {
    output += piece;
  }
  return timesSchema.parse(JSON.parse(output));
}
