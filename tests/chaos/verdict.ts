import { inspect } from "node:util";
import { FermionError, JobCreationUncertainError, StreamError } from "../../src/index.ts";
import { MENDS_DISORDER } from "./expectations.ts";
import { errorsFor } from "./faults.ts";
import { isQuiet, type Outcome, sha256, steps } from "./run.ts";
import type { TrueEvent, Truth } from "./truth.ts";

/** What is wrong with the outcome of a run, each in a line. Nothing, if it is the right result or a typed error. */
export async function problemsOf(outcome: Outcome, truth: Truth, apiKey: string): Promise<string[]> {
  const { plan, proxy, failure, fileId, job, hung } = outcome;
  const problems: string[] = [];
  if (hung) problems.push("the run hung: its time was over");
  if (!(await isQuiet(proxy))) problems.push(`the client has left ${proxy.busy()} answers open`);
  problems.push(...proxy.surprises.map((surprise) => `not by a fault: ${surprise}`));
  if (failure) problems.push(...errorProblems(outcome), ...leaks(failure.error, apiKey));

  const jobs = await truth.jobs(plan.name);
  if (jobs.length > 1) problems.push(`there are ${jobs.length} jobs`);
  if (job && jobs[0]?.id !== job.id) problems.push(`there is no job ${job.id}`);
  if (fileId !== undefined && (await truth.sha256(fileId)) !== sha256(plan.content)) {
    problems.push("the file isn't what was sent");
  }
  if (job) problems.push(...followProblems(outcome, await truth.events(job.id), jobs[0]?.status));
  return [...problems, ...(await textProblems(outcome, truth))];
}

/** An error has to be one of ours, and of a kind that something that was done to its step leads to. */
function errorProblems({ plan, proxy, failure, retries }: Outcome): string[] {
  const { step, error } = failure ?? {};
  if (!step || !(error instanceof FermionError)) {
    return [`${step} ended with something that is no FermionError: ${inspect(error)}`];
  }
  const purposes: readonly string[] = steps[step];
  const faults = proxy.done.filter(({ purpose }) => purposes.includes(purpose));
  const reasons = new Set(faults.flatMap(({ purpose, fault }) => errorsFor(fault, purpose)));
  // Where answers may stay away, a client has little patience, and a busy machine is enough to end it.
  if (plan.weather.silence) reasons.add("APIConnectionTimeoutError").add("StreamStalledError");
  const problems = [];
  // Whether there is a job can only be in doubt because of a failure, for which there has to be a reason as for any other.
  const reason = error instanceof JobCreationUncertainError ? error.cause : error;
  if (!(reason instanceof Error) || !reasons.has(reason.name)) {
    problems.push(`${step} ended without a reason with ${error.name}: ${error.message}`);
  }
  const asked = "retryAfter" in error && Number(error.retryAfter) > 3;
  const tries = 1 + retries.filter((retry) => retry.step === step).length;
  const repeats = step === "upload" || step === "create";
  if (repeats && error.isRetryable && !asked && tries <= plan.maxRetries) {
    problems.push(`${step} gave up at try ${tries} of ${plan.maxRetries + 1}: ${error.message}`);
  }
  return problems;
}

function followProblems(
  { plan, proxy, failure, updates }: Outcome,
  events: readonly TrueEvent[],
  status: string | undefined,
): string[] {
  const problems: string[] = [];
  const got = updates.flatMap((update) => (update.type === "status" ? [] : [update.event]));
  const ids = got.map(({ id }) => id);
  const expected = events.map(({ id }) => id);
  if (new Set(ids).size < ids.length) problems.push(`events came twice: ${twice(ids)}`);
  const complete = !failure || failure.step === "stream";
  if (complete) {
    const missing = expected.filter((id) => !ids.includes(id));
    if (missing.length > 0) problems.push(`${missing.length} of ${expected.length} events are lost`);
    const last = updates.findLast((update) => update.type === "status");
    if (last?.job.status !== "succeeded" || status !== "succeeded") {
      problems.push(`following ended with "${last?.job.status}", and the job is "${status}"`);
    }
  }
  const disorder = !MENDS_DISORDER && proxy.done.some(({ fault }) => fault.kind === "shuffle");
  const inOrder = expected.filter((id) => ids.includes(id));
  if (!disorder && ids.join() !== (complete ? expected : expected.slice(0, ids.length)).join()) {
    problems.push("the events came in another order, or with gaps");
  }
  if (inOrder.length < new Set(ids).size) problems.push("events came that the job doesn't have");
  const bodies = new Map(events.map((event) => [event.id, JSON.stringify(event)]));
  if (got.some((event) => bodies.get(event.id) !== JSON.stringify(event))) {
    problems.push("an event came changed");
  }
  if (updates.some((update) => update.type === "status" && update.job.metadata?.run !== plan.name)) {
    problems.push("the job of another run was told of");
  }
  return problems;
}

function twice(ids: readonly string[]): string {
  return ids.filter((id, index) => ids.indexOf(id) < index).join(", ");
}

async function textProblems({ failure, question, text }: Outcome, truth: Truth): Promise<string[]> {
  if (!question) return [];
  const whole = await truth.text(question);
  if (!failure) {
    return text === whole ? [] : [`${JSON.stringify(text)} was taken for ${JSON.stringify(whole)}`];
  }
  const received =
    failure.error instanceof StreamError ? failure.error.received?.choices[0]?.message.content : undefined;
  return [text, received ?? ""]
    .filter((part) => !whole.startsWith(part))
    .map((part) => `${JSON.stringify(part)} is no beginning of ${JSON.stringify(whole)}`);
}

/** Where an error shows the key. */
export function leaks(error: unknown, apiKey: string): string[] {
  const shown = {
    inspect: inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true }),
    JSON: JSON.stringify(error),
    text: String(error),
    stack: error instanceof Error ? error.stack : "",
  };
  return Object.entries(shown)
    .filter(([, text]) => text?.includes(apiKey))
    .map(([where]) => `the key is in the error's ${where}`);
}

/** All that is needed to see what a run went through. */
export function report(
  { plan, proxy, failure, retries, updates, text }: Outcome,
  problems: readonly string[],
): string {
  const { seed, weather, mostFaults, ignoresKeys, waits, maxRetries, timeout } = plan;
  return [
    `seed ${seed}: ${problems.join("; ")}`,
    `again: CHAOS_SEED=${seed} npm run chaos`,
    JSON.stringify({ weather, mostFaults, ignoresKeys, waits, maxRetries, timeout }),
    ...proxy.log,
    ...retries.map(
      ({ step, notice }) => `again: ${step} in ${Math.round(notice.delay)} ms for ${notice.error}`,
    ),
    `updates: ${updates.map((update) => (update.type === "status" ? update.job.status : update.event.id.slice(-4))).join(" ")}`,
    `text: ${JSON.stringify(text)}`,
    `ended: ${failure ? `${failure.step}: ${inspect(failure.error, { depth: 1 })}` : "well"}`,
  ].join("\n");
}
