import type { ChatTokenizer } from "../contract/chat-tokenizer.ts";
import type { DpoHyperparameters } from "../contract/hyperparameters.ts";
import type { CheckOptions } from "../data/checking/options.ts";
import type { PriceTable } from "../data/prices.ts";
import type { DataRecord, TrainingRow } from "../data/record.ts";
import type { GateOptions } from "../evals/gate.ts";
import type { Suite } from "../evals/suite.ts";
import type { Vertical } from "../verticals/vertical.ts";
import type { RunProgress } from "./progress.ts";

/** Records: files by path or glob (JSONL or a JSON array, read as a stream), or what can be iterated over. */
export type RunData<R> = string | URL | readonly string[] | Iterable<R> | AsyncIterable<R>;

/** How the two models are judged, and what the custom one has to reach. */
export interface RunEvaluation extends GateOptions {
  /** @default the vertical's, of the records that were held out */
  readonly suite?: Suite | undefined;
  /**
   * How many questions are asked at the same time.
   *
   * @default 4
   */
  readonly concurrency?: number | undefined;
}

/** How an alias is moved to the new model. */
export interface RunPromotion {
  /** The name that applications use. */
  readonly alias: string;
  /**
   * Moves it although the gate wasn't passed, or nothing was evaluated.
   *
   * @default false
   */
  readonly force?: boolean | undefined;
}

/** What a run may take. */
export interface RunBudget {
  /**
   * The most that it may cost, in the currency of the prices: estimated before anything is sent, and looked at again
   * with the tokens that the platform counts. Needs `prices.training` by tokens, for an evaluation `prices.inference["*"]` if
   * answers cost anything, and hyperparameters whose `n_epochs` is a number.
   */
  readonly cost?: number | undefined;
  /** How long this call may take, in milliseconds. What is under way then is left or cancelled, as `onInterrupt` says. */
  readonly time?: number | undefined;
}

/** When a loss goes up for good. */
export interface DivergingLoss {
  /**
   * How many times the smallest mean of `steps` losses so far is too much. One below 0.1 counts as 0.1, because around there
   * losses of single steps differ by more than this.
   *
   * @default 3
   */
  readonly factor?: number | undefined;
  /**
   * So many steps in a row.
   *
   * @default 20
   */
  readonly steps?: number | undefined;
}

/** When a loss goes down no further. */
export interface PlateauingLoss {
  /**
   * So many steps without an improvement of the mean over a quarter as many.
   *
   * @default 200
   */
  readonly steps?: number | undefined;
  /**
   * What counts as an improvement, as a share of the best mean so far.
   *
   * @default 0.01
   */
  readonly improvement?: number | undefined;
}

/** What stops a training that leads nowhere. The job is cancelled then. */
export interface RunGuards {
  /** A loss that isn't a number always counts. @default {} */
  readonly divergingLoss?: DivergingLoss | false | undefined;
  /** @default false */
  readonly plateau?: PlateauingLoss | false | undefined;
}

/** What a run is about to do, for whoever has to agree. */
export interface RunPlan {
  readonly run: string;
  readonly version: number;
  readonly base: string;
  readonly records: { readonly training: number; readonly validation: number; readonly evaluation: number };
  /** Tokens that are trained on in one epoch: counted where there is a tokenizer, else one for each 3 bytes. */
  readonly tokens: number;
  /** How many times the data is gone through; undefined where the platform chooses. */
  readonly epochs: number | undefined;
  /**
   * In the currency of the prices; undefined where there is no price by tokens alone, or where the platform chooses the epochs.
   */
  readonly cost: number | undefined;
  readonly findings: Readonly<Record<string, number>>;
}

/** What every run has. */
export interface RunOptions {
  /** 1 to 64 letters, digits, dots, underscores and hyphens. The run's files and its model are named after it. */
  readonly name: string;
  /** The model to start from. */
  readonly base: string;
  /** What is left out is the vertical's, or chosen by the platform. */
  readonly hyperparameters?: DpoHyperparameters | undefined;
  /**
   * Decides on split and training; the same seed, data, recipe and base give the same weights on the local platform.
   *
   * @default 1
   */
  readonly seed?: number | undefined;
  /**
   * Shares of the groups that are held out.
   *
   * @default the vertical's; without one, a tenth for validation and nothing for evaluation
   */
  readonly split?: { readonly validation: number; readonly evaluation: number } | undefined;
  /**
   * Whether training records that overlap with the evaluation are left out: that repeat 13 words of what is asked, or all of
   * it. `allow` has texts that both may have, such as instructions that stand in every question.
   *
   * @default true
   */
  readonly decontaminate?: boolean | { readonly allow: readonly string[] } | undefined;
  /**
   * How the rows are checked besides what the vertical checks; `false` leaves it out.
   *
   * @default all rules, by their own severities
   */
  readonly check?: Pick<CheckOptions, "rules" | "nearDuplicates"> | false | undefined;
  /** The alias to move to the new model; moved only if the gate was passed. */
  readonly promote?: string | RunPromotion | undefined;
  /** @default ".fermion" */
  readonly directory?: string | undefined;
  readonly budget?: RunBudget | undefined;
  /** What the platform charges, for the budget and for what the plan and the result say. */
  readonly prices?: PriceTable | undefined;
  readonly guards?: RunGuards | undefined;
  /** The base's own, for exact numbers of tokens; `loadChatTokenizer` of `fermion/local` gives one. */
  readonly tokenizer?: ChatTokenizer | undefined;
  /**
   * What becomes of a job that is under way when the run is interrupted: by Ctrl-C, `signal` or the budget of time. One
   * that is left goes on, and the run attaches to it when it is started again.
   *
   * @default "leave"
   */
  readonly onInterrupt?: "cancel" | "leave" | undefined;
  /**
   * Whether Ctrl-C is listened to while the run goes on. A second one ends the process at once.
   *
   * @default true
   */
  readonly handleInterrupts?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
  /** Asked before anything is sent. What isn't `true` stops the run. */
  readonly confirm?: ((plan: RunPlan) => boolean | PromiseLike<boolean>) | undefined;
}

/** A run by the recipe of a vertical. */
export interface VerticalRunOptions<R> extends RunOptions {
  readonly vertical: Vertical<R>;
  /** Records of the vertical. */
  readonly data: RunData<R>;
  /**
   * Base against custom; `false` leaves it out.
   *
   * @default the vertical's suite, of the records that were held out
   */
  readonly evaluate?: false | Suite | RunEvaluation | undefined;
}

/** A run of rows that are ready for training. */
export interface RowRunOptions extends RunOptions {
  readonly vertical?: undefined;
  /** Training rows as they are sent, or with their id and group. */
  readonly data: RunData<TrainingRow | DataRecord>;
  /** @default false */
  readonly evaluate?: false | Suite | (RunEvaluation & { readonly suite: Suite }) | undefined;
}

/** What {@link customize} takes. */
export type CustomizeOptions<R = unknown> = VerticalRunOptions<R> | RowRunOptions;
