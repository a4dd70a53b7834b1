import { createHash } from "node:crypto";
import { createReadStream, existsSync, rmSync, statSync } from "node:fs";
import { mkdir, readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Model, ModelFile } from "../contract/models.ts";
import { readModel } from "../engine/model-files.ts";
import { parameterCount } from "../engine/parameters.ts";
import { BaseModelError } from "./errors.ts";
import type { Store } from "./store/store.ts";

/** A model that answers. */
export interface ServableModel {
  readonly id: string;
  /** The base that it descends from; a base names itself. */
  readonly base: string;
  readonly job: string | null;
  readonly directory: string;
  readonly contextLength: number;
  readonly parameters: number;
  readonly files: readonly ModelFile[];
  readonly created: number;
}

/** All models: the bases that the platform was started with, and those that were tuned here. */
export interface ModelCatalog {
  get(id: string): ServableModel | undefined;
  /** Bases first, then the newest. */
  list(): ServableModel[];
  isBase(id: string): boolean;
  /** Forgets a tuned model and deletes its files. */
  delete(model: ServableModel): void;
  /** Deletes what a killed process wrote and nobody recorded. */
  sweep(): Promise<void>;
}

/**
 * Reads what is to know about the bases, once.
 *
 * @param bases - the directory of each base, by its name
 * @param dataDir - the directory under which tuned models lie
 * @throws BaseModelError
 */
export async function createModelCatalog(
  bases: Readonly<Record<string, string>>,
  dataDir: string,
  store: Store,
): Promise<ModelCatalog> {
  const known = new Map<string, ServableModel>();
  for (const [id, directory] of Object.entries(bases)) known.set(id, await describeBase(id, directory));
  const tuned = (row: ReturnType<Store["models"]["list"]>[number]): ServableModel => ({
    id: row.id,
    base: row.base,
    job: row.job_id,
    directory: join(dataDir, row.directory),
    contextLength: row.context_length,
    parameters: row.parameters,
    files: row.files,
    created: row.created_at,
  });
  return {
    get(id) {
      const row = store.models.get(id);
      return known.get(id) ?? (row && tuned(row));
    },
    list: () => [...known.values(), ...store.models.list().map(tuned)],
    isBase: (id) => known.has(id),
    delete(model) {
      store.models.delete(model.id);
      rmSync(model.directory, { recursive: true, force: true });
    },
    async sweep() {
      const root = join(dataDir, "models");
      await mkdir(root, { recursive: true });
      const recorded = new Set(store.models.list().map(({ directory }) => join(dataDir, directory)));
      for (const job of await readdir(root, { withFileTypes: true })) {
        // Not made by a job: a file manager may have left a file of its own here.
        if (!job.isDirectory()) continue;
        const directories = (await readdir(join(root, job.name))).map((name) => join(root, job.name, name));
        const unknown = directories.filter((directory) => !recorded.has(directory));
        for (const directory of unknown) await rm(directory, { recursive: true, force: true });
        if (unknown.length === directories.length) await rmdir(join(root, job.name));
      }
    },
  };
}

async function describeBase(id: string, directory: string): Promise<ServableModel> {
  if (!existsSync(join(directory, "config.json"))) {
    throw new BaseModelError(id, directory, "there is no config.json.");
  }
  try {
    const { config } = await readModel(directory);
    const names = (await readdir(directory, { withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort();
    return {
      id,
      base: id,
      job: null,
      directory,
      contextLength: config.contextLength,
      parameters: parameterCount(config),
      files: await Promise.all(names.map((name) => describeFile(directory, name))),
      created: Math.floor(statSync(join(directory, "config.json")).mtimeMs / 1000),
    };
  } catch (error) {
    throw new BaseModelError(id, directory, error instanceof Error ? error.message : String(error));
  }
}

async function describeFile(directory: string, name: string): Promise<ModelFile> {
  const path = join(directory, name);
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return { name, bytes: statSync(path).size, sha256: hash.digest("hex") };
}

/** The owner of models that come with the platform, and of those that were tuned on it. */
const OWNERS = { base: "fermion", tuned: "local" } as const;

/** A model as it is answered. */
export function modelObject(model: ServableModel): Model {
  const { id, created, base, job, contextLength, parameters, files } = model;
  return {
    id,
    object: "model",
    created,
    owned_by: job === null ? OWNERS.base : OWNERS.tuned,
    base: job === null ? null : base,
    job,
    context_length: contextLength,
    parameters,
    files: [...files],
  };
}
