import type { CheckOptions } from "./options.ts";
import type { TrainingEstimate } from "./report.ts";
import type { Tally } from "./tally.ts";

// What the local platform chooses where it is left to it.
const AUTO_BATCH_SIZE = 8;
const AUTO_STEPS = 670;
const LEAST_EPOCHS = 3;
const MOST_EPOCHS = 20;

/** What training on the rows takes, by the plan and the prices that the caller has given. */
export function estimateTraining(
  tally: Tally,
  hasTokens: boolean,
  { plan = {}, prices }: Pick<CheckOptions, "plan" | "prices">,
): TrainingEstimate {
  const rows = tally.usable - tally.nothingToLearn;
  const batchSize = plan.batchSize ?? Math.max(1, Math.min(AUTO_BATCH_SIZE, rows));
  const stepsPerEpoch = Math.ceil(rows / batchSize);
  const automatic = Math.round(AUTO_STEPS / Math.max(1, stepsPerEpoch));
  const epochs = plan.epochs ?? Math.min(MOST_EPOCHS, Math.max(LEAST_EPOCHS, automatic));
  const tokens = hasTokens ? tally.trainedTokens * epochs : undefined;
  const seconds = tokens === undefined || !plan.tokensPerSecond ? undefined : tokens / plan.tokensPerSecond;
  return { epochs, batchSize, steps: stepsPerEpoch * epochs, tokens, seconds, cost: costOf() };

  function costOf(): TrainingEstimate["cost"] {
    if (prices === undefined) return undefined;
    const { currency, perMillionTokens, perHour } = prices;
    const forTokens = perMillionTokens === undefined ? 0 : tokens && (tokens / 1e6) * perMillionTokens;
    const forTime = perHour === undefined ? 0 : seconds && (seconds / 3600) * perHour;
    // A price of something that isn't known makes the sum unknown, not less.
    if (forTokens === undefined || forTime === undefined) return undefined;
    return { amount: forTokens + forTime, currency };
  }
}
