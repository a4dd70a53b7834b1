import type { ChatTokenizer } from "../../contract/chat-tokenizer.ts";
import {
  type BlockChecker,
  type BlockResult,
  type CheckSettings,
  createBlockChecker,
} from "./block-checker.ts";
import { type BlockPool, createBlockPool } from "./block-pool.ts";
import { createTally, mergeTally, type Tally } from "./tally.ts";

/** Checks blocks of lines, on threads as soon as that is worth starting them. */
export interface LineChecker {
  /** Checks a block, on this thread where all others have enough to do; its bytes may be used again at once. */
  lines(
    bytes: Uint8Array,
    ends: Uint32Array,
    count: number,
    most: number,
  ): BlockResult | Promise<BlockResult>;
  /** Checks rows that are no text any more, on the calling thread. */
  values: BlockChecker["values"];
  /** What was counted since the last time. */
  takeTally(): Promise<Tally>;
  close(): Promise<void>;
}

/** A thread is ready after so much could have been checked without it. */
const WITHOUT_THREADS = 4 * 1024 * 1024;

/** @param threads - how many are started at most, beside this one */
export function createLineChecker(
  settings: CheckSettings,
  tokenizer: ChatTokenizer | undefined,
  threads: number,
): LineChecker {
  // Without a recipe, only this thread can count tokens.
  const most = tokenizer && !tokenizer.recipe ? 0 : threads;
  let own = createBlockChecker(settings, tokenizer);
  let pool: BlockPool | undefined;
  let bytesChecked = 0;

  return {
    lines(bytes, ends, count, wanted) {
      bytesChecked += bytes.length;
      if (most > 0 && bytesChecked > WITHOUT_THREADS) {
        pool ??= createBlockPool(most, settings, tokenizer?.recipe);
        if (!pool.isFull()) return pool.check(bytes, ends.subarray(0, count), wanted);
      }
      return own.lines(bytes, ends, count, wanted);
    },
    values: (rows, wanted) => own.values(rows, wanted),
    async takeTally() {
      const tally = createTally();
      mergeTally(tally, own.tally);
      for (const other of (await pool?.finish()) ?? []) mergeTally(tally, other);
      own = createBlockChecker(settings, tokenizer);
      return tally;
    },
    async close() {
      await pool?.close();
    },
  };
}
