import type { FineTuningMetrics } from "../index.ts";
import type { RunGuards } from "./options.ts";

/** Why a training should end. */
export interface LossVerdict {
  readonly reason: "diverging" | "plateau";
  readonly message: string;
}

const DIVERGING = { factor: 3, steps: 20 } as const;
const PLATEAU = { steps: 200, improvement: 0.01 } as const;
/** Losses of single steps below this differ by their luck. In nats. */
const NOISE = 0.1;

/** Watches the losses of a training, step by step. */
export function createLossGuard({ divergingLoss = {}, plateau = false }: RunGuards): {
  step(metrics: FineTuningMetrics): LossVerdict | undefined;
} {
  const { factor = DIVERGING.factor, steps: patience = DIVERGING.steps } = divergingLoss || {};
  const { steps: flat = PLATEAU.steps, improvement = PLATEAU.improvement } = plateau || {};
  const window = Math.max(1, Math.floor(flat / 4));
  const latest: number[] = [];
  const recent: number[] = [];
  let least = Number.POSITIVE_INFINITY;
  let above = 0;
  let best = Number.POSITIVE_INFINITY;
  let bestAt = 0;
  let sum = 0;

  return {
    step({ step, train_loss: loss }) {
      // What isn't a number becomes null in JSON.
      if (loss === null || (loss !== undefined && !Number.isFinite(loss))) {
        return divergingLoss === false
          ? undefined
          : { reason: "diverging", message: `the loss of step ${step} isn't a number` };
      }
      if (loss === undefined) {
        return undefined;
      }
      // Of several steps, because a single one with few rows may have an easy one, to which no other comes near.
      latest.push(loss);
      if (latest.length > patience) latest.shift();
      least = Math.min(least, latest.reduce((total, one) => total + one, 0) / latest.length);
      above = loss > factor * Math.max(least, NOISE) ? above + 1 : 0;
      if (divergingLoss !== false && above >= patience) {
        return {
          reason: "diverging",
          message: `the loss has been above ${factor} times its least mean, ${least.toFixed(3)}, for ${above} steps`,
        };
      }
      recent.push(loss);
      sum += loss - (recent.length > window ? (recent.shift() ?? 0) : 0);
      if (recent.length < window) {
        return undefined;
      }
      const mean = sum / window;
      if (mean < best * (1 - improvement)) {
        best = mean;
        bestAt = step;
      }
      return plateau !== false && step - bestAt >= flat
        ? {
            reason: "plateau",
            message: `the loss has got no better than ${best.toFixed(3)} in ${step - bestAt} steps`,
          }
        : undefined;
    },
  };
}
