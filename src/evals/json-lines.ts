import { createReadStream } from "node:fs";
import { APIUserAbortError } from "../index.ts";
import { EvaluationError } from "./errors.ts";

/** No line of a suite or of answers is longer; what is has to be another file, and mustn't be held in memory. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** A line of a file. */
export interface FileLine {
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
}

/**
 * The lines of a file that aren't empty, with constant memory. A mark of the byte order and the end of a line are no part
 * of them.
 *
 * @throws APIUserAbortError if the signal ended it
 * @throws EvaluationError `unreadable` if it can't be read, isn't UTF-8, or has a line of more than 16 MiB
 */
export async function* readLines(
  path: string,
  options: { readonly signal?: AbortSignal | undefined; readonly lossy?: boolean } = {},
): AsyncGenerator<FileLine, void, undefined> {
  const { signal, lossy = false } = options;
  const decoder = new TextDecoder("utf-8", { fatal: !lossy });
  let line = 0;
  let pieces: Buffer[] = [];
  let size = 0;
  const take = (): FileLine | undefined => {
    line++;
    const bytes = Buffer.concat(pieces);
    pieces = [];
    size = 0;
    try {
      const text = decoder.decode(bytes).trim();
      return text === "" ? undefined : { text, line };
    } catch (cause) {
      throw unreadable(path, "it isn't UTF-8", cause, line);
    }
  };
  try {
    for await (const chunk of createReadStream(path)) {
      if (signal?.aborted) {
        throw new APIUserAbortError();
      }
      const bytes: Buffer = chunk;
      let start = 0;
      for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
        pieces.push(bytes.subarray(start, end));
        const found = take();
        if (found) yield found;
        start = end + 1;
      }
      pieces.push(bytes.subarray(start));
      size += bytes.length - start;
      if (size > LONGEST_LINE) {
        throw unreadable(path, "a line has more than 16 MiB", undefined, line + 1);
      }
    }
  } catch (cause) {
    if (cause instanceof EvaluationError || cause instanceof APIUserAbortError) {
      throw cause;
    }
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const found = take();
  if (found) yield found;
}

function unreadable(file: string, reason: string, cause: unknown, line?: number): EvaluationError {
  const place = line === undefined ? file : `${file}:${line}`;
  return new EvaluationError(`${place} can't be read: ${reason}.`, { code: "unreadable", file, line, cause });
}
