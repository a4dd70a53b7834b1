import { hashOf } from "./hash.ts";
import type { RunChange, RunProgress } from "./progress.ts";
import { writeRunFile } from "./run-file.ts";
import type { RunFile, RunInputs, RunVersion, StepOutputs } from "./run-file-schema.ts";
import type { RunStep } from "./step.ts";

/** A run while it is worked on: its file, and the version that is. */
export interface RunState {
  readonly version: RunVersion;
  /** Changes the version, in the file first. */
  update(change: Partial<RunVersion>): Promise<void>;
  /**
   * Does a step, unless it was done with the same inputs and what it gave is still there.
   *
   * @param inputs - all that the step depends on, as JSON
   * @param isThere - whether what was given then is still to be had
   */
  step<Step extends RunStep>(
    step: Step,
    inputs: unknown,
    work: () => Promise<StepOutputs[Step]>,
    isThere?: (outputs: StepOutputs[Step]) => Promise<boolean>,
  ): Promise<StepOutputs[Step]>;
}

/** Goes on with the newest version, if it was made from the same, or begins a new one. */
export async function openVersion({
  path,
  file,
  inputs,
  packages,
  onProgress,
}: {
  path: string;
  file: RunFile;
  inputs: RunInputs;
  packages: Record<string, string>;
  onProgress: (progress: RunProgress) => void;
}): Promise<RunState> {
  let versions = withoutUnchecked(file.versions, inputs);
  const latest = versions.at(-1);
  const changes = latest ? changesBetween(latest.inputs, inputs) : [];
  const isNew = !latest || changes.length > 0;
  let version: RunVersion =
    latest && !isNew
      ? latest
      : {
          version: (latest?.version ?? 0) + 1,
          startedAt: Date.now(),
          finishedAt: null,
          inputs,
          changes,
          job: null,
          stopped: null,
          steps: {},
          packages,
        };
  const save = async (next: RunVersion) => {
    const before = versions.filter((one) => one.version !== next.version);
    const all = [...before, next];
    await writeRunFile(path, { ...file, versions: all });
    versions = all;
    version = next;
  };
  if (isNew) {
    await save(version);
  }
  onProgress({
    type: "version",
    version: version.version,
    state: isNew ? "new" : version.finishedAt === null ? "resumed" : "finished",
    changes: version.changes,
  });

  return {
    get version() {
      return version;
    },
    update: (change) => save({ ...version, ...change }),
    async step(step, inputs, work, isThere = async () => true) {
      const hash = hashOf(inputs);
      const done = stepOf(version, step);
      if (done?.inputs === hash && (await isThere(done.outputs))) {
        onProgress({ type: "step", step, state: "found" });
        return done.outputs;
      }
      onProgress({ type: "step", step, state: "begun" });
      const startedAt = Date.now();
      const outputs = await work();
      const record = { inputs: hash, startedAt, finishedAt: Date.now(), outputs };
      await save({ ...version, steps: { ...version.steps, [step]: record } });
      onProgress({ type: "step", step, state: "done" });
      return outputs;
    },
  };
}

/** A version whose data was found to have errors gives way to the one in which they are mended. */
function withoutUnchecked(versions: readonly RunVersion[], inputs: RunInputs): readonly RunVersion[] {
  const latest = versions.at(-1);
  const givesWay = latest && !latest.steps.check && changesBetween(latest.inputs, inputs).length > 0;
  return givesWay ? versions.slice(0, -1) : versions;
}

function stepOf<Step extends RunStep>(
  version: RunVersion,
  step: Step,
): { readonly inputs: string; readonly outputs: StepOutputs[Step] } | undefined {
  const steps: {
    [Name in RunStep]?: { readonly inputs: string; readonly outputs: StepOutputs[Name] } | undefined;
  } = version.steps;
  return steps[step];
}

/** What is otherwise, each by its name. */
export function changesBetween(before: RunInputs, now: RunInputs): RunChange[] {
  const changes: RunChange[] = [];
  const compare = (what: string, a: unknown, b: unknown) => {
    if (hashOf(a) !== hashOf(b)) {
      changes.push({ what, before: shown(a), now: shown(b) });
    }
  };
  compare("data", before.data, now.data);
  const recipe = ({ recipe, prepared, data }: RunInputs) => ({
    recipe,
    // What is made of the data changes with the data; of the same data it changes with the recipe alone.
    prepared: data === before.data && data === now.data ? prepared : null,
  });
  if (hashOf(recipe(before)) !== hashOf(recipe(now))) {
    changes.push({ what: "recipe", before: shownRecipe(before), now: shownRecipe(now) });
  }
  compare("base", before.base, now.base);
  const names = new Set([...Object.keys(before.hyperparameters), ...Object.keys(now.hyperparameters)]);
  for (const name of [...names].sort()) {
    compare(`hyperparameters.${name}`, before.hyperparameters[name], now.hyperparameters[name]);
  }
  compare("seed", before.seed, now.seed);
  compare("split", before.split, now.split);
  compare("decontaminate", before.decontaminate, now.decontaminate);
  compare("evaluation", before.evaluation, now.evaluation);
  compare("nonce", before.nonce, now.nonce);
  return changes;
}

function shownRecipe({ recipe, prepared }: RunInputs): string {
  return recipe
    ? `${recipe.name} ${recipe.version} (${recipe.sha256.slice(0, 12)}, ${prepared.slice(0, 12)})`
    : "rows as they are";
}

function shown(value: unknown): string {
  if (value === undefined || value === null) {
    return "none";
  }
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /^[0-9a-f]{64}$/.test(text) ? text.slice(0, 12) : text;
}
