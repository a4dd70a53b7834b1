import {
  type InferencePrice,
  inferenceCost,
  inferencePrice,
  type PriceTable,
  wrongPrice,
} from "../../data/prices.ts";
import { EvaluationError } from "../errors.ts";
import { scored, unparsed } from "../scores.ts";
import type { Scorer } from "../suite.ts";

/** How {@link latency} judges. */
export interface LatencyOptions {
  /** @default "latency" */
  readonly name?: string;
  /** Milliseconds. */
  readonly within: number;
  /**
   * Until when: the end of the answer, or its first text.
   *
   * @default "end"
   */
  readonly until?: "end" | "first-token";
}

/**
 * Judges whether an answer came in time: 1 or 0. So its mean is the share that did. What was measured is in the results of
 * `evaluate` anyway. An answer without any text has no first token, and is unparsed if that is asked for.
 *
 * @throws EvaluationError `invalid_option` if the limit isn't above 0
 *
 * @example
 * ```ts
 * const quick = latency({ within: 800, until: "first-token" });
 * ```
 */
export function latency(options: LatencyOptions): Scorer {
  const { name = "latency", within, until = "end" } = options;
  checkLimit(name, within);
  return {
    name,
    options: { kind: "latency", within, until },
    score(answer) {
      const took = until === "end" ? answer.latency : answer.timeToFirstToken;
      if (took === undefined) {
        return unparsed("The answer has no text, and so no first token.");
      }
      return scored(Number(took <= within), `${Math.round(took)} ms`);
    },
  };
}

/** How {@link cost} judges. */
export interface CostOptions {
  /** @default "cost" */
  readonly name?: string;
  /** What the platform charges: `inference` of it. */
  readonly prices: PriceTable;
  /**
   * Whose price counts.
   *
   * @default "*", the price of every model that has none of its own
   */
  readonly model?: string;
  /** What an answer may cost, in the currency of the prices. */
  readonly within: number;
}

/**
 * Judges whether an answer cost no more than it may: 1 or 0. It is unparsed if the platform didn't say how many tokens it
 * took.
 *
 * @throws EvaluationError `invalid_option` if the limit isn't above 0, or the prices have none for the model
 *
 * @example
 * ```ts
 * const inference = { "*": { perMillionInputTokens: 0.4, perMillionOutputTokens: 1.6 } };
 * const cheap = cost({ within: 0.002, prices: { currency: "EUR", inference } });
 * ```
 */
export function cost(options: CostOptions): Scorer {
  const { name = "cost", within, prices, model = "*" } = options;
  checkLimit(name, within);
  const price = priceOf(name, prices, model);
  // What else is in the table doesn't decide a result, and so isn't in the suite's hash.
  const { perMillionInputTokens: promptPerMillion, perMillionOutputTokens: completionPerMillion } = price;
  return {
    name,
    options: {
      kind: "cost",
      within,
      price: { currency: prices.currency, promptPerMillion, completionPerMillion },
    },
    score({ usage }) {
      if (!usage) {
        return unparsed("The platform didn't say how many tokens it took.");
      }
      const spent = inferenceCost(price, { input: usage.promptTokens, output: usage.completionTokens });
      return scored(Number(spent <= within), `${spent} ${prices.currency}`);
    },
  };
}

function priceOf(scorer: string, prices: PriceTable, model: string): InferencePrice {
  const wrong = wrongPrice(prices);
  const price = inferencePrice(prices, model);
  if (!price || wrong) {
    const { field, message } = wrong ?? { field: "prices.inference", message: `has no price of ${model}` };
    throw new EvaluationError(`The scorer ${scorer} can't be: ${field} ${message}.`, {
      code: "invalid_option",
      field,
    });
  }
  return price;
}

function checkLimit(name: string, within: number): void {
  if (!(within > 0)) {
    const message = `The scorer ${name} can't be: its limit, within, has to be above 0, not ${within}.`;
    throw new EvaluationError(message, { code: "invalid_option", field: "within" });
  }
}
