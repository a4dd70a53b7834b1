import { Worker } from "node:worker_threads";
import type { ChatTokenizer } from "../../contract/chat-tokenizer.ts";
import type { BlockResult, CheckSettings } from "./block-checker.ts";
import type { CheckWorkerData, FromCheckWorker, ToCheckWorker } from "./check-worker.ts";
import type { Tally } from "./tally.ts";
import { threadEntry } from "./thread-entry.ts";

/** Threads that check blocks of lines. */
export interface BlockPool {
  /** Whether another block should wait until one is done. */
  isFull(): boolean;
  /** Checks a block; its bytes are copied at once. */
  check(bytes: Uint8Array, ends: Uint32Array, most: number): Promise<BlockResult>;
  /** What the threads have counted since this was asked last. */
  finish(): Promise<Tally[]>;
  /** Ends the threads, whatever they are at. */
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (message: FromCheckWorker) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  /** In the order in which they were sent, which is the order of the answers. */
  readonly waiting: Waiting[];
}

/** Blocks that a thread has at a time: one that it checks, and one so that it needn't wait for the next. */
const BLOCKS_EACH = 2;
/** A block with long rows is larger than others, so what is under way is bounded by its bytes as well. */
const MOST_BYTES = 4 * 1024 * 1024;
/** Rows live for a moment. A young generation that is small stays in the processor's cache, and there is one a thread. */
const YOUNG_GENERATION_MB = 6;

/** Starts `count` threads. */
export function createBlockPool(
  count: number,
  settings: CheckSettings,
  recipe: ChatTokenizer["recipe"],
): BlockPool {
  let bytesUnderWay = 0;
  const free: ArrayBuffer[] = [];
  const workerData: CheckWorkerData = { settings, recipe };
  const threads = Array.from({ length: count }, (): Thread => {
    const worker = new Worker(threadEntry("check-worker"), {
      workerData,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    const waiting: Waiting[] = [];
    const fail = (error: Error) => {
      for (const { reject } of waiting.splice(0)) reject(error);
    };
    worker.on("message", (message: FromCheckWorker) => waiting.shift()?.resolve(message));
    worker.on("error", fail);
    worker.on("exit", () => fail(new Error("A thread that checks rows has ended.")));
    return { worker, waiting };
  });

  const ask = (thread: Thread, message: ToCheckWorker, transfer: ArrayBuffer[]) =>
    new Promise<FromCheckWorker>((resolve, reject) => {
      thread.waiting.push({ resolve, reject });
      thread.worker.postMessage(message, transfer);
    });

  return {
    isFull: () =>
      bytesUnderWay >= MOST_BYTES || threads.every(({ waiting }) => waiting.length >= BLOCKS_EACH),
    async check(bytes, ends, most) {
      const [thread] = threads.toSorted((a, b) => a.waiting.length - b.waiting.length);
      if (!thread) throw new RangeError("A pool needs a thread.");
      const { length } = bytes;
      const index = free.findIndex(({ byteLength }) => byteLength >= length);
      const memory = free.splice(index, index < 0 ? 0 : 1)[0] ?? new ArrayBuffer(roomFor(length));
      new Uint8Array(memory).set(bytes);
      const copy = ends.slice();
      bytesUnderWay += length;
      const answer = await ask(thread, { type: "block", memory, length, ends: copy, most }, [
        memory,
        copy.buffer,
      ]);
      bytesUnderWay -= length;
      if (answer.type !== "checked") throw new Error(`A thread answered a block with ${answer.type}.`);
      if (answer.memory.byteLength <= KEPT_BYTES) free.push(answer.memory);
      return answer.result;
    },
    async finish() {
      const answers = await Promise.all(threads.map((thread) => ask(thread, { type: "finish" }, [])));
      return answers.flatMap((answer) => (answer.type === "finished" ? [answer.tally] : []));
    },
    async close() {
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

const KEPT_BYTES = 1024 * 1024;

/** Nearly all blocks are of one size, so that their memory can be used again. */
function roomFor(length: number): number {
  return Math.max(length, KEPT_BYTES / 2);
}
