import { checkModelConfig, headSize, type ModelConfig, ModelConfigError } from "./parameters.ts";

/** A model's directory that cannot be loaded, or a model that cannot be written. */
export class ModelFilesError extends Error {
  override readonly name = "ModelFilesError";
  /** The file's name in the directory, such as `config.json`. */
  readonly file: string;
  /** The field of the file, or the tensor; `undefined` when it is the file as a whole. */
  readonly field: string | undefined;
  /** What would make it loadable. */
  readonly remedy: string;

  constructor(
    file: string,
    field: string | undefined,
    problem: string,
    remedy: string,
    options?: ErrorOptions,
  ) {
    super(`${file}: ${field === undefined ? "" : `${field} `}${problem}. ${remedy}`, options);
    this.file = file;
    this.field = field;
    this.remedy = remedy;
  }
}

const FILE = "config.json";

const FIELDS: Readonly<Record<keyof ModelConfig, string>> = {
  vocabularySize: "vocab_size",
  hiddenSize: "hidden_size",
  layers: "num_hidden_layers",
  heads: "num_attention_heads",
  keyValueHeads: "num_key_value_heads",
  feedForwardSize: "intermediate_size",
  contextLength: "max_position_embeddings",
  ropeTheta: "rope_theta",
  normEpsilon: "rms_norm_eps",
};

const USE_LLAMA = "Use a model of the Llama architecture with tied embeddings.";

/** What a `config.json` must say beside the numbers; `undefined` stands for a field that may be absent. */
const REQUIRED: readonly (readonly [field: string, allowed: readonly unknown[], remedy: string])[] = [
  ["model_type", ["llama"], USE_LLAMA],
  ["hidden_act", ["silu", undefined], "The feed-forward network here is SwiGLU."],
  ["tie_word_embeddings", [true], "Use a model whose output layer is its token embedding."],
  ["attention_bias", [false, undefined], "Use a model without biases."],
  ["mlp_bias", [false, undefined], "Use a model without biases."],
  ["rope_scaling", [null, undefined], "Use a model with plain rotary embeddings."],
  ["quantization_config", [null, undefined], "Use the weights before they were quantized."],
];

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The model's numbers from a parsed `config.json`.
 *
 * @throws ModelFilesError when the model is none that this engine computes exactly
 */
export function readConfig(json: unknown): ModelConfig {
  if (!isFields(json)) throw new ModelFilesError(FILE, undefined, "must hold an object", USE_LLAMA);
  const { architectures } = json;
  if (!Array.isArray(architectures) || !architectures.includes("LlamaForCausalLM")) {
    throw new ModelFilesError(
      FILE,
      "architectures",
      `must name LlamaForCausalLM, got ${show(architectures)}`,
      USE_LLAMA,
    );
  }
  for (const [field, allowed, remedy] of REQUIRED) {
    if (!allowed.includes(json[field])) {
      throw new ModelFilesError(FILE, field, `must be ${show(allowed[0])}, got ${show(json[field])}`, remedy);
    }
  }
  const number = (key: keyof ModelConfig, value: unknown = json[FIELDS[key]]): number => {
    if (typeof value === "number") return value;
    throw new ModelFilesError(FILE, FIELDS[key], `must be a number, got ${show(value)}`, USE_LLAMA);
  };
  const config: ModelConfig = {
    vocabularySize: number("vocabularySize"),
    hiddenSize: number("hiddenSize"),
    layers: number("layers"),
    heads: number("heads"),
    keyValueHeads: number("keyValueHeads", json.num_key_value_heads ?? json.num_attention_heads),
    feedForwardSize: number("feedForwardSize"),
    contextLength: number("contextLength"),
    ropeTheta: number("ropeTheta", ropeTheta(json)),
    normEpsilon: number("normEpsilon"),
  };
  try {
    checkModelConfig(config);
  } catch (cause) {
    if (!(cause instanceof ModelConfigError)) throw cause;
    throw new ModelFilesError(FILE, FIELDS[cause.field], `cannot be computed: ${cause.message}`, USE_LLAMA, {
      cause,
    });
  }
  const { head_dim: width } = json;
  if (width !== undefined && width !== null && width !== headSize(config)) {
    throw new ModelFilesError(
      FILE,
      "head_dim",
      `must be hidden_size / num_attention_heads, ${headSize(config)}, got ${show(width)}`,
      USE_LLAMA,
    );
  }
  return config;
}

/** transformers 5 writes the base of the rotary embedding into an object, earlier versions beside the rest. */
function ropeTheta(json: Fields): unknown {
  const { rope_parameters: rope } = json;
  if (rope === undefined || rope === null) return json.rope_theta;
  if (!isFields(rope) || (rope.rope_type ?? "default") !== "default") {
    throw new ModelFilesError(
      FILE,
      "rope_parameters",
      `must be of rope_type "default", got ${show(rope)}`,
      "Use a model with plain rotary embeddings.",
    );
  }
  return rope.rope_theta ?? json.rope_theta;
}

function show(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

/** The content of `config.json`, complete enough for transformers, vLLM and llama.cpp. */
export function configJson(
  config: ModelConfig,
  tokens: { readonly bos: number; readonly eos: number; readonly pad: number },
  dtype: "f32" | "bf16",
): Readonly<Record<string, unknown>> {
  return {
    architectures: ["LlamaForCausalLM"],
    attention_bias: false,
    attention_dropout: 0,
    bos_token_id: tokens.bos,
    eos_token_id: tokens.eos,
    head_dim: headSize(config),
    hidden_act: "silu",
    hidden_size: config.hiddenSize,
    initializer_range: 0.02,
    intermediate_size: config.feedForwardSize,
    max_position_embeddings: config.contextLength,
    mlp_bias: false,
    model_type: "llama",
    num_attention_heads: config.heads,
    num_hidden_layers: config.layers,
    num_key_value_heads: config.keyValueHeads,
    pad_token_id: tokens.pad,
    pretraining_tp: 1,
    rms_norm_eps: config.normEpsilon,
    rope_scaling: null,
    rope_theta: config.ropeTheta,
    tie_word_embeddings: true,
    torch_dtype: dtype === "bf16" ? "bfloat16" : "float32",
    use_cache: true,
    vocab_size: config.vocabularySize,
  };
}
