import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomically } from "./atomic-file.ts";
import { CHAT_TEMPLATE, MissingSpecialTokenError, SPECIAL_TOKENS, specialTokenId } from "./chat-template.ts";
import { configJson, ModelFilesError, readConfig } from "./model-config-file.ts";
import { type ModelConfig, type Parameter, parameterCount, parameterLayout } from "./parameters.ts";
import {
  readSafetensors,
  readSafetensorsHeader,
  SafetensorsError,
  type SafetensorsHeader,
  writeSafetensors,
} from "./safetensors.ts";
import { readTokenizer, type Tokenizer, TokenizerFormatError } from "./tokenizer.ts";

export { ModelFilesError } from "./model-config-file.ts";

/** A model in memory. */
export interface LoadedModel {
  readonly config: ModelConfig;
  /** All parameters in the order of `parameterLayout(config)`. */
  readonly weights: Float32Array;
  readonly tokenizer: Tokenizer;
}

/** A file of a model's directory. */
export interface ModelFile {
  readonly name: string;
  readonly bytes: number;
  /** Of the content, in hexadecimal. */
  readonly sha256: string;
}

export interface ModelWriteOptions {
  /**
   * How the weights are written; `bf16` takes half the space and rounds them to 8 significant bits.
   *
   * @default "f32"
   */
  readonly dtype?: "f32" | "bf16";
}

const WEIGHTS = "model.safetensors";
const TOKENIZER = "tokenizer.json";
// The largest vocabularies in use take 20 MB of JSON.
const MAX_JSON_BYTES = 1 << 27;

/**
 * Loads a model from a directory in the Hugging Face layout: `config.json`, `tokenizer.json` and `model.safetensors`.
 *
 * @throws ModelFilesError when a file is missing, damaged or of a model that this engine would compute otherwise than
 * its maker meant; it names the file, the field or tensor, and a remedy
 */
export async function readModel(directory: string): Promise<LoadedModel> {
  const { config, tokenizer } = await readModelTokenizer(directory);
  const weights = await loadWeights(directory, config);
  return { config, weights, tokenizer };
}

/**
 * Loads what a model makes of text, without its weights.
 *
 * @throws ModelFilesError as {@link readModel} does
 */
export async function readModelTokenizer(directory: string): Promise<Omit<LoadedModel, "weights">> {
  const config = readConfig(await readJson(directory, "config.json"));
  const tokenizer = await loadTokenizer(directory);
  checkTokenizerFits(config, tokenizer);
  return { config, tokenizer };
}

/**
 * Writes a model into a directory in the Hugging Face layout, which transformers, vLLM and llama.cpp load, and makes
 * the directory if it is not there. Each file appears whole or not at all, the weights last.
 *
 * @returns what was written, in that order
 * @throws ModelFilesError when the parts don't fit each other, a weight is not finite, or the tokenizer lacks one of
 * SPECIAL_TOKENS; nothing is written then
 */
export async function writeModel(
  directory: string,
  model: LoadedModel,
  options: ModelWriteOptions = {},
): Promise<ModelFile[]> {
  const { config, weights, tokenizer } = model;
  const { dtype = "f32" } = options;
  const layout = parameterLayout(config);
  if (weights.length !== parameterCount(config)) {
    throw new ModelFilesError(
      WEIGHTS,
      undefined,
      `would hold ${weights.length} numbers, the configuration needs ${parameterCount(config)}`,
      "Write the weights with the configuration they were trained with.",
    );
  }
  checkTokenizerFits(config, tokenizer);
  checkFinite(layout, weights);
  const documents = describeModel(config, tokenizer, dtype);
  await mkdir(directory, { recursive: true });
  const written: ModelFile[] = [];
  for (const [name, content] of Object.entries(documents)) {
    const text = Buffer.from(`${JSON.stringify(content, null, 2)}\n`);
    written.push({ name, ...(await writeFileAtomically(join(directory, name), [text])) });
  }
  const tensors = new Map(
    layout.map(({ name, shape, offset, size }) => [
      name,
      { shape, data: weights.subarray(offset, offset + size) },
    ]),
  );
  written.push({ name: WEIGHTS, ...(await writeSafetensors(join(directory, WEIGHTS), tensors, { dtype })) });
  return written;
}

/** The JSON files by name. */
function describeModel(
  config: ModelConfig,
  tokenizer: Tokenizer,
  dtype: "f32" | "bf16",
): Record<string, unknown> {
  const [pad, bos, eos, ...roles] = SPECIAL_TOKENS;
  const idOf = specialTokenIds(tokenizer);
  const tokens = { bos: idOf(bos), eos: idOf(eos), pad: idOf(pad) };
  const named = { bos_token: bos, eos_token: eos, pad_token: pad, additional_special_tokens: roles };
  const json = tokenizer.toJSON();
  return {
    "config.json": configJson(config, tokens, dtype),
    "generation_config.json": {
      bos_token_id: tokens.bos,
      eos_token_id: tokens.eos,
      pad_token_id: tokens.pad,
    },
    [TOKENIZER]: json,
    "tokenizer_config.json": {
      ...named,
      added_tokens_decoder: Object.fromEntries(json.added_tokens.map(({ id, ...token }) => [id, token])),
      chat_template: CHAT_TEMPLATE,
      clean_up_tokenization_spaces: false,
      model_max_length: config.contextLength,
      tokenizer_class: "PreTrainedTokenizerFast",
    },
    "special_tokens_map.json": named,
  };
}

