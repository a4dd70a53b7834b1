import { EvaluationError } from "../errors.ts";
import { priceOf, type TokenPrice } from "../prices.ts";
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
  readonly price: TokenPrice;
  /** What an answer may cost, in the price's currency. */
  readonly within: number;
}

/**
 * Judges whether an answer cost no more than it may: 1 or 0. It is unparsed if the platform didn't say how many tokens it
 * took.
 *
 * @throws EvaluationError `invalid_option` if the limit isn't above 0
 *
 * @example
 * ```ts
 * const cheap = cost({ within: 0.002, price: { currency: "EUR", promptPerMillion: 0.4, completionPerMillion: 1.6 } });
 * ```
 */
export function cost(options: CostOptions): Scorer {
  const { name = "cost", within, price } = options;
  checkLimit(name, within);
  return {
    name,
    options: { kind: "cost", within, price },
    score({ usage }) {
      if (!usage) {
        return unparsed("The platform didn't say how many tokens it took.");
      }
      const spent = priceOf(price, usage);
      return scored(Number(spent <= within), `${spent} ${price.currency}`);
    },
  };
}

function checkLimit(name: string, within: number): void {
  if (!(within > 0)) {
    const message = `The scorer ${name} can't be: its limit, within, has to be above 0, not ${within}.`;
    throw new EvaluationError(message, { code: "invalid_option", field: "within" });
  }
}
