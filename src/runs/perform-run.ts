import type { EvalItem } from "../evals/suite.ts";
import type { Fermion } from "../index.ts";
import { RunDataError } from "./errors.ts";
import { isWhole } from "./hashed-file.ts";
import { preparedLines } from "./lines.ts";
import type { CustomizeOptions } from "./options.ts";
import type { RunProgress } from "./progress.ts";
import { receiptOf } from "./receipt.ts";
import { type RunResult, resultOf } from "./result.ts";
import type { RunPaths } from "./run-file.ts";
import type { PreparedFile, StepOutputs } from "./run-file-schema.ts";
import type { CheckedRun } from "./run-plan.ts";
import type { RunState } from "./run-state.ts";
import { agreed, refuseOverspent } from "./steps/agree.ts";
import { checkedRows } from "./steps/check.ts";
import { decontaminated, itemSchema } from "./steps/decontaminate.ts";
import { evaluated, suiteOfRun } from "./steps/evaluate.ts";
import { hasModel } from "./steps/fine-tune.ts";
import type { Prepared } from "./steps/prepare.ts";
import { promoted } from "./steps/promote.ts";
import { splitRecords } from "./steps/split.ts";
import { trainOnce } from "./steps/train-once.ts";
import { filesThere, uploadOnce } from "./steps/upload.ts";

/** All that the steps of a run need. */
export interface RunWork<R = unknown> {
  readonly client: Fermion;
  readonly options: CustomizeOptions<R>;
  readonly run: CheckedRun;
  readonly paths: RunPaths;
  readonly prepared: Prepared;
  readonly state: RunState;
  readonly signal: AbortSignal;
  /** Whether models are asked, where there is something to ask. */
  readonly evaluates: boolean;
  readonly onProgress: (progress: RunProgress) => void;
}

/** Does the steps of a run, each that isn't done yet. */
export async function performRun<R>(work: RunWork<R>): Promise<RunResult> {
  const { client, options, run, paths, prepared, state, signal } = work;
  const { name } = options;
  const { folder } = paths;
  const { inputs } = state.version;
  const title = `v${state.version.version}`;
  const there = (...files: readonly (PreparedFile | null)[]) => allWhole(folder, files);

  const check = await state.step(
    "check",
    { prepared: inputs.prepared, check: options.check ?? {}, tokenizer: options.tokenizer?.model ?? null },
    async () => ({
      prepared: prepared.file,
      records: prepared.records,
      rows: prepared.rows,
      method: prepared.method,
      findings: await checkedRows(work),
    }),
    ({ prepared: file }) => there(file),
  );
  signal.throwIfAborted();

  const split = await state.step(
    "split",
    { prepared: inputs.prepared, split: inputs.split, seed: inputs.seed },
    () => splitRecords(check.prepared, inputs.split, { folder, title: `${title}.split`, seed: inputs.seed }),
    ({ index }) => there(index),
  );
  signal.throwIfAborted();

  const given = run.evaluation?.suite?.items ?? [];
  const clean = await state.step(
    "decontaminate",
    { index: split.index.sha256, decontaminate: inputs.decontaminate, evaluation: inputs.evaluation },
    () =>
      decontaminated(check.prepared, split.index, {
        folder,
        title,
        given,
        allow: inputs.decontaminate || undefined,
      }),
    ({ index, training, validation, items }) => there(index, training, validation, items),
  );
  refuseEmpty(name, clean);
  signal.throwIfAborted();

  const suite = run.evaluation && suiteOfRun(name, run.evaluation, await itemsOf(folder, clean.items));
  await agreed(work, clean, split, suite);
  const isTrained = await hasModel(client, state.version, signal);
  const uploaded = await state.step(
    "upload",
    { training: clean.training.sha256, validation: clean.validation?.sha256 ?? null },
    async () => ({
      training: await sent(work, "training", clean.training),
      validation: clean.validation && (await sent(work, "validation", clean.validation)),
    }),
    async (files) => isTrained || (await filesThere(client, files, signal)),
  );
  const tuned = await state.step(
    "fine-tune",
    {
      training: clean.training.sha256,
      validation: clean.validation?.sha256 ?? null,
      base: inputs.base,
      hyperparameters: inputs.hyperparameters,
      seed: inputs.seed,
    },
    () => trainOnce(work, { uploaded, method: check.method }),
    async () => isTrained,
  );
  refuseOverspent(work, tuned);

  const { evaluation } = run;
  const comparison =
    evaluation && suite && work.evaluates
      ? await state.step(
          "evaluate",
          {
            suite: suite.hash,
            models: [inputs.base, tuned.model],
            gate: evaluation.gate,
          },
          () => evaluated(work, { suite, evaluation, custom: tuned.model }),
        )
      : undefined;
  signal.throwIfAborted();

  const { promotion } = run;
  if (promotion) {
    await state.step(
      "promote",
      {
        alias: promotion.alias,
        force: promotion.force,
        model: tuned.model,
        passed: comparison?.verdict.passed ?? null,
      },
      () => promoted(work, { promotion, model: tuned.model, comparison }),
    );
  }
  if (state.version.finishedAt === null) {
    await state.update({ finishedAt: Date.now() });
  }
  const receipt = receiptOf(name, state.version);
  const result = receipt && resultOf(name, state.version, receipt);
  if (!result) {
    throw new TypeError("a run came to its end without its steps");
  }
  return result;
}

async function allWhole(folder: string, files: readonly (PreparedFile | null)[]): Promise<boolean> {
  for (const file of files) {
    if (file && !(await isWhole(folder, file))) {
      return false;
    }
  }
  return true;
}

async function itemsOf(folder: string, file: PreparedFile | null): Promise<EvalItem[]> {
  const items: EvalItem[] = [];
  if (file) {
    for await (const item of preparedLines(folder, file, itemSchema)) {
      items.push(item);
    }
  }
  return items;
}

function refuseEmpty(run: string, { training, dropped }: StepOutputs["decontaminate"]): void {
  if (training.lines === 0) {
    throw new RunDataError(
      `Nothing is left to train on in the run "${run}": ${
        dropped > 0
          ? `${dropped} records overlap with the evaluation`
          : "all records are held out; give smaller shares or more groups"
      }.`,
      { run, findings: [], count: 0 },
    );
  }
}

/** Sends a part. Its name has no version in it: a later one with the same content finds it. */
async function sent<R>(
  { client, options, paths, signal, onProgress }: RunWork<R>,
  part: "training" | "validation",
  file: PreparedFile,
): Promise<string> {
  const { id } = await uploadOnce(client, file, {
    folder: paths.folder,
    filename: `${options.name}.${part}-${file.sha256.slice(0, 12)}.jsonl`,
    signal,
    onProgress: (progress) => onProgress({ type: "upload", part, progress }),
  });
  return id;
}
