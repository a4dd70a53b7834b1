import type { ChatCompletionMessageParam } from "../contract/chat-params.ts";

/** Something that a model is asked. */
export interface EvalItem {
  /** Unique in its suite; answers of two models are joined by it. */
  readonly id: string;
  readonly input: readonly ChatCompletionMessageParam[];
  /** What a right answer says, or any of them; what that means is the scorer's business. */
  readonly references: readonly string[];
  /** Items that stand or fall together: those about one scene, customer or document. Intervals are clustered by it. */
  readonly group?: string;
  /** By what results are broken down, such as `{ intent: "deadline", difficulty: "hard" }`. */
  readonly slices?: Readonly<Record<string, string>>;
  /**
   * What scorers need to know besides, as JSON: a table that numbers must come from, facts that are forbidden. A date is
   * its time as text, `"2026-03-01T08:00:00.000Z"`: scorers get items as they were read from a file.
   */
  readonly context?: unknown;
}

/** What a model answered. */
export interface EvalAnswer {
  readonly text: string;
  readonly finishReason: string | null;
  /** Milliseconds from the request to the end of the answer. */
  readonly latency: number;
  /** Milliseconds from the request to the first text. */
  readonly timeToFirstToken: number | undefined;
  readonly usage: { readonly promptTokens: number; readonly completionTokens: number } | undefined;
}

/** A value from 0 (wrong) to 1 (right), or that the answer can't be judged: which is never a 0. */
export type Score =
  | { readonly kind: "scored"; readonly value: number; readonly detail?: string }
  | { readonly kind: "unparsed"; readonly reason: string };

/** Judges answers. Its `name` and `options` are part of the suite's hash, so both have to say all that it does. */
export interface Scorer {
  /** Unique in its suite. */
  readonly name: string;
  /** As JSON. */
  readonly options: unknown;
  /** What an item lacks to be judged by it, such as `it has no reference`; undefined when nothing. Asked when a suite is made. */
  lacks?(item: EvalItem): string | undefined;
  /** Whether it judges answers to this item at all; where it doesn't, the item isn't among its `n`. Without it: all. */
  appliesTo?(item: EvalItem): boolean;
  score(answer: EvalAnswer, item: EvalItem): Score | Promise<Score>;
}

/** What models are judged by. {@link defineSuite} makes one; it can't be changed afterwards. */
export interface Suite {
  readonly name: string;
  readonly items: readonly EvalItem[];
  readonly scorers: readonly Scorer[];
  /** The scorer that decides which of two models is better. */
  readonly primary: string;
  /** What the model is asked with besides the messages. */
  readonly sampling: { readonly temperature: number; readonly maxCompletionTokens: number };
  /** SHA-256 of items, scorers (name and options), primary and sampling, as lower-case hex. */
  readonly hash: string;
}
