import type { DpoHyperparameters } from "../contract/hyperparameters.ts";
import { wrongPrice } from "../data/prices.ts";
import type { GateOptions } from "../evals/gate.ts";
import type { Suite } from "../evals/suite.ts";
import { ConfigurationError } from "../index.ts";
import type { Vertical } from "../verticals/vertical.ts";
import { hashOf } from "./hash.ts";
import type { CustomizeOptions, RunEvaluation, RunOptions, RunPromotion } from "./options.ts";
import { type Recipe, rowRecipe, verticalRecipe } from "./recipe.ts";
import type { RunInputs } from "./run-file-schema.ts";

/** What a run is to do, with all defaults in place. */
export interface CheckedRun {
  readonly recipe: Recipe;
  readonly evaluation: CheckedEvaluation | undefined;
  readonly promotion: CheckedPromotion | undefined;
  readonly hyperparameters: DpoHyperparameters;
  /** All that a version is made from, besides the data. */
  readonly inputs: Omit<RunInputs, "data" | "prepared">;
}

/** What becomes of the alias. */
export interface CheckedPromotion {
  readonly alias: string;
  readonly force: boolean;
}

/** How the two models are judged: by a suite that was given, or by one of the records that are held out. */
export interface CheckedEvaluation {
  readonly suite: Suite | undefined;
  readonly judge: Pick<Suite, "scorers" | "primary" | "sampling">;
  readonly gate: GateOptions;
  readonly concurrency: number;
}

const ROW_SPLIT = { validation: 0.1, evaluation: 0 } as const;

/** @throws ConfigurationError, by the name of the option, before anything is read or sent */
export function checkedRun<R>(options: CustomizeOptions<R>): CheckedRun {
  const { vertical, base, seed = 1, decontaminate = true } = options;
  const split = options.split ?? vertical?.split ?? ROW_SPLIT;
  text("base", base, 'the name of a model, such as "photon-nano"');
  if (!Number.isSafeInteger(seed) || seed < 0 || seed >= 2 ** 31) {
    throw new ConfigurationError("seed must be a whole number from 0 to 2³¹−1.");
  }
  for (const [name, share] of Object.entries(split)) {
    if (typeof share !== "number" || !(share >= 0 && share < 1)) {
      throw new ConfigurationError(`split.${name} must be a share from 0 to below 1.`);
    }
  }
  if (split.validation + split.evaluation >= 1) {
    throw new ConfigurationError("split leaves nothing to train on: its shares must add up to less than 1.");
  }
  checkGuards(options);
  const price = wrongPrice(options.prices);
  if (price) {
    throw new ConfigurationError(`${price.field} ${price.message}.`);
  }
  const evaluation = checkedEvaluation(options, vertical);
  const hyperparameters = { ...vertical?.hyperparameters, ...definedOnly(options.hyperparameters ?? {}) };
  return {
    recipe: vertical ? verticalRecipe(vertical) : rowRecipe,
    evaluation,
    promotion: checkedPromotion(options.promote),
    hyperparameters,
    inputs: {
      recipe: vertical ? recipeOf(vertical) : null,
      base,
      hyperparameters: definedOnly(hyperparameters),
      seed,
      split: { validation: split.validation, evaluation: split.evaluation },
      decontaminate: decontaminate === false ? false : decontaminate === true ? [] : [...decontaminate.allow],
      evaluation: evaluation
        ? hashOf({
            suite: evaluation.suite?.hash ?? null,
            scorers: evaluation.judge.scorers.map(({ name, options: how }) => ({ name, options: how })),
            primary: evaluation.judge.primary,
            sampling: evaluation.judge.sampling,
          })
        : null,
    },
  };
}

function checkedEvaluation<R>(
  { evaluate }: CustomizeOptions<R>,
  vertical: Vertical<R> | undefined,
): CheckedEvaluation | undefined {
  if (evaluate === false || (evaluate === undefined && !vertical)) {
    return undefined;
  }
  const how: RunEvaluation = evaluate === undefined ? {} : isSuite(evaluate) ? { suite: evaluate } : evaluate;
  const { suite, concurrency = 4, ...gate } = how;
  const judge = suite ?? vertical;
  if (!judge) {
    throw new ConfigurationError("evaluate needs a suite: without a vertical there is none to judge by.");
  }
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new ConfigurationError("evaluate.concurrency must be a whole number from 1.");
  }
  return { suite, judge, gate, concurrency };
}

function isSuite(value: Suite | RunEvaluation): value is Suite {
  return "items" in value && "hash" in value;
}

function checkedPromotion(promote: RunOptions["promote"]): CheckedPromotion | undefined {
  if (promote === undefined) {
    return undefined;
  }
  const { alias, force = false }: RunPromotion = typeof promote === "string" ? { alias: promote } : promote;
  text("promote", alias, 'the name of an alias, such as "claims"');
  return { alias, force };
}

/** A recipe by all of it that says what it is; what its functions do shows in what they make of the data. */
function recipeOf<R>(vertical: Vertical<R>): { name: string; version: string; sha256: string } {
  const { name, version, scorers, primary, sampling } = vertical;
  const judged = scorers.map((scorer) => ({ name: scorer.name, options: scorer.options }));
  return { name, version, sha256: hashOf({ name, version, judged, primary, sampling }) };
}

function checkGuards({ guards, budget, onInterrupt }: RunOptions): void {
  const divergingLoss = guards?.divergingLoss || undefined;
  const plateau = guards?.plateau || undefined;
  const above = (name: string, value: number | undefined, least: number) => {
    if (value !== undefined && !(Number.isFinite(value) && value >= least)) {
      throw new ConfigurationError(`${name} must be a number from ${least}.`);
    }
  };
  above("guards.divergingLoss.factor", divergingLoss?.factor, 1);
  above("guards.divergingLoss.steps", divergingLoss?.steps, 1);
  above("guards.plateau.steps", plateau?.steps, 4);
  above("guards.plateau.improvement", plateau?.improvement, 0);
  above("budget.cost", budget?.cost, 0);
  above("budget.time", budget?.time, 1);
  if (budget?.time !== undefined && budget.time >= 2 ** 31) {
    throw new ConfigurationError("budget.time must be below 2³¹ milliseconds, which are 24 days.");
  }
  if (onInterrupt !== undefined && !["cancel", "leave"].includes(onInterrupt)) {
    throw new ConfigurationError('onInterrupt must be "cancel" or "leave".');
  }
}

function definedOnly(from: DpoHyperparameters): Record<string, string | number> {
  const given: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(from)) {
    if (typeof value === "string" || typeof value === "number") {
      given[name] = value;
    }
  }
  return given;
}

function text(name: string, value: unknown, such: string): void {
  if (typeof value !== "string" || value === "") {
    throw new ConfigurationError(`${name} must be ${such}.`);
  }
}
