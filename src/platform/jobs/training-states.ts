import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { readCheckpoint, writeCheckpoint } from "../../engine/checkpoint.ts";
import type { ModelConfig } from "../../engine/parameters.ts";
import type { TrainerState } from "../../engine/trainer.ts";

/** The states that a training run can go on from. */
export interface TrainingStates {
  /** Keeps a state, and drops all but the two newest: if the newest is damaged, the other one serves. */
  save(state: TrainerState): Promise<void>;
  /** The newest state that can be read. `onDamaged` hears of those that can't. */
  newest(onDamaged: (step: number, error: unknown) => void): Promise<TrainerState | undefined>;
}

/** States in a directory, one folder a step. */
export function createTrainingStates(directory: string, config: ModelConfig): TrainingStates {
  const folder = (step: number) => join(directory, `step-${step}`);
  const stepsNewestFirst = async () =>
    (await readdir(directory))
      .flatMap((name) => /^step-(\d+)$/.exec(name)?.slice(1).map(Number) ?? [])
      .sort((a, b) => b - a);

  return {
    async save(state) {
      await mkdir(directory, { recursive: true });
      await writeCheckpoint(folder(state.step), config, state);
      const kept = new Set((await stepsNewestFirst()).slice(0, 2).map((step) => `step-${step}`));
      for (const name of await readdir(directory)) {
        // What isn't a kept state is an older one, or was half written when a process was killed.
        if (!kept.has(name)) await rm(join(directory, name), { recursive: true, force: true });
      }
    },
    async newest(onDamaged) {
      await mkdir(directory, { recursive: true });
      for (const step of await stepsNewestFirst()) {
        try {
          return await readCheckpoint(folder(step), config);
        } catch (error) {
          onDamaged(step, error);
          await rm(folder(step), { recursive: true, force: true });
        }
      }
      return undefined;
    },
  };
}
