import { isAscii, isUtf8 } from "node:buffer";
import type { ChatTokenizer } from "../../contract/chat-tokenizer.ts";
import type { Severity } from "../findings.ts";
import { countKeys, duplicateKeys } from "./json-keys.ts";
import type { LabelledRow } from "./raw-records.ts";
import { createRowChecker, type RowMethod } from "./row-checker.ts";
import { languageOfTurns, type RowLanguage } from "./row-language.ts";
import { createRowTexts, type Find } from "./row-texts.ts";
import { type RuleSettings, ruleOf } from "./rules.ts";
import { createTally, type Tally } from "./tally.ts";
import { createTokenRules } from "./token-rules.ts";

/** What rows are checked for, as it is sent to threads. */
export interface CheckSettings {
  readonly method: RowMethod;
  readonly rules: RuleSettings;
  readonly nearDuplicates: boolean;
  readonly seed: number;
  /** The language of one row in so many is looked at. */
  readonly languageEvery: number;
}

/** A finding in a block, small enough to be sent in numbers. What it lacks, its rule says. */
export interface BlockFinding {
  readonly rule: string;
  /** The row in the block, counted from 0; -1 for a line that is no row. */
  readonly row: number;
  /** From the beginning of the block. */
  readonly line: number;
  readonly byteOffset: number;
  readonly path: string;
  readonly message: string;
  /** Of findings within a text. */
  readonly span?: { readonly start: number; readonly end: number };
  readonly severity?: Severity;
  readonly remedy?: string;
}

/** What was found in a block. */
export interface BlockResult {
  readonly rows: number;
  /** `words` numbers for each row; see {@link RowWord}. */
  readonly words: number;
  readonly columns: Uint32Array<ArrayBuffer>;
  /** At most so many as were asked for. */
  readonly findings: readonly BlockFinding[];
  /** All findings, by rule. */
  readonly counts: ReadonlyMap<string, number>;
  /** Of the sampled rows, as far as it can be told. */
  readonly languages: readonly RowLanguage[];
}

/** What the numbers of a row are. */
export const RowWord = {
  line: 0,
  byteOffset: 1,
  flags: 2,
  wholeLow: 3,
  wholeHigh: 4,
  promptLow: 5,
  promptHigh: 6,
  /** Here the signature begins, if near duplicates are looked for. */
  signature: 7,
} as const;

export const USABLE = 1;
export const HAS_PROMPT = 2;
export const SIGNED = 4;

export interface BlockChecker {
  /**
   * Checks whole lines of JSON.
   *
   * @param ends - where each of the `count` lines ends in `bytes`, without its line feed
   * @param most - so many findings are wanted at most; all are counted
   */
  lines(bytes: Uint8Array, ends: Uint32Array, count: number, most: number): BlockResult;
  /** Checks rows that are no text any more. */
  values(rows: readonly LabelledRow[], most: number): BlockResult;
  readonly tally: Tally;
}

