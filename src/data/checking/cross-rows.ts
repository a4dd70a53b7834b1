import { createNearDuplicateIndex } from "../near-duplicates/near-duplicate-index.ts";
import { type BlockResult, HAS_PROMPT, RowWord, SIGNED, USABLE } from "./block-checker.ts";
import { createHashIndex } from "./row-index.ts";
import type { RuleName } from "./rules.ts";

/** What the data is for. */
export type Side = "training" | "validation";

/** Compares each row with those before it. */
export interface CrossRows {
  /**
   * Takes the rows of a block in; the validation data comes first.
   *
   * @param firstRow - the number of the block's first row over all data
   * @param find - hears of a row, what it repeats, and more to say
   */
  take(
    side: Side,
    result: BlockResult,
    firstRow: number,
    find: (rule: RuleName, row: number, related: number, message: string) => void,
  ): void;
  /** Rows that near duplicates were no longer found of, because there were too many. */
  forgotten(): number;
}

/** Rows of one side, by their hashes. */
interface Seen {
  readonly wholes: ReturnType<typeof createHashIndex>;
  readonly prompts: ReturnType<typeof createHashIndex>;
}

const see = (): Seen => ({ wholes: createHashIndex(), prompts: createHashIndex() });

/** @param nearDuplicates - whether the rows have signatures */
export function createCrossRows(nearDuplicates: boolean): CrossRows {
  const training = see();
  const validation = see();
  // One index for both: what a training row is like is then known to be on the other side by its number.
  const near = nearDuplicates ? createNearDuplicateIndex() : undefined;
  let validationRows = 0;

  return {
    take(side, { rows, words, columns }, firstRow, find) {
      const seen = side === "training" ? training : validation;
      if (side === "validation") validationRows = firstRow + rows;
      for (let index = 0; index < rows; index++) {
        const at = index * words;
        const flags = columns[at + RowWord.flags] ?? 0;
        if ((flags & USABLE) === 0) continue;
        const row = firstRow + index;
        const low = columns[at + RowWord.wholeLow] ?? 0;
        const high = columns[at + RowWord.wholeHigh] ?? 0;
        const promptLow = columns[at + RowWord.promptLow] ?? 0;
        const promptHigh = columns[at + RowWord.promptHigh] ?? 0;
        const hasPrompt = (flags & HAS_PROMPT) !== 0;
        let isKnown = false;

        const same = seen.wholes.firstOrAdd(low, high, row);
        if (same >= 0) {
          isKnown = true;
          find("duplicate", row, same, "The row repeats an earlier one to the letter.");
        } else if (hasPrompt) {
          // The row is new, so one of the same prompt has another answer.
          const asked = seen.prompts.firstOrAdd(promptLow, promptHigh, row);
          if (asked >= 0) {
            const message = "The prompt is that of an earlier row, and the answer is another.";
            find("conflicting-answers", row, asked, message);
          }
        }
        if (side === "training" && validationRows > 0) {
          const leaked = validation.wholes.first(low, high);
          if (leaked >= 0) {
            isKnown = true;
            find("leakage", row, leaked, "The row is in the validation data too.");
          } else if (hasPrompt) {
            const asked = validation.prompts.first(promptLow, promptHigh);
            if (asked >= 0) {
              isKnown = true;
              find("prompt-leakage", row, asked, "A validation row has the same prompt.");
            }
          }
        }
        if (near && !isKnown && (flags & SIGNED) !== 0) {
          const like = near.add(columns, row, at + RowWord.signature);
          if (!like) continue;
          const share = `${Math.round(like.similarity * 100)} %`;
          if (side === "training" && like.row < validationRows) {
            find("near-leakage", row, like.row, `A validation row says nearly the same (${share}).`);
          } else {
            find("near-duplicate", row, like.row, `An earlier row says nearly the same (${share}).`);
          }
        }
      }
    },
    forgotten: () => near?.forgotten ?? 0,
  };
}
