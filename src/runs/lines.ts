import { createReadStream } from "node:fs";
import { join } from "node:path";
import type * as z from "zod";
import type { PreparedFile } from "./run-file-schema.ts";

/** The lines of a file, one after the other. Only a line feed ends one: JSON may have the other separators in its texts. */
export async function* linesOf(path: string): AsyncGenerator<string, void, undefined> {
  let rest = "";
  for await (const chunk of createReadStream(path, { encoding: "utf8", highWaterMark: 256 * 1024 })) {
    const lines = `${rest}${String(chunk)}`.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") {
    yield rest;
  }
}

/** What a prepared file has, each line checked. */
export async function* preparedLines<Schema extends z.ZodType>(
  folder: string,
  file: PreparedFile,
  schema: Schema,
): AsyncGenerator<z.output<Schema>, void, undefined> {
  for await (const line of linesOf(join(folder, file.name))) {
    yield schema.parse(JSON.parse(line));
  }
}
