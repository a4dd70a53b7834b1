import { readFileSync } from "node:fs";
import type { EvalItem } from "fermion/evals";
import { lineage } from "fermion/runs";
import { prepareRecords, type Vertical } from "fermion/verticals";

/**
 * What is asked about the first record that a run has kept for its evaluation: no model has learned from it.
 *
 * @param data - a JSONL file of records of the vertical
 * @param directory - of the runs
 * @param suits - whether it is such an item as is looked for
 */
export async function heldOutItem<R>(
  vertical: Vertical<R>,
  data: URL,
  directory: string,
  suits: (item: EvalItem) => boolean = () => true,
): Promise<EvalItem> {
  const lines = readFileSync(data, "utf8").trimEnd().split("\n");
  const rows = lines.map((line): unknown => JSON.parse(line));
  const { records } = await prepareRecords(vertical, rows);
  for (const { row, id = "" } of records) {
    const uses = await lineage(id, { directory });
    const item = vertical.items(row).find(suits);
    if (item && uses.some(({ run, part }) => run === vertical.name && part === "evaluation")) return item;
  }
  throw new Error(`No record of ${data.pathname} was held out.`);
}
