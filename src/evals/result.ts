import type { Interval } from "./bootstrap.ts";
import type { EvalAnswer, Score, Suite } from "./suite.ts";

/** What one scorer says of a model. */
export interface ScoreSummary {
  /** How many answers it judged. The unparsed aren't among them, nor what failed. */
  readonly n: number;
  /** Their mean, 0–1; `null` if there are none. */
  readonly mean: number | null;
  /** How many answers it couldn't judge. */
  readonly unparsed: number;
  /** In which the mean lies with 95 %: a bootstrap over groups. `null` if there are fewer than two groups. */
  readonly interval: Interval | null;
  /** How many groups the interval is made of. */
  readonly groups: number;
}

/** What came of some of a suite's items. */
export interface ResultPart {
  /** How many items there are. */
  readonly n: number;
  /** How many of them got no answer. */
  readonly failed: number;
  /** By the scorers' names. */
  readonly scores: Readonly<Record<string, ScoreSummary>>;
}

/** Why a request got no answer. */
export interface RequestFailure {
  /** The error's name, such as `RateLimitError`. */
  readonly kind: string;
  readonly message: string;
  /** Of the platform's answer, if there was one. */
  readonly status?: number;
}

/** What came of an item: an answer and its scores by the scorers' names, or why there is no answer. */
export type ItemResult = {
  readonly group?: string;
  readonly slices?: Readonly<Record<string, string>>;
} & (
  | {
      readonly status: "answered";
      readonly answer: EvalAnswer;
      readonly scores: Readonly<Record<string, Score>>;
    }
  | { readonly status: "failed"; readonly failure: RequestFailure }
);

/** The median and the 95th percentile. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
}

/** How a model did on a suite: all of it is JSON. */
export interface ModelResult extends ResultPart {
  readonly suite: { readonly name: string; readonly hash: string };
  readonly model: string;
  /** The scorer that decides. */
  readonly primary: string;
  readonly sampling: Suite["sampling"];
  /** By the name of the slice, then by its value. */
  readonly slices: Readonly<Record<string, Readonly<Record<string, ResultPart>>>>;
  /** Milliseconds to the end of an answer, the client's retries included; `null` without answers. */
  readonly latency: Percentiles | null;
  /** Milliseconds to the first text of an answer; `null` if no answer has any. */
  readonly timeToFirstToken: Percentiles | null;
  readonly tokens: {
    readonly prompt: number;
    readonly completion: number;
    readonly total: number;
    /** How many answers came without a word on their tokens: they are missing above, and in the cost. */
    readonly answersWithoutUsage: number;
  };
  /** `null` if there was no price for the model, or no answer said how many tokens it took. */
  readonly cost: {
    readonly currency: string;
    readonly total: number;
    readonly perThousandTokens: number;
  } | null;
  /** How many answers were taken from the store. */
  readonly reused: number;
  /** How many lines of the store couldn't be read: the end of one that was cut off, as a rule. */
  readonly unreadableLines: number;
  /** By the items' ids: every item of the suite is there. */
  readonly items: Readonly<Record<string, ItemResult>>;
}
