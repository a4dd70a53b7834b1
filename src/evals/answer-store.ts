import { createHash } from "node:crypto";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import * as z from "zod";
import { canonicalJson } from "./canonical-json.ts";
import { EvaluationError } from "./errors.ts";
import { readLines } from "./json-lines.ts";
import type { EvalAnswer, EvalItem, Suite } from "./suite.ts";

const answerSchema = z.object({
  text: z.string(),
  finishReason: z.nullable(z.string()),
  latency: z.number(),
  timeToFirstToken: z.optional(z.number()),
  usage: z.optional(z.object({ promptTokens: z.number(), completionTokens: z.number() })),
});

/** A line of the file. What doesn't fit is no answer that can be used. */
const lineSchema = z.object({
  model: z.string(),
  item: z.string(),
  /** The hash of what was asked. */
  input: z.string(),
  sampling: z.unknown(),
  answer: answerSchema,
});

/** Answers of one model to the items of one suite, in a file that may have those of others too. */
export interface AnswerStore {
  /** What was there when it was opened, by the items' ids. */
  readonly known: ReadonlyMap<string, EvalAnswer>;
  /** Lines that were there and can't be read. */
  readonly unreadableLines: number;
  /** Resolves when the answer is on the disk. */
  append(item: EvalItem, answer: EvalAnswer): Promise<void>;
  /** Waits for what was appended, and closes the file. */
  close(): Promise<void>;
}

/**
 * Opens a file of answers, or begins one: a line of JSON for each, with the item's id, the hash of what was asked, the model
 * and the sampling. How it is judged isn't among it: whoever mends a scorer or a reference judges the same answers again. A
 * line that was cut off by a crash is left as it is, and its item is asked again.
 *
 * @throws EvaluationError `unreadable` or `unwritable`
 */
export async function openAnswerStore(
  path: string,
  suite: Suite,
  model: string,
  signal?: AbortSignal | undefined,
): Promise<AnswerStore> {
  const file = await openFile(path);
  try {
    const inputs = new Map(suite.items.map((item) => [item.id, hashInput(item)]));
    const { known, unreadableLines } = await readAnswers(path, { inputs, suite, model }, signal);
    await endLastLine(file);
    const append = createAppender(file, path);
    return {
      known,
      unreadableLines,
      append: (item, answer) =>
        append.line(
          `${JSON.stringify({ model, item: item.id, input: inputs.get(item.id), sampling: suite.sampling, answer })}\n`,
        ),
      async close() {
        try {
          await append.settled();
        } finally {
          await file.close();
        }
      },
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function hashInput({ input }: EvalItem): string {
  return createHash("sha256").update(canonicalJson(input)).digest("hex");
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    await mkdir(dirname(path), { recursive: true });
    return await open(path, "a+");
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

function unwritable(file: string, cause: unknown): EvaluationError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EvaluationError(`Answers can't be stored in ${file}: ${reason}`, {
    code: "unwritable",
    file,
    cause,
  });
}

async function readAnswers(
  path: string,
  wanted: { readonly inputs: ReadonlyMap<string, string>; readonly suite: Suite; readonly model: string },
  signal: AbortSignal | undefined,
) {
  const { inputs, suite, model } = wanted;
  const known = new Map<string, EvalAnswer>();
  const sampling = canonicalJson(suite.sampling);
  let unreadableLines = 0;
  // Lossy, because a crash may have cut a character in two.
  for await (const { text } of readLines(path, { signal, lossy: true })) {
    const line = readLine(text);
    if (!line) {
      unreadableLines++;
    } else if (
      line.model === model &&
      line.input === inputs.get(line.item) &&
      canonicalJson(line.sampling) === sampling
    ) {
      known.set(line.item, line.answer);
    }
  }
  return { known, unreadableLines };
}

function readLine(
  text: string,
): { model: string; item: string; input: string; sampling: unknown; answer: EvalAnswer } | undefined {
  try {
    const line = lineSchema.parse(JSON.parse(text));
    const { timeToFirstToken, usage, ...answer } = line.answer;
    return { ...line, sampling: line.sampling, answer: { ...answer, timeToFirstToken, usage } };
  } catch {
    // Cut off, or somebody else's: it is counted by the caller.
    return undefined;
  }
}

/** So that the first new line doesn't become the end of one that was cut off. */
async function endLastLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  const last = Buffer.alloc(1);
  if (size > 0) {
    await file.read(last, 0, 1, size - 1);
    if (last[0] !== 10) {
      await file.appendFile("\n");
    }
  }
}

/** Writes lines one after the other; those that came while the disk was busy go to it together. */
function createAppender(file: FileHandle, path: string) {
  let waiting: string[] = [];
  let next: Promise<void> | undefined;
  let current: Promise<void> = Promise.resolve();
  const flush = async () => {
    const lines = waiting.join("");
    waiting = [];
    next = undefined;
    try {
      await file.appendFile(lines);
      await file.datasync();
    } catch (cause) {
      throw unwritable(path, cause);
    }
  };
  return {
    line(text: string): Promise<void> {
      waiting.push(text);
      if (!next) {
        next = current.then(flush);
        // A failure is told to those whose lines it was about.
        current = next.catch(() => undefined);
      }
      return next;
    },
    settled: () => current,
  };
}
