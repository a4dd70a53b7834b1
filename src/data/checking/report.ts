import type { Finding, Severity } from "../findings.ts";
import type { RuleCount } from "./findings-kept.ts";
import { type Histogram, histogramOf } from "./histogram.ts";
import type { RowMethod } from "./row-checker.ts";
import type { Tally } from "./tally.ts";

/** A file that was checked. */
export interface CheckedFile {
  /** As it was named; `<input>` for what has no name. */
  readonly file: string;
  readonly use: "training" | "validation";
  readonly rows: number;
  /** As it lies on disk, compressed if it is; undefined for rows that came from no file. */
  readonly bytes: number | undefined;
  /** Of these bytes, in hexadecimal. */
  readonly sha256: string | undefined;
}

/** How often each of some values occurs, the most frequent first. */
export type Shares = readonly { readonly value: string; readonly count: number }[];

/** What training would take, if it goes as planned. */
export interface TrainingEstimate {
  readonly epochs: number;
  readonly batchSize: number;
  readonly steps: number;
  /** Over all epochs, after rows were cut; undefined without a tokenizer. */
  readonly tokens: number | undefined;
  /** Undefined unless the plan says how fast training is. */
  readonly seconds: number | undefined;
  /** Undefined without a price of training, or of a time that the plan doesn't tell. */
  readonly cost: { readonly amount: number; readonly currency: string } | undefined;
}

/** What was found in data, as JSON can hold it. */
export interface CheckReport {
  /** Of this form of report; it changes when a field changes its meaning. */
  readonly version: 1;
  /** Whether there is no error. */
  readonly ok: boolean;
  readonly method: RowMethod;
  /** Rows of the training data. */
  readonly rows: number;
  /** Those of them that a model can be trained on. */
  readonly usableRows: number;
  /** Rows of the validation data. */
  readonly validationRows: number;
  readonly files: readonly CheckedFile[];
  /** All findings, counted: the most severe rules first. */
  readonly counts: readonly RuleCount[];
  readonly totals: Readonly<Record<Severity, number>>;
  /** The first of them, in the order of the data; as many as were asked for. */
  readonly findings: readonly Finding[];
  /** How many findings are counted and not listed. */
  readonly unlisted: number;
  /** Over the usable rows of the training data. */
  readonly distributions: {
    /** Characters (UTF-16 code units) that a row says. */
    readonly characters: Histogram;
    readonly turns: Histogram;
    /** Undefined without a tokenizer. */
    readonly tokens: Histogram | undefined;
    readonly roles: Shares;
    /** What is answered, where the answers are a few short ones; undefined elsewhere. */
    readonly labels: Shares | undefined;
    /**
     * What the assistant's answers are in, by ISO 639-1 codes: of `sampled` rows whose language could be told. Small
     * data is looked at whole, large data by a sample.
     */
    readonly languages: { readonly sampled: number; readonly shares: Shares };
  };
  /** Undefined without a tokenizer. */
  readonly tokens:
    | {
        readonly model: string;
        readonly contextLength: number;
        /** In one epoch, after rows were cut. */
        readonly trained: number;
        /** Those of them that are learned, the structure that ends a turn included. */
        readonly learned: number;
        /** Rows that are longer than the context, and cut. */
        readonly cutRows: number;
        /** Rows of which nothing is learned, because their prompts fill the context. */
        readonly nothingToLearn: number;
      }
    | undefined;
  readonly estimate: TrainingEstimate;
  /** Rows that were no longer compared for near duplicates, because there were more than the index holds. */
  readonly notCompared: number;
}

/** The counts of a map, the most frequent first. */
export function sharesOf(counts: ReadonlyMap<string, number>): Shares {
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}

/** Whether the answers are labels: nearly all are short, and each comes again and again. */
export function areLabels(tally: Tally): boolean {
  const { answers, shortAnswers, tooManyAnswers, usable } = tally;
  if (tooManyAnswers || usable < LEAST_LABELLED || shortAnswers < 0.95 * usable) return false;
  return answers.size >= 2 && answers.size <= usable / 10;
}

const LEAST_LABELLED = 20;

/** The part of a report that is counted. */
export function distributionsOf(
  tally: Tally,
  languages: Shares,
  hasTokens: boolean,
): CheckReport["distributions"] {
  const sampled = languages.reduce((sum, { count }) => sum + count, 0);
  return {
    characters: histogramOf(tally.characters),
    turns: histogramOf(tally.turns),
    tokens: hasTokens ? histogramOf(tally.tokens) : undefined,
    roles: sharesOf(tally.roles),
    labels: areLabels(tally) ? sharesOf(tally.answers) : undefined,
    languages: { sampled, shares: languages },
  };
}
