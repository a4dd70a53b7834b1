/** Checks blocks of lines on a thread of its own: what `block-pool.ts` starts. */
import { parentPort, workerData } from "node:worker_threads";
import type { ChatTokenizer } from "../../contract/chat-tokenizer.ts";
import { type BlockResult, type CheckSettings, createBlockChecker } from "./block-checker.ts";
import type { Tally } from "./tally.ts";

/** What the thread is started with. */
export interface CheckWorkerData {
  readonly settings: CheckSettings;
  readonly recipe: ChatTokenizer["recipe"];
}

/** A block to check, or the question what was counted since it was last asked. The memory goes there and back. */
export type ToCheckWorker =
  | {
      readonly type: "block";
      readonly memory: ArrayBuffer;
      readonly length: number;
      readonly ends: Uint32Array<ArrayBuffer>;
      readonly most: number;
    }
  | { readonly type: "finish" };

export type FromCheckWorker =
  | { readonly type: "checked"; readonly memory: ArrayBuffer; readonly result: BlockResult }
  | { readonly type: "finished"; readonly tally: Tally };

const { settings, recipe }: CheckWorkerData = workerData;
const port = parentPort;
if (port === null) throw new Error("This module is a thread's program.");

const tokenizer = recipe && (await makeTokenizer(recipe));
let checker = createBlockChecker(settings, tokenizer);

port.on("message", (message: ToCheckWorker) => {
  if (message.type === "finish") {
    port.postMessage({ type: "finished", tally: checker.tally } satisfies FromCheckWorker);
    checker = createBlockChecker(settings, tokenizer);
    return;
  }
  const { memory, length, ends, most } = message;
  const result = checker.lines(new Uint8Array(memory, 0, length), ends, ends.length, most);
  port.postMessage({ type: "checked", memory, result } satisfies FromCheckWorker, [
    memory,
    result.columns.buffer,
  ]);
});

async function makeTokenizer({ module, name, argument }: NonNullable<CheckWorkerData["recipe"]>) {
  const loaded: Readonly<Record<string, unknown>> = await import(module);
  const make = loaded[name];
  if (typeof make !== "function") {
    throw new TypeError(`The recipe of the tokenizer names ${name} of ${module}, which isn't there.`);
  }
  const tokenizer: ChatTokenizer = await make(argument);
  return tokenizer;
}
