import type { MemoryPlan } from "./kernels/threads.ts";
import { type LoraConfig, loraLayout, loraOffsets, type ProductName } from "./lora.ts";
import {
  attentionWidth,
  headSize,
  type ModelConfig,
  type Parameter,
  parameterCount,
  parameterLayout,
} from "./parameters.ts";
import { GEMM_SCRATCH } from "./products.ts";

/** Rows of logits that exist at once: a large vocabulary times a large batch would not fit. */
const LOGIT_ROWS = 512;

/** The most that one batch may have. */
export interface BatchLimits {
  /** N, tokens of all examples together. */
  readonly tokens: number;
  /** Tokens of the longest example. */
  readonly longest: number;
  /** Examples. */
  readonly examples: number;
}

/** Activations that the backward pass of one layer reads. */
export interface LayerActivations {
  readonly input: number;
  readonly scales: number;
  readonly normed: number;
  readonly qkv: number;
  readonly attended: number;
  readonly logSumExp: number;
  readonly middle: number;
  readonly middleScales: number;
  readonly middleNormed: number;
  readonly gateUp: number;
  /** What each product's adapters made of its input. */
  readonly lowRank: ReadonlyMap<ProductName, number>;
}

/** What is learned, and where it and the model lie. */
export interface LearnedMemory {
  readonly parameters: readonly Parameter[];
  readonly size: number;
  /** Pointers to the model's own weights, to what is learned (the same in full training) and to its gradients. */
  readonly baseAt: number;
  readonly weightsAt: number;
  readonly gradientsAt: number;
}

/** Reserves room for the model and what is learned: gradients are for the learned parameters alone. */
export function planLearned(plan: MemoryPlan, config: ModelConfig, lora?: LoraConfig): LearnedMemory {
  const parameters = lora ? loraLayout(config, lora) : parameterLayout(config);
  const size = parameters.reduce((sum, parameter) => sum + parameter.size, 0);
  const baseAt = plan.floats(parameterCount(config));
  return {
    parameters,
    size,
    baseAt,
    weightsAt: lora ? plan.floats(size) : baseAt,
    gradientsAt: plan.floats(size),
  };
}

/** Reserves room for one batch's activations, and for what is put in and taken out. */
export function planActivations(
  plan: MemoryPlan,
  options: {
    readonly config: ModelConfig;
    readonly limits: BatchLimits;
    readonly threads: number;
    readonly lora: LoraConfig | undefined;
  },
) {
  const { config, limits, threads, lora } = options;
  const { hiddenSize: d, feedForwardSize: f, heads, vocabularySize: v } = config;
  const hd = headSize(config);
  const width = attentionWidth(config);
  const attended = heads * hd;
  const n = limits.tokens;
  const logitRows = Math.min(LOGIT_ROWS, n);
  const adapters = lora ? loraOffsets(config, lora) : [];
  let widest = 0;

  const layers: LayerActivations[] = Array.from({ length: config.layers }, (_, layer) => {
    const lowRank = new Map<ProductName, number>();
    for (const [product, { modules }] of adapters[layer] ?? []) {
      const columns = modules.length * (lora?.rank ?? 0);
      lowRank.set(product, plan.floats(n * columns));
      widest = Math.max(widest, columns);
    }
    return {
      input: plan.floats(n * d),
      scales: plan.floats(n),
      normed: plan.floats(n * d),
      qkv: plan.floats(n * width),
      attended: plan.floats(n * attended),
      logSumExp: plan.floats(n * heads),
      middle: plan.floats(n * d),
      middleScales: plan.floats(n),
      middleNormed: plan.floats(n * d),
      gateUp: plan.floats(n * 2 * f),
      lowRank,
    };
  });
  const keys = Math.ceil(limits.longest / 8) * 8;
  const attentionScratch = 5 * keys * hd + 12 * keys + 24 * hd + 16;
  const scratchFloats = Math.ceil(Math.max(GEMM_SCRATCH, attentionScratch) / 16) * 16;
  return {
    layers,
    output: plan.floats(n * d),
    act: plan.floats(n * f),
    // The last norm and the logits are made for the learned rows alone, some hundred at a time.
    logitRows,
    last: plan.floats(logitRows * d),
    lastScales: plan.floats(logitRows),
    lastNormed: plan.floats(logitRows * d),
    logits: plan.floats(logitRows * v),
    losses: plan.floats(logitRows),
    correct: plan.floats(logitRows),
    dLast: plan.floats(logitRows * d),
    dX: plan.floats(n * d),
    dNormed: plan.floats(n * d),
    dQkv: plan.floats(n * width),
    dAttended: plan.floats(n * attended),
    dGateUp: plan.floats(n * 2 * f),
    dAct: plan.floats(n * f),
    dLowRank: plan.floats(n * widest),
    tokens: plan.floats(n),
    positions: plan.floats(n),
    starts: plan.floats(limits.examples + 1),
    rows: plan.floats(n),
    targets: plan.floats(n),
    ropeTable: plan.floats(config.contextLength * hd),
    scratch: plan.floats(scratchFloats * threads),
    scratchSize: scratchFloats * 4,
  };
}
