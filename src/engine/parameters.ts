/** The shape of a Llama-architecture decoder with tied embeddings, and where each of its parameters lies. */
export interface ModelConfig {
  /** Rows of the token embedding. */
  readonly vocabularySize: number;
  /** D, the width of the residual stream. */
  readonly hiddenSize: number;
  /** How many decoder layers stand on each other. */
  readonly layers: number;
  /** H, query heads of a layer. */
  readonly heads: number;
  /** KV, key and value heads of a layer; each serves H / KV query heads. */
  readonly keyValueHeads: number;
  /** F, the inner width of the feed-forward network. */
  readonly feedForwardSize: number;
  /** The most positions that a sequence may have, in tokens. */
  readonly contextLength: number;
  /** The base of the rotary embedding's frequencies. */
  readonly ropeTheta: number;
  /** What RMSNorm adds to the mean square. */
  readonly normEpsilon: number;
}

/** One tensor of a model: its Hugging Face name, its shape, and where it begins in the flat buffer, in floats. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
}

/** A model's numbers that no engine could run. */
export class ModelConfigError extends Error {
  override readonly name = "ModelConfigError";
  /** The field of the configuration that is wrong. */
  readonly field: keyof ModelConfig;

  constructor(field: keyof ModelConfig, message: string) {
    super(message);
    this.field = field;
  }
}

/** hd, the width of one attention head: D / H. */
export function headSize(config: ModelConfig): number {
  return config.hiddenSize / config.heads;
}

/** The width of a row of queries, keys and values side by side: (H + 2·KV)·hd. */
export function attentionWidth(config: ModelConfig): number {
  return (config.heads + 2 * config.keyValueHeads) * headSize(config);
}

/**
 * Checks that the engine can run a model of this shape.
 *
 * @throws ModelConfigError that names the field
 */
export function checkModelConfig(config: ModelConfig): void {
  const counts = [
    "vocabularySize",
    "hiddenSize",
    "layers",
    "heads",
    "keyValueHeads",
    "feedForwardSize",
    "contextLength",
  ] as const;
  for (const field of counts) {
    const value = config[field];
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new ModelConfigError(field, `${field} must be a positive whole number, got ${value}`);
    }
  }
  for (const field of ["ropeTheta", "normEpsilon"] as const) {
    if (!(config[field] > 0))
      throw new ModelConfigError(field, `${field} must be positive, got ${config[field]}`);
  }
  if (headSize(config) % 8 !== 0) {
    throw new ModelConfigError(
      "heads",
      `hiddenSize / heads must be a multiple of 8, got ${config.hiddenSize} / ${config.heads}`,
    );
  }
  if (config.heads % config.keyValueHeads !== 0) {
    throw new ModelConfigError(
      "keyValueHeads",
      `keyValueHeads must divide heads, got ${config.keyValueHeads} and ${config.heads}`,
    );
  }
  if (config.feedForwardSize % 4 !== 0) {
    throw new ModelConfigError(
      "feedForwardSize",
      `feedForwardSize must be a multiple of 4, got ${config.feedForwardSize}`,
    );
  }
}

/**
 * All parameters in the order of the flat buffer. What one product reads lies together: queries, keys and values, and
 * gate and up.
 *
 * @throws ModelConfigError when no such model can exist
 */
export function parameterLayout(config: ModelConfig): readonly Parameter[] {
  checkModelConfig(config);
  const { hiddenSize: d, feedForwardSize: f } = config;
  const q = config.heads * headSize(config);
  const kv = config.keyValueHeads * headSize(config);
  const parameters: Parameter[] = [];
  let offset = 0;
  const add = (name: string, ...shape: number[]) => {
    const size = shape.reduce((product, length) => product * length, 1);
    parameters.push({ name, shape, offset, size });
    offset += size;
  };
  add("model.embed_tokens.weight", config.vocabularySize, d);
  for (let layer = 0; layer < config.layers; layer++) {
    const at = `model.layers.${layer}`;
    add(`${at}.input_layernorm.weight`, d);
    add(`${at}.self_attn.q_proj.weight`, q, d);
    add(`${at}.self_attn.k_proj.weight`, kv, d);
    add(`${at}.self_attn.v_proj.weight`, kv, d);
    add(`${at}.self_attn.o_proj.weight`, d, q);
    add(`${at}.post_attention_layernorm.weight`, d);
    add(`${at}.mlp.gate_proj.weight`, f, d);
    add(`${at}.mlp.up_proj.weight`, f, d);
    add(`${at}.mlp.down_proj.weight`, d, f);
  }
  add("model.norm.weight", d);
  return parameters;
}

/** How many numbers a model of this shape has. */
export function parameterCount(config: ModelConfig): number {
  return parameterLayout(config).reduce((sum, { size }) => sum + size, 0);
}

/** Where a model's products find their weights in the flat buffer, in floats. */
export interface ParameterOffsets {
  readonly embedding: number;
  readonly lastNorm: number;
  readonly layers: readonly {
    readonly norm: number;
    /** Queries, keys and values below each other. */
    readonly qkv: number;
    readonly o: number;
    readonly middleNorm: number;
    /** Gate and up below each other. */
    readonly gateUp: number;
    readonly down: number;
  }[];
}

/** Finds the weights by the names that {@link parameterLayout} gives them. */
export function parameterOffsets(config: ModelConfig): ParameterOffsets {
  const offsets = new Map(parameterLayout(config).map(({ name, offset }) => [name, offset]));
  const of = (name: string) => {
    const offset = offsets.get(`${name}.weight`);
    if (offset === undefined) throw new Error(`the model has no parameter ${name}.weight`);
    return offset;
  };
  return {
    embedding: of("model.embed_tokens"),
    lastNorm: of("model.norm"),
    layers: Array.from({ length: config.layers }, (_, layer) => ({
      norm: of(`model.layers.${layer}.input_layernorm`),
      qkv: of(`model.layers.${layer}.self_attn.q_proj`),
      o: of(`model.layers.${layer}.self_attn.o_proj`),
      middleNorm: of(`model.layers.${layer}.post_attention_layernorm`),
      gateUp: of(`model.layers.${layer}.mlp.gate_proj`),
      down: of(`model.layers.${layer}.mlp.down_proj`),
    })),
  };
}
