import { createDecoder, type ModelDecoder } from "../../engine/decoder.ts";
import { readModel } from "../../engine/model-files.ts";
import type { Tokenizer } from "../../engine/tokenizer.ts";

/** A model that is ready to answer. */
export interface ReadyModel {
  readonly tokenizer: Tokenizer;
  readonly decoder: ModelDecoder;
  /** How many requests use it; while there is one, it stays. */
  users: number;
}

/** The models that were used last. */
export interface ModelsInMemory {
  /** Loads a model if it isn't there, and counts a user. */
  acquire(directory: string): Promise<ReadyModel>;
  release(model: ReadyModel): void;
  /** Lets a model go that was deleted, once nobody uses it. */
  forget(directory: string): void;
}

/**
 * Keeps the models that were used last.
 *
 * @param most - how many stay when nobody uses them
 * @param slots - how many answers each can work on at once
 */
export function createModelsInMemory(most: number, slots: number): ModelsInMemory {
  // A Map remembers the order of insertion: the first is the one that was used longest ago.
  const models = new Map<string, Promise<ReadyModel>>();
  const settled = new Map<string, ReadyModel>();

  const load = async (directory: string): Promise<ReadyModel> => {
    const { config, weights, tokenizer } = await readModel(directory);
    const model = { tokenizer, decoder: createDecoder({ config, weights, slots }), users: 0 };
    settled.set(directory, model);
    return model;
  };
  const drop = (directory: string) => {
    const model = settled.get(directory);
    if (!model || model.users > 0) return;
    models.delete(directory);
    settled.delete(directory);
    model.decoder.close();
  };
  const shrink = () => {
    for (const directory of [...models.keys()].slice(0, Math.max(0, models.size - most))) drop(directory);
  };
  const forgotten = new Set<string>();

  return {
    async acquire(directory) {
      const loading = models.get(directory) ?? load(directory);
      models.delete(directory);
      models.set(directory, loading);
      try {
        const model = await loading;
        model.users++;
        shrink();
        return model;
      } catch (error) {
        // The next request tries again: the file may have been mended.
        models.delete(directory);
        throw error;
      }
    },
    release(model) {
      model.users--;
      shrink();
      for (const directory of forgotten) {
        drop(directory);
        if (!models.has(directory)) forgotten.delete(directory);
      }
    },
    forget(directory) {
      if (!models.has(directory)) return;
      forgotten.add(directory);
      drop(directory);
      if (!models.has(directory)) forgotten.delete(directory);
    },
  };
}