/** Looks up the ids of SPECIAL_TOKENS, after having made sure that they are all there. */
function specialTokenIds(tokenizer: Tokenizer): (token: (typeof SPECIAL_TOKENS)[number]) => number {
  const idOf = (token: (typeof SPECIAL_TOKENS)[number]) => specialTokenId(tokenizer, token);
  try {
    SPECIAL_TOKENS.forEach(idOf);
  } catch (cause) {
    if (!(cause instanceof MissingSpecialTokenError)) throw cause;
    throw new ModelFilesError(
      TOKENIZER,
      cause.token,
      "is missing",
      "Train the tokenizer with SPECIAL_TOKENS.",
      {
        cause,
      },
    );
  }
  return idOf;
}

function checkTokenizerFits(config: ModelConfig, tokenizer: Tokenizer): void {
  if (tokenizer.vocabularySize <= config.vocabularySize) return;
  throw new ModelFilesError(
    TOKENIZER,
    "model.vocab",
    `has ${tokenizer.vocabularySize} tokens, the model's embedding only ${config.vocabularySize}`,
    "Use the tokenizer that the model was trained with.",
  );
}

/**
 * Checks weights before they go into a file, or when they came out of one.
 *
 * @throws ModelFilesError that names `file` and the first tensor with something that is no number
 */
export function checkFinite(layout: readonly Parameter[], weights: Float32Array, file = WEIGHTS): void {
  for (const { name, offset, size } of layout) {
    for (let i = offset; i < offset + size; i++) {
      if (Number.isFinite(weights[i])) continue;
      throw new ModelFilesError(
        file,
        name,
        `has ${weights[i]} at position ${i - offset}`,
        "Training went astray: go back to an earlier checkpoint and use a lower learning rate.",
      );
    }
  }
}

async function loadTokenizer(directory: string): Promise<Tokenizer> {
  const json = await readJson(directory, TOKENIZER);
  try {
    return readTokenizer(json);
  } catch (cause) {
    if (!(cause instanceof TokenizerFormatError)) throw cause;
    throw new ModelFilesError(TOKENIZER, cause.field, cause.problem, cause.remedy, { cause });
  }
}

async function loadWeights(directory: string, config: ModelConfig): Promise<Float32Array> {
  const path = join(directory, WEIGHTS);
  try {
    const layout = matchTensors(await readSafetensorsHeader(path), config);
    const weights = new Float32Array(parameterCount(config));
    await readSafetensors(path, {
      destination(name) {
        const place = layout.get(name);
        if (place === undefined) throw new SafetensorsError(path, name, "came up while the file was read");
        return weights.subarray(place.offset, place.offset + place.size);
      },
    });
    checkFinite([...layout.values()], weights);
    return weights;
  } catch (cause) {
    if (!(cause instanceof SafetensorsError)) throw cause;
    throw new ModelFilesError(
      WEIGHTS,
      cause.tensor,
      cause.problem,
      "Take the file again from where it came from.",
      {
        cause,
      },
    );
  }
}

/** Compares names and shapes before anything is allocated, since `config.json` could ask for any amount. */
function matchTensors({ tensors }: SafetensorsHeader, config: ModelConfig): ReadonlyMap<string, Parameter> {
  const remedy = "Use the weights and the config.json of one and the same model.";
  if (config.layers > tensors.size) {
    throw new ModelFilesError(
      WEIGHTS,
      undefined,
      `has ${tensors.size} tensors, too few for ${config.layers} layers`,
      remedy,
    );
  }
  const layout = new Map(parameterLayout(config).map((parameter) => [parameter.name, parameter]));
  for (const [name, { shape }] of layout) {
    const entry = tensors.get(name);
    if (entry === undefined) throw new ModelFilesError(WEIGHTS, name, "is missing", remedy);
    if (entry.shape.join() !== shape.join()) {
      throw new ModelFilesError(
        WEIGHTS,
        name,
        `has the shape [${entry.shape.join(", ")}], the configuration needs [${shape.join(", ")}]`,
        remedy,
      );
    }
  }
  for (const name of tensors.keys()) {
    if (!layout.has(name)) throw new ModelFilesError(WEIGHTS, name, "is no part of a Llama model", remedy);
  }
  return layout;
}

/**
 * Reads a JSON file of a model's directory.
 *
 * @param remedy - what helps when it is not there
 * @throws ModelFilesError
 */
export async function readJson(
  directory: string,
  name: string,
  remedy = `A model is a directory with config.json, ${TOKENIZER} and ${WEIGHTS}; is ${directory} one?`,
): Promise<unknown> {
  const path = join(directory, name);
  let text: string;
  try {
    const { size } = await stat(path);
    if (size > MAX_JSON_BYTES) throw new RangeError(`${size} bytes are too many for a JSON file of a model`);
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new ModelFilesError(name, undefined, "cannot be read", remedy, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ModelFilesError(name, undefined, "is no JSON", "Take the file again from where it came from.", {
      cause,
    });
  }
}
