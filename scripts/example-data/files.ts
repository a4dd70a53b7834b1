/** Which file of examples/data is composed by which function. */
import { companionRecords } from "./companion.ts";
import { educationRecords } from "./education.ts";
import { gameRecords } from "./game.ts";

export const exampleRecords: Readonly<Record<string, () => readonly unknown[]>> = {
  "companion.records.jsonl": companionRecords,
  "education.records.jsonl": educationRecords,
  "game.records.jsonl": gameRecords,
};
