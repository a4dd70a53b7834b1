import { automaticBatchSize, automaticEpochs } from "../../contract/automatic-training.ts";
import type { CheckOptions } from "./options.ts";
import type { TrainingEstimate } from "./report.ts";
import type { Tally } from "./tally.ts";

/** What training on the rows takes, by the plan and the prices that the caller has given. */
export function estimateTraining(
  tally: Tally,
  hasTokens: boolean,
  { plan = {}, prices }: Pick<CheckOptions, "plan" | "prices">,
): TrainingEstimate {
  const rows = tally.usable - tally.nothingToLearn;
  const batchSize = plan.batchSize ?? automaticBatchSize(rows);
  const stepsPerEpoch = Math.ceil(rows / batchSize);
  const epochs = plan.epochs ?? automaticEpochs(stepsPerEpoch);
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
