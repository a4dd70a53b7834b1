import type { Fermion } from "../../index.ts";
import { RunBudgetError, RunInterruptedError } from "../errors.ts";
import type { Interruption } from "../interrupt.ts";
import type { RunOptions } from "../options.ts";
import type { RunState } from "../run-state.ts";
import { cancelJob } from "./fine-tune.ts";

/** Leaves or cancels the job that is under way, as asked, and says what was done. */
export async function endedFromOutside({
  client,
  options: { name, onInterrupt = "leave", budget },
  state,
  interruption,
}: {
  client: Fermion;
  options: RunOptions;
  state: RunState | undefined;
  interruption: Interruption;
}): Promise<RunInterruptedError | RunBudgetError> {
  const isTraining = state?.version.job?.id != null && !state.version.steps["fine-tune"];
  const job = isTraining ? (state.version.job?.id ?? undefined) : undefined;
  let jobWas: "left" | "cancelled" | undefined;
  if (job !== undefined) {
    jobWas = "left";
    if (onInterrupt === "cancel") {
      const { status } = await cancelJob(client, job);
      jobWas = status === "succeeded" ? "left" : "cancelled";
    }
  }
  const rest =
    job === undefined ? "" : ` The job ${job} was ${jobWas}${jobWas === "left" ? " and goes on" : ""}.`;
  const again = " Start it again to go on.";
  if (interruption === "time") {
    const limit = budget?.time ?? 0;
    return new RunBudgetError(
      `The run "${name}" took longer than its budget of ${limit} ms.${rest}${again}`,
      { run: name, budget: "time", limit, amount: limit, spent: true, job },
    );
  }
  return new RunInterruptedError(
    `The run "${name}" was interrupted by ${interruption === "ctrl-c" ? "Ctrl-C" : "its signal"}.${rest}${again}`,
    { run: name, job, jobWas },
  );
}
