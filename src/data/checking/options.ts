import type { ChatTokenizer } from "../../contract/chat-tokenizer.ts";
import { DataError } from "../errors.ts";
import type { Finding } from "../findings.ts";
import { type PriceTable, wrongPrice } from "../prices.ts";
import type { DataSource, OpenOptions } from "../reading/open-source.ts";
import type { RowOptions } from "./raw-records.ts";
import type { RowMethod } from "./row-checker.ts";
import { dataRules, type RuleSettings } from "./rules.ts";

/** How it is meant to be trained, for the estimate. */
export interface TrainingOutlook {
  /** @default what the local platform chooses: about 670 steps, in 3 to 20 epochs */
  readonly epochs?: number;
  /** @default 8, or all rows if there are fewer */
  readonly batchSize?: number;
  /** How fast training is, which a price per hour needs; `npm run bench:engine` says it for the local platform. */
  readonly tokensPerSecond?: number;
}

/** How far checking has got. */
export interface CheckProgress {
  readonly file: string;
  /** Bytes of the file that have been read, and that it has; undefined for streams. */
  readonly bytes: number;
  readonly size: number | undefined;
  /** Rows over all files so far. */
  readonly rows: number;
}

/** How data is checked. */
export interface CheckOptions extends OpenOptions, RowOptions {
  /** Counts tokens; without it, nothing is said of them. `loadChatTokenizer` of `fermion/local` gives one. */
  readonly tokenizer?: ChatTokenizer;
  /**
   * What the rows are meant for.
   *
   * @default "supervised"
   */
  readonly method?: RowMethod;
  /** Data to validate on: it is checked as well, and training rows that are in it are found. */
  readonly validation?: DataSource;
  /** Rules to turn off, or to weigh otherwise, by their names. */
  readonly rules?: RuleSettings;
  /**
   * Whether rows that say nearly the same are found.
   *
   * @default true
   */
  readonly nearDuplicates?: boolean;
  /**
   * So many findings are kept in the report; all are counted.
   *
   * @default 10_000
   */
  readonly maxFindings?: number;
  /** Hears of every finding. */
  readonly onFinding?: (finding: Finding) => void;
  /**
   * Decides which rows a sample has.
   *
   * @default 0
   */
  readonly seed?: number;
  /**
   * How many threads are started for large files of JSON lines. The calling one checks too where they have enough to do;
   * with 0, it does all.
   *
   * @default 1, or 0 on a machine with one core
   */
  readonly threads?: number;
  /** What training costs, for the estimate. */
  readonly prices?: PriceTable;
  readonly plan?: TrainingOutlook;
  readonly onProgress?: (progress: CheckProgress) => void;
}

/**
 * JavaScript can give anything: what can't be used is told here, by the name of the option.
 *
 * @throws {DataError} `invalid_option`
 */
export function checkOptions(options: CheckOptions): void {
  const { method, maxFindings, threads, plan, prices, rules } = options;
  if (method !== undefined && method !== "supervised" && method !== "dpo") {
    throw invalid("method", 'must be "supervised" or "dpo"');
  }
  whole("maxFindings", maxFindings, 0);
  whole("threads", threads, 0);
  whole("plan.epochs", plan?.epochs, 1);
  whole("plan.batchSize", plan?.batchSize, 1);
  positive("plan.tokensPerSecond", plan?.tokensPerSecond);
  const price = wrongPrice(prices);
  if (price) throw invalid(price.field, price.message);
  const known = new Set(dataRules.map(({ name }) => name));
  for (const [name, setting] of Object.entries(rules ?? {})) {
    if (!known.has(name)) throw invalid("rules", `names ${name}, which is no rule; \`dataRules\` lists them`);
    if (!["off", "error", "warning", "info"].includes(setting)) {
      throw invalid("rules", `must be "off", "error", "warning" or "info" for ${name}`);
    }
  }
}

function whole(field: string, value: number | undefined, least: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least)) return;
  throw invalid(field, `must be a whole number from ${least}`);
}

function positive(field: string, value: number | undefined): void {
  if (value === undefined || (Number.isFinite(value) && value >= 0)) return;
  throw invalid(field, "must be a number from 0");
}

function invalid(field: string, what: string): DataError {
  return new DataError(`The option \`${field}\` ${what}.`, { code: "invalid_option", field });
}
