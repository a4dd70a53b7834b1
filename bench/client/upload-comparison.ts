import * as z from "zod";
import type { Comparison } from "./comparison.ts";
import { jsonOf } from "./part-process.ts";

const tableSchema = z.array(
  z.object({
    MB: z.number(),
    sender: z.string(),
    "MB/s": z.number(),
    "× raw": z.number(),
    "over idle MB": z.number(),
  }),
);

/** What upload.ts measures: speed beside raw http, and the memory on top of what the idle process holds. */
export async function uploadComparisons(): Promise<Comparison[]> {
  const table = tableSchema.parse(await jsonOf(["bench/client/upload.ts", "--json"]));
  const sizes = [...new Set(table.map(({ MB }) => MB))];
  return sizes.flatMap((size) => {
    const measured = (sender: string) => {
      const line = table.find((each) => each.MB === size && each.sender === sender);
      if (!line) {
        throw new Error(`Nothing was measured for ${sender} with ${size} MB.`);
      }
      return { rate: line["MB/s"], share: line["× raw"], memory: line["over idle MB"] };
    };
    const [raw, openai] = [measured("raw http"), measured("openai files.create")];
    return ["files.create", "files.upload"].flatMap((method): Comparison[] => {
      const ours = measured(`fermion ${method}`);
      return [
        {
          ...{ name: `${method} of ${size} MB`, unit: "MB/s", ours: ours.rate, openai: openai.rate },
          floor: raw.rate,
          target: "≥ 0.85 × floor",
          reached: ours.share >= 0.85,
        },
        {
          ...{ name: `${method} of ${size} MB, memory`, unit: "MB over idle", ours: ours.memory },
          ...{ openai: openai.memory, floor: raw.memory },
          target: "≤ 60 MB",
          reached: ours.memory <= 60,
        },
      ];
    });
  });
}
