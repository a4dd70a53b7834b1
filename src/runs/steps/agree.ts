import type { Suite } from "../../evals/suite.ts";
import { checkBudget, estimatedCost, tokensOf } from "../budget.ts";
import { RunBudgetError, RunStoppedError } from "../errors.ts";
import type { RunWork } from "../perform-run.ts";
import type { StepOutputs } from "../run-file-schema.ts";

/** Asks whoever has to agree, before anything is sent. */
export async function agreed<R>(
  { options, run, state, paths }: RunWork<R>,
  clean: StepOutputs["decontaminate"],
  split: StepOutputs["split"],
  suite: Suite | undefined,
): Promise<void> {
  const { name, budget, prices, confirm } = options;
  const { version } = state;
  if (version.job || version.steps["fine-tune"] || (budget?.cost === undefined && !confirm)) {
    return;
  }
  const { n_epochs } = run.hyperparameters;
  const epochs = typeof n_epochs === "number" ? n_epochs : undefined;
  checkBudget(options, { epochs, isEvaluated: suite !== undefined });
  const tokens = await tokensOf(paths.folder, clean.training, options.tokenizer);
  const cost = estimatedCost({
    tokens,
    epochs,
    prices,
    base: version.inputs.base,
    items: suite?.items ?? [],
    answerTokens: suite?.sampling.maxCompletionTokens ?? 0,
  });
  if (budget?.cost !== undefined && cost !== undefined && cost > budget.cost) {
    throw new RunBudgetError(
      `The run "${name}" would cost up to ${cost.toFixed(2)} ${prices?.currency}, and its budget is ${budget.cost}. Nothing was sent.`,
      { run: name, budget: "cost", limit: budget.cost, amount: cost, spent: false },
    );
  }
  const yes = await confirm?.({
    run: name,
    version: version.version,
    base: version.inputs.base,
    records: {
      training: split.training - clean.dropped,
      validation: split.validation,
      evaluation: split.evaluation,
    },
    tokens,
    epochs,
    cost,
    findings: version.steps.check?.outputs.findings ?? {},
  });
  if (confirm && yes !== true) {
    throw new RunStoppedError(`The run "${name}" was declined. Nothing was sent.`, {
      run: name,
      reason: "declined",
    });
  }
}

/** What is still to come costs too: it isn't begun behind a budget that is used up. */
export function refuseOverspent<R>({ options, state }: RunWork<R>, tuned: StepOutputs["fine-tune"]): void {
  const { name, budget, prices } = options;
  if (
    budget?.cost !== undefined &&
    tuned.cost !== null &&
    tuned.cost > budget.cost &&
    state.version.finishedAt === null
  ) {
    throw new RunBudgetError(
      `The training of the run "${name}" cost ${tuned.cost.toFixed(2)} ${prices?.currency}, and its budget is ${budget.cost}. Its model is ` +
        `${tuned.model}; start it again with a larger budget to evaluate it.`,
      { run: name, budget: "cost", limit: budget.cost, amount: tuned.cost, spent: true, job: tuned.job },
    );
  }
}
