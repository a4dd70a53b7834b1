import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ADAPTER_CONFIG, adapterConfigJson, readAdapterConfig } from "./adapter-config-file.ts";
import { writeFileAtomically } from "./atomic-file.ts";
import { type LoraAdapters, type LoraConfig, loraLayout } from "./lora.ts";
import {
  checkFinite,
  type ModelFile,
  ModelFilesError,
  type ModelWriteOptions,
  readJson,
} from "./model-files.ts";
import type { ModelConfig, Parameter } from "./parameters.ts";
import {
  readSafetensors,
  readSafetensorsHeader,
  SafetensorsError,
  type SafetensorsHeader,
  writeSafetensors,
} from "./safetensors.ts";

/** Adapters with the name of what they belong to. */
export interface LoadedAdapters extends LoraAdapters {
  /** The base's name or path, by which PEFT finds it; undefined when it is given otherwise. */
  readonly baseModel: string | undefined;
}

const WEIGHTS = "adapter_model.safetensors";
const TAKE_AGAIN = "Take the file again from where it came from.";
const OWN_BASE = "Use adapters with the base that they were trained on.";

/**
 * Writes adapters into a directory in PEFT's layout, `adapter_config.json` and `adapter_model.safetensors`, and makes
 * the directory if it is not there. Each file appears whole or not at all, the weights last.
 *
 * @param config - the base's shape
 * @returns what was written, in that order
 * @throws ModelFilesError when the adapters don't fit the base or a number is not finite; nothing is written then
 */
export async function writeAdapters(
  directory: string,
  config: ModelConfig,
  adapters: LoadedAdapters,
  { dtype = "f32" }: ModelWriteOptions = {},
): Promise<ModelFile[]> {
  const { lora, weights } = adapters;
  const layout = loraLayout(config, lora);
  const count = numbersOf(layout);
  if (weights.length !== count) {
    throw new ModelFilesError(
      WEIGHTS,
      undefined,
      `would hold ${weights.length} numbers, the base needs ${count}`,
      OWN_BASE,
    );
  }
  checkFinite(layout, weights, WEIGHTS);
  await mkdir(directory, { recursive: true });
  const text = Buffer.from(`${JSON.stringify(adapterConfigJson(adapters), null, 2)}\n`);
  const description = await writeFileAtomically(join(directory, ADAPTER_CONFIG), [text]);
  const tensors = new Map(
    layout.map(({ name, shape, offset, size }) => [
      name,
      { shape, data: weights.subarray(offset, offset + size) },
    ]),
  );
  const numbers = await writeSafetensors(join(directory, WEIGHTS), tensors, { dtype });
  return [
    { name: ADAPTER_CONFIG, ...description },
    { name: WEIGHTS, ...numbers },
  ];
}

/**
 * Reads adapters in PEFT's layout for a base of a given shape.
 *
 * @throws ModelFilesError when a file is missing or damaged, the adapters belong to a base of another shape, or they
 * are of a kind that this engine would compute otherwise than their maker meant; it names the file, the field or
 * tensor, and a remedy
 */
export async function readAdapters(directory: string, config: ModelConfig): Promise<LoadedAdapters> {
  const adapters = `Adapters are a directory with ${ADAPTER_CONFIG} and ${WEIGHTS}; is ${directory} one?`;
  const { lora, baseModel } = readAdapterConfig(await readJson(directory, ADAPTER_CONFIG, adapters));
  const path = join(directory, WEIGHTS);
  try {
    const layout = matchTensors(await readSafetensorsHeader(path), config, lora);
    const weights = new Float32Array(numbersOf([...layout.values()]));
    await readSafetensors(path, {
      destination(name) {
        const place = layout.get(name);
        if (place === undefined) throw new SafetensorsError(path, name, "came up while the file was read");
        return weights.subarray(place.offset, place.offset + place.size);
      },
    });
    checkFinite([...layout.values()], weights, WEIGHTS);
    return { lora, weights, baseModel };
  } catch (cause) {
    if (!(cause instanceof SafetensorsError)) throw cause;
    throw new ModelFilesError(WEIGHTS, cause.tensor, cause.problem, TAKE_AGAIN, { cause });
  }
}

function numbersOf(layout: readonly Parameter[]): number {
  return layout.reduce((sum, { size }) => sum + size, 0);
}

/** Compares names and shapes before anything is allocated, since the description could ask for any rank. */
function matchTensors(
  { tensors }: SafetensorsHeader,
  config: ModelConfig,
  lora: LoraConfig,
): ReadonlyMap<string, Parameter> {
  const layout = new Map(loraLayout(config, lora).map((parameter) => [parameter.name, parameter]));
  for (const [name, { shape }] of layout) {
    const entry = tensors.get(name);
    if (entry === undefined) throw new ModelFilesError(WEIGHTS, name, "is missing", OWN_BASE);
    if (entry.shape.join() === shape.join()) continue;
    throw new ModelFilesError(
      WEIGHTS,
      name,
      `has the shape [${entry.shape.join(", ")}], this base and rank ${lora.rank} need [${shape.join(", ")}]`,
      OWN_BASE,
    );
  }
  for (const name of tensors.keys()) {
    if (!layout.has(name)) {
      throw new ModelFilesError(WEIGHTS, name, "is no adapter of this base's target modules", OWN_BASE);
    }
  }
  return layout;
}
