import * as z from "zod";
import type { Comparison } from "./comparison.ts";
import { jsonOf } from "./part-process.ts";

const rowsSchema = z.array(
  z.object({
    name: z.string(),
    values: z.object({ "events/s": z.coerce.number(), "CPU s": z.coerce.number() }),
  }),
);

const program = `
  import { streamingBench } from "./bench/client/streaming.ts";
  console.log(JSON.stringify(await streamingBench()));
`;

/** What streaming.ts measures: events per second and CPU seconds, ours with every chunk validated. */
export async function streamingComparisons(): Promise<Comparison[]> {
  const rows = rowsSchema.parse(await jsonOf(["--input-type=module", "--eval", program]));
  return [...new Set(rows.map(({ name }) => what(name)))].flatMap((stream) => {
    const measured = (reader: string) => {
      const row = rows.find(({ name }) => name === `${stream}, ${reader}`);
      if (!row) {
        throw new Error(`Nothing was measured for ${stream} with ${reader}.`);
      }
      return { rate: row.values["events/s"], cpu: row.values["CPU s"] };
    };
    const [ours, openai, floor] = [measured("fermion"), measured("openai"), measured("floor")];
    return [
      {
        ...{ name: `stream of ${stream}`, unit: "events/s", ours: ours.rate, openai: openai.rate },
        floor: floor.rate,
        target: "≥ 3 × openai",
        reached: ours.rate >= 3 * openai.rate,
      },
      {
        ...{
          name: `stream of ${stream}`,
          unit: "CPU s",
          ours: ours.cpu,
          openai: openai.cpu,
          floor: floor.cpu,
        },
        target: "≤ floor",
        reached: ours.cpu <= floor.cpu,
      },
    ];
  });
}

/** `20,000 chunks` of `20,000 chunks, fermion`. */
const what = (name: string) => name.slice(0, name.lastIndexOf(", "));
