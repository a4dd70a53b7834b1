/** What the examples of the verticals print: how a run goes on, and what it came to. */
import type { RunProgress, RunResult } from "fermion/runs";

/** Prints a run's steps, and a line for every fifty steps of the training. For `onProgress` of `customize()`. */
export function showProgress(progress: RunProgress): void {
  if (progress.type === "version") {
    console.log(`version ${progress.version}: ${progress.state}`);
    for (const { what, before, now } of progress.changes) console.log(`  ${what}: ${before} → ${now}`);
  } else if (progress.type === "step" && progress.state === "done") {
    console.log(`${progress.step}: done`);
  } else if (progress.type === "answers" && progress.done === progress.total) {
    console.log(`${progress.model}: ${progress.total} answers`);
  } else if (progress.type === "job" && progress.update.type === "metrics") {
    const { metrics, eta } = progress.update;
    const { step, total_steps: total, train_loss: loss } = metrics;
    if (step % 50 !== 0 && step !== total) return;
    const left = eta === undefined ? "" : `, ${eta} s left`;
    console.log(`  step ${step} of ${total}, loss ${loss?.toFixed(3) ?? "?"}${left}`);
  }
}

/**
 * Prints how the records were split, base against custom by each scorer, and what became of the alias. Where the custom model
 * isn't surely better, the process will exit with 1.
 */
export function showResult({ name, base, model, records, comparison, promotion }: RunResult): void {
  const { training, validation, evaluation, dropped } = records;
  console.log(
    `records: ${training} training, ${validation} validation, ${evaluation} evaluation, ${dropped} dropped`,
  );
  for (const [scorer, score] of Object.entries(comparison?.scores ?? {})) {
    const { custom, n, wins, losses, ties } = score;
    const numbers = `${base} ${share(score.base)}  custom ${share(custom)}  n ${n}`;
    console.log(`  ${scorer.padEnd(17)} ${numbers}  won ${wins}, lost ${losses}, tied ${ties}`);
  }
  const verdict = comparison?.verdict;
  const primary = comparison?.scores[verdict?.scorer ?? ""];
  if (verdict?.passed !== true || !verdict.interval || !primary) {
    console.log(`${name}: not surely better. ${verdict?.reasons.join(" ") ?? "Nothing was evaluated."}`);
    process.exitCode = 1;
    return;
  }
  const [low, high] = verdict.interval.map(share);
  const means = `base ${share(primary.base)}, custom ${share(primary.custom)}`;
  console.log(
    `${name}: ${verdict.scorer} ${means}, difference ${share(verdict.difference)} (${low} to ${high})`,
  );
  if (promotion) console.log(`alias ${promotion.alias} ${promotion.outcome}: ${model}`);
}

function share(value: number | null): string {
  return value === null ? "–" : value.toFixed(2);
}
