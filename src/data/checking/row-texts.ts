import { createSigner, SIGNATURE_WORDS } from "../near-duplicates/signature.ts";
import { scanText } from "../texts/scan-text.ts";
import type { BlockFinding, CheckSettings } from "./block-checker.ts";

/** Notes a finding of the row that is being checked. */
export type Find = (rule: string, path: string, message: string, more?: Partial<BlockFinding>) => void;

/** What is looked for in the texts of rows, and what is made of them. */
export interface RowTexts {
  /** How many numbers a signature has. */
  readonly signatureWords: number;
  /** @param mayBeBroken - whether it may have characters that only an escape can make */
  scan(text: string, mayBeBroken: boolean, pathOf: () => string, find: Find): void;
  /** Writes the signature by which nearly equal rows are found; false where a row is too short for one. */
  sign(texts: readonly string[], out: Uint32Array, at: number): boolean;
}

export function createRowTexts({ seed, nearDuplicates }: CheckSettings): RowTexts {
  const signer = createSigner(seed);
  return {
    signatureWords: nearDuplicates ? SIGNATURE_WORDS : 0,
    scan(text, mayBeBroken, pathOf, find) {
      if (mayBeBroken) {
        if (text.includes("\0")) find("null-character", pathOf(), "The text has a NUL character.");
        if (/\p{Surrogate}/u.test(text)) {
          find("lone-surrogate", pathOf(), "The text has half of a character.");
        }
      }
      for (const { rule, severity, start, end, message, remedy } of scanText(text)) {
        find(rule, pathOf(), message, { severity, remedy, span: { start, end } });
      }
    },
    sign: (texts, out, at) => nearDuplicates && signer(texts, out, at),
  };
}
