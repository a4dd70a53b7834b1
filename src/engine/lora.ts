import { headSize, type ModelConfig, type Parameter, parameterCount, parameterLayout } from "./parameters.ts";
import { createRandom } from "./random.ts";

/** The linear layers that can have an adapter, by the names that PEFT and transformers give them. */
export const LORA_MODULES = [
  "q_proj",
  "k_proj",
  "v_proj",
  "o_proj",
  "gate_proj",
  "up_proj",
  "down_proj",
] as const;

/** A linear layer that can have an adapter. */
export type LoraModule = (typeof LORA_MODULES)[number];

/**
 * Which low-rank adapters a model gets (Hu et al. 2021): W' = W + alpha / rank · B · A for each target module, with
 * A (rank, in) and B (out, rank). Only A and B are learned. There is no dropout on what goes into A.
 */
export interface LoraConfig {
  /** Rows of A and columns of B. */
  readonly rank: number;
  /** The adapters' part is multiplied by alpha / rank. */
  readonly alpha: number;
  readonly targetModules: readonly LoraModule[];
}

/**
 * What `method: { type: "lora" }` leaves out. Hu et al. found little beyond rank 8 (section 7.2); alpha is twice the
 * rank, so that the scale is 2 whatever the rank; and all linear layers are adapted, which took more than the
 * attention's to come up to full training (Dettmers et al. 2023, section 4).
 */
export const DEFAULT_LORA: LoraConfig = { rank: 8, alpha: 16, targetModules: LORA_MODULES };

/** Adapters in memory. */
export interface LoraAdapters {
  readonly lora: LoraConfig;
  /** All of A and B in the order of {@link loraLayout}. */
  readonly weights: Float32Array;
}

/** The products of a decoder layer; modules that read the same input are one product. */
export type ProductName = "qkv" | "o" | "gateUp" | "down";

/** Where a module stands in its layer. */
interface ModulePlace {
  readonly module: LoraModule;
  readonly product: ProductName;
  /** The name below `model.layers.N`. */
  readonly path: string;
  readonly inner: number;
  readonly outer: number;
  /** The first of its columns in what the product gives. */
  readonly column: number;
}

function modulePlaces(config: ModelConfig): readonly ModulePlace[] {
  const { hiddenSize: d, feedForwardSize: f } = config;
  const q = config.heads * headSize(config);
  const kv = config.keyValueHeads * headSize(config);
  const place = (module: LoraModule, product: ProductName, inner: number, outer: number, column = 0) => {
    const block = product === "qkv" || product === "o" ? "self_attn" : "mlp";
    return { module, product, path: `${block}.${module}`, inner, outer, column };
  };
  return [
    place("q_proj", "qkv", d, q),
    place("k_proj", "qkv", d, kv, q),
    place("v_proj", "qkv", d, kv, q + kv),
    place("o_proj", "o", q, d),
    place("gate_proj", "gateUp", d, f),
    place("up_proj", "gateUp", d, f, f),
    place("down_proj", "down", f, d),
  ];
}

/**
 * Checks a configuration of adapters.
 *
 * @throws RangeError that names the field
 */
export function checkLoraConfig({ rank, alpha, targetModules }: LoraConfig): void {
  if (!Number.isSafeInteger(rank) || rank < 1) {
    throw new RangeError(`rank must be a positive whole number, got ${rank}`);
  }
  if (!(alpha > 0 && Number.isFinite(alpha))) throw new RangeError(`alpha must be positive, got ${alpha}`);
  if (targetModules.length === 0) throw new RangeError("targetModules must name a module");
  const unknown = targetModules.find((name) => !LORA_MODULES.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`targetModules names ${unknown}; there are ${LORA_MODULES.join(", ")}`);
  }
}

/** A product's adapters: where they lie in the flat buffer, in floats. */
export interface ProductAdapters {
  readonly inner: number;
  /** The matrices A of all its modules below each other, so that one product serves them. */
  readonly a: number;
  readonly modules: readonly { readonly b: number; readonly outer: number; readonly column: number }[];
}

/** The layout of adapters: their tensors, and the same by layer and product. */
interface AdapterPlan {
  readonly parameters: readonly Parameter[];
  readonly layers: readonly ReadonlyMap<ProductName, ProductAdapters>[];
  readonly size: number;
}

