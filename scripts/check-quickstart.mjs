/** Fails unless a quickstart's output says that the custom model learned what the base does not know. */
import { readFileSync } from "node:fs";

const [file = ""] = process.argv.slice(2);
const output = readFileSync(file, "utf8");
const found = /held-out questions right: +\S+ (\d+) +custom (\d+) +of 60/.exec(output);
const base = Number(found?.[1] ?? Number.NaN);
const custom = Number(found?.[2] ?? Number.NaN);
if (!(base <= 5 && custom >= 48)) {
  console.error(
    `The base has at most 5 of 60 right and the custom model at least 48; got ${base} and ${custom}.`,
  );
  process.exit(1);
}
