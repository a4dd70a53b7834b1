import { readFileSync } from "node:fs";

/** The records of an example, as they stand in `examples/data`. */
export function exampleRecords(name: string): unknown[] {
  const text = readFileSync(new URL(`../../examples/data/${name}.records.jsonl`, import.meta.url), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
}
