import { automaticBatchSize, automaticEpochs } from "../../contract/automatic-training.ts";
import { trainingCost } from "../prices.ts";
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
  const amount = prices && trainingCost(prices, { tokens, seconds });
  const cost = prices && amount !== undefined ? { amount, currency: prices.currency } : undefined;
  return { epochs, batchSize, steps: stepsPerEpoch * epochs, tokens, seconds, cost };
}
