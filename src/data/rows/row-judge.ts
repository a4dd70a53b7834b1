import type { ChatTokenizer } from "../../contract/chat-tokenizer.ts";
import {
  type CheckSettings,
  createBlockChecker,
  RowWord,
  severityOf,
  USABLE,
} from "../checking/block-checker.ts";
import type { RowMethod } from "../checking/row-checker.ts";
import { type RuleSettings, ruleOf } from "../checking/rules.ts";
import type { Finding } from "../findings.ts";

/** Something about a row by itself. Whoever has the row knows its place. */
export type RowFinding = Omit<Finding, "place" | "related">;

/** What is to say of a row by itself. */
export interface RowVerdict {
  readonly findings: readonly RowFinding[];
  /** Whether its shape is one that a platform takes. */
  readonly usable: boolean;
  /** Of all that it says: rows of the same hash are duplicates. Only of usable rows. */
  readonly hash: { readonly low: number; readonly high: number };
}

export interface RowJudgeOptions {
  readonly method?: RowMethod | undefined;
  readonly rules?: RuleSettings | undefined;
  readonly tokenizer?: ChatTokenizer | undefined;
}

/** Makes what judges one row after the other, by the rules by which {@link check} judges it. */
export function createRowJudge(options: RowJudgeOptions): (row: unknown) => RowVerdict {
  const settings: CheckSettings = {
    method: options.method ?? "supervised",
    rules: options.rules ?? {},
    // What only more rows than one can tell.
    nearDuplicates: false,
    languageEvery: Number.MAX_SAFE_INTEGER,
    seed: 0,
  };
  const checker = createBlockChecker(settings, options.tokenizer);
  return (value) => {
    const { findings, columns } = checker.values([{ value, label: undefined }], Number.POSITIVE_INFINITY);
    return {
      findings: findings.map(({ rule, path, message, span, severity, remedy }) => ({
        rule,
        severity: severityOf(rule, settings, severity),
        path,
        ...(span ? { span } : {}),
        message,
        remedy: remedy ?? ruleOf(rule)?.remedy ?? "",
      })),
      usable: ((columns[RowWord.flags] ?? 0) & USABLE) !== 0,
      hash: { low: columns[RowWord.wholeLow] ?? 0, high: columns[RowWord.wholeHigh] ?? 0 },
    };
  };
}
