import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { Fermion, type FineTuningJob, type JobUpdate, type RetryNotice, toFile } from "../../src/index.ts";
import { trainingRows } from "../platform/tiny-base.ts";
import { CREATES_ONCE_WITHOUT_KEYS } from "./expectations.ts";
import { drawFaults, type Fault, type Purpose, type Weather } from "./faults.ts";
import { type FaultyProxy, startFaultyProxy } from "./proxy.ts";
import { type Chance, chanceOf } from "./seeded.ts";
import type { Target } from "./truth.ts";

/** What a run goes through, one after the other, and the requests of each. */
export const steps = {
  upload: ["upload"],
  create: ["create"],
  follow: ["events", "poll"],
  stream: ["chat"],
} as const satisfies Record<string, readonly Purpose[]>;
export type Step = keyof typeof steps;

/** All that a run does follows from its seed, but for when things happen. */
export interface Plan {
  readonly seed: number;
  /** The name of the run: of its file, and in the metadata of its job. */
  readonly name: string;
  readonly content: string;
  readonly weather: Weather;
  /** So many requests are disturbed at most; then the sky clears, but for the stream. */
  readonly mostFaults: number;
  readonly ignoresKeys: boolean;
  readonly waits: boolean;
  readonly maxRetries: number;
  /** As the client's, and its idle timeout too, in milliseconds. */
  readonly timeout: number;
}

/** What came of a run. */
export interface Outcome {
  readonly plan: Plan;
  readonly proxy: FaultyProxy;
  /** Undefined if it has come to its end. */
  readonly failure: { readonly step: Step; readonly error: unknown } | undefined;
  /** What the client was about to do again, and in which step. */
  readonly retries: readonly { readonly step: Step; readonly notice: RetryNotice }[];
  readonly fileId: string | undefined;
  readonly job: FineTuningJob | undefined;
  /** What following has given. */
  readonly updates: readonly JobUpdate[];
  /** The pieces of the answer that came, and its question. */
  readonly text: string;
  readonly question: Question | undefined;
  /** Whether the run was still going when its time was over. */
  readonly hung: boolean;
}

type Question = ReturnType<typeof questionFor>;

/** No run may take longer, in milliseconds, on a machine that has much else to do. */
const TIME = 150_000;

export function planOf(seed: number): Plan {
  const chance = chanceOf(seed, 1);
  const silence = chance.happens(0.5);
  return {
    seed,
    name: `run-${seed}`,
    content: contentOf(chance),
    weather: { share: chance.pick([0, 0.15, 0.3, 0.5, 0.8]), silence },
    mostFaults: 1 + chance.below(8),
    ignoresKeys: CREATES_ONCE_WITHOUT_KEYS && chance.happens(0.25),
    waits: chance.happens(0.3),
    maxRetries: chance.pick([1, 3, 4]),
    timeout: silence ? 700 + chance.below(600) : 60_000,
  };
}

/** Ten rows; sometimes so large that a connection can break in the middle of it. */
function contentOf(chance: Chance): string {
  const padding = chance.happens(0.2) ? " ".repeat(10_000 + chance.below(90_000)) : "";
  return trainingRows(10)
    .map((row) => `${JSON.stringify(row)}${padding}\n`)
    .join("");
}