function planAdapters(config: ModelConfig, lora: LoraConfig): AdapterPlan {
  checkLoraConfig(lora);
  const { rank, targetModules } = lora;
  const places = modulePlaces(config).filter(({ module }) => targetModules.includes(module));
  const products = [...new Set(places.map(({ product }) => product))];
  const parameters: Parameter[] = [];
  let size = 0;
  const add = (layer: number, { path }: ModulePlace, matrix: "A" | "B", shape: readonly [number, number]) => {
    const name = `base_model.model.model.layers.${layer}.${path}.lora_${matrix}.weight`;
    const parameter = { name, shape, offset: size, size: shape[0] * shape[1] };
    parameters.push(parameter);
    size += parameter.size;
    return parameter.offset;
  };
  const layers = Array.from({ length: config.layers }, (_, layer) => {
    const adapters = new Map<ProductName, ProductAdapters>();
    for (const product of products) {
      const own = places.filter((place) => place.product === product);
      const inner = own[0]?.inner ?? 0;
      const a = size;
      for (const place of own) add(layer, place, "A", [rank, inner]);
      const modules = own.map((place) => ({
        b: add(layer, place, "B", [place.outer, rank]),
        outer: place.outer,
        column: place.column,
      }));
      adapters.set(product, { inner, a, modules });
    }
    return adapters;
  });
  return { parameters, layers, size };
}

/**
 * All matrices A and B in the order of their flat buffer, by the names that PEFT gives them in its files.
 *
 * @throws RangeError when there can be no such adapters
 */
export function loraLayout(config: ModelConfig, lora: LoraConfig): readonly Parameter[] {
  return planAdapters(config, lora).parameters;
}

/** How many numbers the adapters have. */
export function loraParameterCount(config: ModelConfig, lora: LoraConfig): number {
  return planAdapters(config, lora).size;
}

/** The adapters of each layer by product; a product none of whose modules is a target isn't there. */
export function loraOffsets(
  config: ModelConfig,
  lora: LoraConfig,
): readonly ReadonlyMap<ProductName, ProductAdapters>[] {
  return planAdapters(config, lora).layers;
}

/** Tells the adapters' stream of chance from the one that orders the examples. */
const STREAM = 0x6c6f7261;

/**
 * Adapters to begin a training with, which change nothing yet: A uniform within ±1 / √in, which is PEFT's choice
 * (Kaiming's uniform with a = √5), and B zero.
 *
 * @param seed - the same seed gives the same adapters
 */
export function initialAdapters(config: ModelConfig, lora: LoraConfig, seed: number): Float32Array {
  const { parameters, size } = planAdapters(config, lora);
  const weights = new Float32Array(size);
  const random = createRandom(seed, STREAM);
  for (const { name, shape, offset, size: count } of parameters) {
    if (name.endsWith("lora_B.weight")) continue;
    const bound = 1 / Math.sqrt(shape[1] ?? 1);
    for (let i = offset; i < offset + count; i++) weights[i] = (random.next() * 2 - 1) * bound;
  }
  return weights;
}

/**
 * The weights of a model that computes what the base does with its adapters: W + alpha / rank · B · A, added up in
 * double precision and rounded once.
 *
 * @param weights - the base's, in the order of `parameterLayout`; they stay as they are
 * @throws RangeError when weights or adapters are not of this shape
 */
export function mergeLora(config: ModelConfig, weights: Float32Array, adapters: LoraAdapters): Float32Array {
  const { rank, alpha } = adapters.lora;
  const count = parameterCount(config);
  if (weights.length !== count) {
    throw new RangeError(`the base has ${count} numbers, and ${weights.length} came`);
  }
  const { parameters, size } = planAdapters(config, adapters.lora);
  if (adapters.weights.length !== size) {
    throw new RangeError(`the adapters have ${size} numbers, and ${adapters.weights.length} came`);
  }
  const merged = weights.slice();
  const matrices = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  for (const { name, shape, offset } of parameterLayout(config)) {
    const stem = `base_model.model.${name.slice(0, -".weight".length)}`;
    const a = matrices.get(`${stem}.lora_A.weight`);
    const b = matrices.get(`${stem}.lora_B.weight`);
    const [outer, inner] = shape;
    if (!a || !b || outer === undefined || inner === undefined) continue;
    const row = new Float64Array(inner);
    for (let o = 0; o < outer; o++) {
      row.fill(0);
      for (let r = 0; r < rank; r++) {
        const factor = ((adapters.weights[b.offset + o * rank + r] ?? 0) * alpha) / rank;
        const from = a.offset + r * inner;
        for (let i = 0; i < inner; i++) row[i] = (row[i] ?? 0) + factor * (adapters.weights[from + i] ?? 0);
      }
      const to = offset + o * inner;
      for (let i = 0; i < inner; i++) merged[to + i] = (merged[to + i] ?? 0) + (row[i] ?? 0);
    }
  }
  return merged;
}
