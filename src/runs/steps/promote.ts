import { type Fermion, type ModelAliasChange, ModelAliasError, NotFoundError } from "../../index.ts";
import type { RunWork } from "../perform-run.ts";
import type { RunComparison, StepOutputs } from "../run-file-schema.ts";
import type { CheckedPromotion } from "../run-plan.ts";

/** Moves the alias to the new model, if it is better. What an earlier call has moved isn't moved again. */
export async function promoted<R>(
  { client, options, state }: RunWork<R>,
  {
    promotion: { alias, force },
    model,
    comparison,
  }: { promotion: CheckedPromotion; model: string; comparison: RunComparison | undefined },
): Promise<StepOutputs["promote"]> {
  const verdict = comparison?.verdict;
  const forced = verdict?.passed !== true;
  if (forced && !force) {
    return { alias, model, outcome: "held", forced: false };
  }
  const reason = `run ${options.name}, version ${state.version.version}`;
  // If it died between the move and its own word of it, somebody may have moved the alias on since.
  const before = await historyOf(client, alias);
  if (!before.some((change) => change.model === model && change.reason === reason)) {
    await client.models.promote(alias, model, {
      reason,
      force: forced,
      ...(verdict ? evidence(verdict) : {}),
    });
  }
  return { alias, model, outcome: "moved", forced };
}

function evidence({ suite, custom, base, difference, interval, n, passed }: RunComparison["verdict"]) {
  return {
    evaluation: {
      suite: suite.name,
      suite_hash: suite.hash,
      model: custom,
      base,
      difference,
      interval,
      n,
      passed,
    },
  };
}

async function historyOf(client: Fermion, alias: string): Promise<ModelAliasChange[]> {
  try {
    return await client.models.aliases.history(alias);
  } catch (error) {
    const isNone =
      error instanceof NotFoundError ||
      (error instanceof ModelAliasError && error.code === "alias_not_found");
    if (isNone) {
      return [];
    }
    throw error;
  }
}