/** Makes what checks block after block on one thread. */
export function createBlockChecker(
  settings: CheckSettings,
  tokenizer: ChatTokenizer | undefined,
): BlockChecker {
  const tally = createTally();
  const texts = createRowTexts(settings);
  const words = RowWord.signature + texts.signatureWords;
  let columns = new Uint32Array(1024 * words);
  let findings: BlockFinding[] = [];
  let counts = new Map<string, number>();
  let languages: RowLanguage[] = [];
  let most = 0;
  let row = -1;
  let line = 0;
  let byteOffset = 0;
  let mayBeBroken = false;
  const lastPath = settings.method === "dpo" ? "$.preferred_output[0]" : undefined;
  let areValues = false;

  const find: Find = (rule, path, message, more) => {
    if (settings.rules[rule] === "off") return;
    counts.set(rule, (counts.get(rule) ?? 0) + 1);
    if (findings.length < most) findings.push({ rule, row, line, byteOffset, path, message, ...more });
  };
  const report = (rule: string, path: string, message: string) => find(rule, path, message);

  const rows = createRowChecker({
    method: settings.method,
    tally,
    tokens: tokenizer && createTokenRules(tokenizer, tally),
    texts: (text, pathOf) => {
      // Of lines, it is seen in their bytes.
      if (areValues && text.includes("\ufeff")) report("byte-order-mark", pathOf(), MARK_FOUND);
      texts.scan(text, mayBeBroken, pathOf, find);
    },
  });

  const begin = (wanted: number) => {
    findings = [];
    counts = new Map();
    languages = [];
    most = wanted;
    row = -1;
  };
  const beginRow = () => {
    row++;
    if ((row + 1) * words > columns.length) {
      const more = new Uint32Array(2 * columns.length);
      more.set(columns);
      columns = more;
    }
    columns[row * words + RowWord.line] = line;
    columns[row * words + RowWord.byteOffset] = byteOffset;
    columns[row * words + RowWord.flags] = 0;
  };
  const endRow = () => {
    const { facts } = rows;
    if (!facts.usable) return;
    const at = row * words;
    let flags = USABLE | (facts.hasPrompt ? HAS_PROMPT : 0);
    columns[at + RowWord.wholeLow] = facts.whole.low;
    columns[at + RowWord.wholeHigh] = facts.whole.high;
    columns[at + RowWord.promptLow] = facts.prompt.low;
    columns[at + RowWord.promptHigh] = facts.prompt.high;
    if (settings.nearDuplicates && texts.sign(facts.texts, columns, at + RowWord.signature)) flags |= SIGNED;
    columns[at + RowWord.flags] = flags;
    // Which rows are sampled, what they say decides: so it is the same on any thread.
    if ((facts.whole.low >>> 0) % settings.languageEvery === 0) {
      const found = languageOfTurns(facts.turns, lastPath);
      if (found) languages.push({ ...found, row });
    }
  };
  const result = (): BlockResult => ({
    rows: row + 1,
    words,
    columns: columns.slice(0, (row + 1) * words),
    findings,
    counts,
    languages,
  });

  const checkText = (json: string) => {
    let value: unknown;
    try {
      value = JSON.parse(json);
    } catch (error) {
      report("invalid-json", "$", explainSyntax(error));
      return;
    }
    rows.check(value, report);
    if (rows.facts.keys === undefined || rows.facts.keys !== countKeys(json)) {
      for (const { path } of duplicateKeys(json)) {
        report("duplicate-key", path, "The object has a key more than once, and only the last counts.");
      }
    }
    endRow();
  };

  return {
    tally,
    lines(bytes, ends, count, wanted) {
      begin(wanted);
      areValues = false;
      const block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const encoding = isAscii(block) ? "latin1" : "utf8";
      const isSound = encoding === "latin1" || isUtf8(block);
      const hasMarks = encoding === "utf8" && block.includes(MARK);
      // Only an escape can make half a character, or a NUL.
      const hasEscapes = block.includes("\\u");
      byteOffset = 0;
      for (line = 0; line < count; line++) {
        const end = ends[line] ?? 0;
        if (isBlank(block, byteOffset, end)) {
          const before = row;
          row = -1;
          report("blank-line", "$", "The line is blank.");
          row = before;
        } else {
          beginRow();
          if (!isSound && !isUtf8(block.subarray(byteOffset, end))) {
            report("invalid-utf8", "$", "The line is no valid UTF-8.");
          } else {
            let json = block.toString(encoding, byteOffset, end);
            if (hasMarks && json.includes("\ufeff")) {
              report("byte-order-mark", "$", MARK_FOUND);
              if (json.startsWith("\ufeff")) json = json.slice(1);
            }
            mayBeBroken = hasEscapes && json.includes("\\u");
            checkText(json);
          }
        }
        byteOffset = end + 1;
      }
      return result();
    },
    values(list, wanted) {
      begin(wanted);
      line = 0;
      byteOffset = 0;
      mayBeBroken = true;
      areValues = true;
      for (const { value, label } of list) {
        beginRow();
        rows.check(value, report, label);
        endRow();
      }
      return result();
    },
  };
}

const MARK = Buffer.from("\ufeff");
const MARK_FOUND = "There is a byte order mark (U+FEFF) inside the data.";

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte !== 32 && byte !== 13 && byte !== 9) return false;
  }
  return true;
}

/** What the parser stumbled over, and where; some of its messages quote the line, which may be confidential. */
function explainSyntax(error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  if (message.startsWith("Unexpected end")) return "The line is no JSON: it ends too early.";
  const position = / at position (\d+)/.exec(message)?.[1];
  const place = position === undefined ? "" : `, at character ${Number(position) + 1}`;
  if (message.startsWith("Unexpected non-whitespace"))
    return `The line has more text behind its JSON${place}.`;
  const known = /^([A-Z])([^"']+?)(?: in JSON)? at position/.exec(message);
  const what = known ? `${known[1]?.toLowerCase()}${known[2]}` : "there is an unexpected character";
  return `The line is no JSON: ${what}${place}.`;
}

/** The severity that a finding has: as it is set, or its own, or its rule's. */
export function severityOf(rule: string, settings: CheckSettings, own: Severity | undefined): Severity {
  const set = settings.rules[rule];
  return set !== undefined && set !== "off" ? set : (own ?? ruleOf(rule)?.severity ?? "warning");
}