/** Goes from a file to an answer through a faulty proxy. What happens on the way is in the outcome, not thrown. */
export async function chaosRun(plan: Plan, target: Target, proxy: FaultyProxy): Promise<Outcome> {
  const retries: { step: Step; notice: RetryNotice }[] = [];
  let [step, text]: [Step, string] = ["upload", ""];
  const client = new Fermion({
    baseURL: proxy.baseURL,
    apiKey: target.apiKey,
    maxRetries: plan.maxRetries,
    maxRetryDelay: 3_000,
    timeout: plan.timeout,
    idleTimeout: plan.timeout,
    onRetry: (notice) => retries.push({ step, notice }),
  });
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), TIME);
  const { signal } = over;
  const updates: JobUpdate[] = [];
  let fileId: string | undefined;
  let job: FineTuningJob | undefined;
  let question: Question | undefined;
  let failure: Outcome["failure"];
  try {
    fileId = await upload(client, plan, signal);
    step = "create";
    job = await create(client, plan, fileId, signal);
    step = "follow";
    job = await follow(client, plan, job.id, updates, signal);
    step = "stream";
    question = questionFor(job.fine_tuned_model ?? "", plan.seed);
    const stream = client.chat.completions.stream(question, { signal });
    for await (const piece of stream.text()) text += piece;
    const whole = await stream.finalContent();
    if (whole !== text) throw new Error(`finalContent() gives ${JSON.stringify(whole)}`);
  } catch (error) {
    failure = { step, error };
  }
  clearTimeout(timer);
  return { plan, proxy, failure, retries, fileId, job, updates, text, question, hung: signal.aborted };
}

/** The one place that sends the file. */
async function upload(client: Fermion, { name, content }: Plan, signal: AbortSignal): Promise<string> {
  const file = toFile(content, `${name}.jsonl`);
  return (await client.files.create({ file, purpose: "fine-tune" }, { signal })).id;
}

async function create(
  client: Fermion,
  { name, seed }: Plan,
  fileId: string,
  signal: AbortSignal,
): Promise<FineTuningJob> {
  const body = {
    model: "photon-nano",
    training_file: fileId,
    suffix: name,
    seed,
    metadata: { run: name },
    hyperparameters: { n_epochs: 1, batch_size: 2 },
  };
  return await client.fineTuning.jobs.create(body, { signal });
}

/** Most runs follow by hand, and some by `wait()`; both give what came, also if they fail. */
async function follow(
  client: Fermion,
  { waits }: Plan,
  jobId: string,
  updates: JobUpdate[],
  signal: AbortSignal,
): Promise<FineTuningJob> {
  const options = { signal, pollInterval: 200, giveUpAfter: 20_000 };
  const onProgress = (update: JobUpdate) => updates.push(update);
  if (waits) return await client.fineTuning.jobs.wait(jobId, { ...options, onProgress });
  let job: FineTuningJob | undefined;
  for await (const update of client.fineTuning.jobs.follow(jobId, options)) {
    onProgress(update);
    if (update.type === "status") job = update.job;
  }
  if (job?.status !== "succeeded") throw new Error(`follow() has ended with the status ${job?.status}`);
  return job;
}

/** At this temperature a model that has learned little says something else for each seed, and the same for the same. */
function questionFor(model: string, seed: number) {
  return {
    model,
    seed,
    temperature: 1,
    max_tokens: 24,
    messages: [{ role: "user" as const, content: "When must I report hail? (3)" }],
  };
}

/** A proxy that treats the requests of a run as its seed says. */
export function proxyFor(plan: Plan, target: Target): Promise<FaultyProxy> {
  const chance = chanceOf(plan.seed, 2);
  let faulty = 0;
  return startFaultyProxy({
    target: target.baseURL,
    chance: chanceOf(plan.seed, 3),
    ignoresKeys: plan.ignoresKeys,
    decide(purpose) {
      // The last step would hardly ever be hit.
      if (faulty >= plan.mostFaults && purpose !== "chat") return [];
      const drawn = drawFaults(chance, purpose, plan.weather);
      const faults = plan.ignoresKeys ? drawn.map(honest) : drawn;
      if (faults.length > 0) faulty++;
      return faults;
    },
  });
}

/** Who says 429 has refused. Where that is a lie and keys are ignored too, no client could create a job once. */
function honest(fault: Fault): Fault {
  return fault.kind === "status" && fault.status === 429 ? { ...fault, when: "before" } : fault;
}

/** Waits until nothing is under way any more; false if that doesn't come. */
export async function isQuiet(proxy: FaultyProxy): Promise<boolean> {
  for (let tries = 0; tries < 250; tries++) {
    if (proxy.busy() === 0) return true;
    await delay(20);
  }
  return false;
}

export const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
