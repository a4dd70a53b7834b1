import { encodeDialogue, truncateExample } from "../../engine/chat-template.ts";
import type { Example } from "../../engine/example.ts";
import type { Tokenizer } from "../../engine/tokenizer.ts";
import { parseTrainingRow } from "./training-row.ts";

/** A line that can't be used, counted from 1 as an editor counts. */
export interface BadLine {
  readonly line: number;
  readonly reason: string;
}

/** Lines that can't be used for the same reason: the first {@link LISTED_LINES}, and how many there are. */
export interface BadLineGroup {
  readonly reason: string;
  readonly lines: readonly number[];
  readonly count: number;
}

/** What is in a training file. */
export interface TrainingFile {
  readonly examples: readonly Example[];
  /** Lines that can't be used: the first {@link LISTED_LINES}, and how many there are. */
  readonly badLines: readonly BadLine[];
  readonly badLineCount: number;
  /** The same lines by their reason, in the order in which the reasons came up; {@link LISTED_LINES} reasons at most. */
  readonly badLineGroups: readonly BadLineGroup[];
  /** False for what seems to be another format: it begins with a list, or no line of it is JSON. */
  readonly looksLikeJsonLines: boolean;
  /** Lines that were longer than the context and were cut: the first ones, and how many there are. */
  readonly cutLines: readonly number[];
  readonly cutLineCount: number;
}

/** So many line numbers are kept of each kind. */
export const LISTED_LINES = 50;

/** A line of more bytes is no dialogue, and would fill the memory. */
const LONGEST_LINE = 8 * 1024 * 1024;

interface ReadOptions {
  readonly tokenizer: Tokenizer;
  /** Longer rows are cut to so many tokens. */
  readonly contextLength: number;
}

/** Reads a training file (JSONL), row by row: all that is wrong with it is found, not just the first thing. */
export async function readTrainingFile(
  bytes: AsyncIterable<Uint8Array>,
  { tokenizer, contextLength }: ReadOptions,
): Promise<TrainingFile> {
  const examples: Example[] = [];
  const badLines: BadLine[] = [];
  const cutLines: number[] = [];
  const groups = new Map<string, { lines: number[]; count: number }>();
  let badLineCount = 0;
  let noJsonCount = 0;
  let beginsWithList: boolean | undefined;
  let cutLineCount = 0;
  const reject = (line: number, reason: string) => {
    badLineCount++;
    if (badLines.length < LISTED_LINES) badLines.push({ line, reason });
    const group = groups.get(reason) ?? { lines: [], count: 0 };
    // A file with a reason for every line must not fill the memory.
    if (groups.size < LISTED_LINES) groups.set(reason, group);
    group.count++;
    if (group.lines.length < LISTED_LINES) group.lines.push(line);
  };

  for await (const { line, text, problem } of lines(bytes)) {
    if (problem !== undefined) {
      noJsonCount++;
      reject(line, problem);
      continue;
    }
    if (text.trim() === "") continue;
    beginsWithList ??= text.trimStart().startsWith("[");
    const row = parseTrainingRow(text);
    if ("problem" in row) {
      if (!row.isJson) noJsonCount++;
      reject(line, row.problem);
      continue;
    }
    const whole = encodeDialogue(tokenizer, row.messages);
    const example = truncateExample(whole, contextLength);
    if (!learnsSomething(example)) {
      reject(line, `the prompt alone is longer than the model's ${contextLength} tokens; shorten it`);
      continue;
    }
    if (example.tokens.length < whole.tokens.length) {
      cutLineCount++;
      if (cutLines.length < LISTED_LINES) cutLines.push(line);
    }
    examples.push(example);
  }
  const noJson = noJsonCount > 0 && noJsonCount === badLineCount && examples.length === 0;
  return {
    examples,
    badLines,
    badLineCount,
    badLineGroups: [...groups].map(([reason, group]) => ({ reason, ...group })),
    looksLikeJsonLines: !beginsWithList && !noJson,
    cutLines,
    cutLineCount,
  };
}

/** The first token has nothing before it that could predict it. */
function learnsSomething({ learned }: Example): boolean {
  return learned.indexOf(1, 1) > 0;
}

interface Line {
  readonly line: number;
  readonly text: string;
  /** Why it can't be read at all. */
  readonly problem?: string;
}

async function* lines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  // Bytes are cut at line feeds before they are decoded, so that a broken character spoils its own line only.
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let pieces: Uint8Array[] = [];
  let length = 0;
  let line = 1;
  const take = (piece: Uint8Array) => {
    length += piece.length;
    // An over-long line is counted to its end, and not kept.
    if (length <= LONGEST_LINE) pieces.push(piece);
    else pieces = [];
  };
  const finish = (): Line => {
    const tooLong = length > LONGEST_LINE;
    const joined = Buffer.concat(pieces);
    pieces = [];
    length = 0;
    const number = line++;
    if (tooLong) return { line: number, text: "", problem: `longer than ${LONGEST_LINE / 1024 ** 2} MB` };
    try {
      return { line: number, text: decoder.decode(joined) };
    } catch {
      return { line: number, text: "", problem: "not UTF-8" };
    }
  };

  for await (const chunk of bytes) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      take(chunk.subarray(start, end));
      yield finish();
      start = end + 1;
    }
    if (start < chunk.length) take(chunk.subarray(start));
  }
  if (length > 0) yield finish();
}
