import type { Batch } from "./batches.ts";
import { type KernelThreads, type MemoryPlan, planMemory, startKernelThreads } from "./kernels/threads.ts";
import { type LoraConfig, loraOffsets, type ProductName } from "./lora.ts";
import { type BatchLimits, planActivations, planLearned } from "./model-memory.ts";
import {
  attentionWidth,
  headSize,
  type ModelConfig,
  type Parameter,
  parameterCount,
  parameterOffsets,
} from "./parameters.ts";
import { createAdaptedProduct, createGemm, createProduct } from "./products.ts";

export type { BatchLimits } from "./model-memory.ts";
export { GEMM_SCRATCH } from "./products.ts";

/** What a pass over one batch found. */
export interface Loss {
  /** The sum of −ln p over the learned tokens. */
  readonly total: number;
  /** How many learned tokens had the greatest logit. */
  readonly correct: number;
  /** How many tokens were learned. */
  readonly learned: number;
}

/** A decoder with room for training: parameters, gradients, and the activations of one batch. */
export interface TrainableModel {
  readonly kernels: KernelThreads;
  /** What is learned: the model's own parameters, or its adapters. */
  readonly parameters: readonly Parameter[];
  /** How many numbers are learned; `weights` and `gradients` are as long. */
  readonly size: number;
  /** Pointers to the flat buffers of learned weights and of gradients. */
  readonly weightsAt: number;
  readonly gradientsAt: number;
  /** Views of the same memory. */
  readonly weights: Float32Array;
  readonly gradients: Float32Array;
  /** The model's own weights in the order of `parameterLayout`: `weights` itself, unless adapters are learned. */
  readonly baseWeights: Float32Array;
  /** The loss on a batch, nothing changed. */
  loss(batch: Batch): Loss;
  /** The loss on a batch, with its gradient times `factor` added to `gradients`. */
  lossAndGradients(batch: Batch, factor: number): Loss;
  close(): void;
}

/** What a model may have beside its batch. */
export interface TrainableModelOptions {
  /** Learns these adapters, the model's own weights being frozen. @default the model itself learns */
  readonly lora?: LoraConfig | undefined;
  /** Reserves room for what else must lie in the same memory: an optimizer's moments, say, of `size` numbers. */
  readonly reserve?: (plan: MemoryPlan, size: number) => void;
}

/**
 * Lays out a model for training and starts its threads. Nothing is allocated after that. All weights are zero at first.
 *
 * @param config - the model's shape
 * @param limits - the largest batch that will come
 * @param threads - how many threads work; results don't depend on it
 * @throws EngineMemoryError when it doesn't fit in 4 GiB
 * @throws ModelConfigError when no such model can exist
 * @throws RangeError when there can be no such adapters
 */
export function createTrainableModel(
  config: ModelConfig,
  limits: BatchLimits,
  threads: number,
  { lora, reserve }: TrainableModelOptions = {},
): TrainableModel {
  const { hiddenSize: d, feedForwardSize: f, heads, keyValueHeads, vocabularySize: v, normEpsilon } = config;
  const hd = headSize(config);
  const width = attentionWidth(config);
  const attended = heads * hd;
  const n = limits.tokens;

  const plan = planMemory();
  const { parameters, size, baseAt, weightsAt, gradientsAt } = planLearned(plan, config, lora);
  reserve?.(plan, size);
  const activations = planActivations(plan, { config, limits, threads, lora });
  const { output, act, logitRows, last, lastScales, lastNormed, logits, losses, correct } = activations;
  const { dLast, dX, dNormed, dQkv, dAttended, dGateUp, dAct } = activations;
  const { tokens, positions, starts, rows, targets, ropeTable, scratch, scratchSize } = activations;

  const kernels = startKernelThreads(plan, threads);
  const run = kernels.run;
  kernels.runAlone("ropeTable", ropeTable, config.contextLength, hd, config.ropeTheta);

  const offsets = parameterOffsets(config);
  const gemm = createGemm(kernels, scratch, scratchSize);
  const at = (offset: number) => baseAt + offset * 4;
  /** Where a base's parameter has its gradient; it has none when only adapters learn. */
  const gradientAt = (offset: number) => (lora ? undefined : gradientsAt + offset * 4);
  const baseProduct = (offset: number, outer: number, inner: number) =>
    createProduct(gemm, { weight: at(offset), gradient: gradientAt(offset), outer, inner });
  const unembedding = baseProduct(offsets.embedding, v, d);
  const adapters = lora ? loraOffsets(config, lora) : [];
  const layers = offsets.layers.flatMap((offset, layer) => {
    const a = activations.layers[layer];
    if (!a) return [];
    const product = (name: ProductName, outer: number, inner: number) => {
      const base = baseProduct(offset[name], outer, inner);
      const own = adapters[layer]?.get(name);
      const u = a.lowRank.get(name);
      if (!lora || !own || u === undefined) return base;
      const scale = lora.alpha / lora.rank;
      const memory = { weightsAt, gradientsAt, u, dU: activations.dLowRank };
      return createAdaptedProduct(kernels, gemm, base, {
        ...{ adapters: own, rank: lora.rank, scale, outer, ...memory },
      });
    };
    const products = {
      qkv: product("qkv", width, d),
      o: product("o", d, attended),
      gateUp: product("gateUp", 2 * f, d),
      down: product("down", d, f),
    };
    return [{ a, products, norm: offset.norm, middleNorm: offset.middleNorm }];
  });

  function load(batch: Batch): void {
    const count = batch.tokens.length;
    if (count > n || batch.longest > limits.longest || batch.starts.length - 1 > limits.examples) {
      throw new RangeError(`a batch of ${count} tokens came, and there is room for ${n}`);
    }
    kernels.integers.set(batch.tokens, tokens / 4);
    kernels.integers.set(batch.positions, positions / 4);
    kernels.integers.set(batch.starts, starts / 4);
    kernels.integers.set(batch.rows, rows / 4);
    kernels.integers.set(batch.targets, targets / 4);
  }

  /** out = RMSNorm of x (m, D) by the weight at `offset`. */
  const norm = (out: number, scales: number, x: number, offset: number, m: number) =>
    run("rmsNorm", out, scales, x, at(offset), m, d, normEpsilon);
  const normWeightBackward = (offset: number, dy: number, x: number, scales: number, m: number) => {
    const gradient = gradientAt(offset);
    if (gradient !== undefined) run("rmsNormWeightBackward", gradient, dy, x, scales, m, d);
  };
  const rope = (x: number, m: number, direction: 1 | -1) =>
    run(
      "rope",
      x,
      width,
      ropeTable,
      config.contextLength,
      positions,
      m,
      heads + keyValueHeads,
      hd,
      direction,
    );

  function forward(batch: Batch): void {
    const m = batch.tokens.length;
    const sequences = batch.starts.length - 1;
    run("gatherRows", layers[0]?.a.input ?? output, at(offsets.embedding), tokens, m, d);
    for (const [index, { a, products, ...norms }] of layers.entries()) {
      const next = layers[index + 1]?.a.input ?? output;
      norm(a.normed, a.scales, a.input, norms.norm, m);
      products.qkv.forward(a.qkv, a.normed, m);
      rope(a.qkv, m, 1);
      run(
        "attention",
        ...[a.attended, a.logSumExp, a.qkv, starts, sequences, m],
        ...[heads, keyValueHeads, hd, batch.longest, scratch, scratchSize],
      );
      run("copy", a.middle, a.input, m * d);
      products.o.forward(a.middle, a.attended, m, 1);
      norm(a.middleNormed, a.middleScales, a.middle, norms.middleNorm, m);
      products.gateUp.forward(a.gateUp, a.middleNormed, m);
      run("swiGlu", act, a.gateUp, m, f);
      run("copy", next, a.middle, m * d);
      products.down.forward(next, act, m, 1);
    }
  }

  /** The loss of the learned rows from `first` on; logits hold its gradient times `factor` afterwards. */
  function lossOfRows(first: number, count: number, factor: number): Loss {
    run("gatherRows", last, output, rows + first * 4, count, d);
    norm(lastNormed, lastScales, last, offsets.lastNorm, count);
    unembedding.forward(logits, lastNormed, count);
    run("crossEntropy", losses, correct, logits, targets + first * 4, count, v, factor);
    let total = 0;
    let hits = 0;
    for (let i = 0; i < count; i++) {
      total += kernels.floats[losses / 4 + i] ?? 0;
      hits += kernels.floats[correct / 4 + i] ?? 0;
    }
    return { total, correct: hits, learned: count };
  }

  function lossOf(batch: Batch, factor: number, backward: (first: number, count: number) => void): Loss {
    let total = 0;
    let hits = 0;
    for (let first = 0; first < batch.rows.length; first += logitRows) {
      const count = Math.min(logitRows, batch.rows.length - first);
      const part = lossOfRows(first, count, factor);
      total += part.total;
      hits += part.correct;
      backward(first, count);
    }
    return { total, correct: hits, learned: batch.rows.length };
  }

  function backwardOfRows(first: number, count: number): void {
    unembedding.inputBackward(dNormed, logits, count);
    unembedding.weightBackward(logits, lastNormed, count);
    normWeightBackward(offsets.lastNorm, dNormed, last, lastScales, count);
    run("zero", dLast, count * d);
    run("rmsNormBackward", dLast, dNormed, last, lastScales, at(offsets.lastNorm), count, d);
    run("scatterAddRows", dX, dLast, rows + first * 4, count, d);
  }

  function backward(batch: Batch): void {
    const m = batch.tokens.length;
    const sequences = batch.starts.length - 1;
    for (const [index, { a, products, ...norms }] of [...layers.entries()].reverse()) {
      products.down.inputBackward(dAct, dX, m);
      run("swiGluBackward", dGateUp, act, a.gateUp, dAct, m, f);
      products.down.weightBackward(dX, act, m);
      products.gateUp.inputBackward(dNormed, dGateUp, m);
      products.gateUp.weightBackward(dGateUp, a.middleNormed, m);
      normWeightBackward(norms.middleNorm, dNormed, a.middle, a.middleScales, m);
      run("rmsNormBackward", dX, dNormed, a.middle, a.middleScales, at(norms.middleNorm), m, d);

      products.o.inputBackward(dAttended, dX, m);
      products.o.weightBackward(dX, a.attended, m);
      run(
        "attentionBackward",
        ...[dQkv, dAttended, a.attended, a.logSumExp, a.qkv, starts, sequences, m],
        ...[heads, keyValueHeads, hd, batch.longest, scratch, scratchSize],
      );
      rope(dQkv, m, -1);
      // Below the first layer there is the embedding alone, and adapters leave it as it is.
      const below = index > 0 || !lora;
      products.qkv.inputBackward(below ? dNormed : undefined, dQkv, m);
      products.qkv.weightBackward(dQkv, a.normed, m);
      if (!below) return;
      normWeightBackward(norms.norm, dNormed, a.input, a.scales, m);
      run("rmsNormBackward", dX, dNormed, a.input, a.scales, at(norms.norm), m, d);
    }
    const gradient = gradientAt(offsets.embedding);
    if (gradient !== undefined) run("scatterAddRows", gradient, dX, tokens, m, d);
  }

  const floats = (pointer: number, count: number) =>
    kernels.floats.subarray(pointer / 4, pointer / 4 + count);
  return {
    kernels,
    parameters,
    size,
    weightsAt,
    gradientsAt,
    weights: floats(weightsAt, size),
    gradients: floats(gradientsAt, size),
    baseWeights: floats(baseAt, parameterCount(config)),
    loss(batch) {
      load(batch);
      forward(batch);
      return lossOf(batch, 0, () => {});
    },
    lossAndGradients(batch, factor) {
      load(batch);
      forward(batch);
      run("zero", dX, batch.tokens.length * d);
      const loss = lossOf(batch, factor, backwardOfRows);
      backward(batch);
      return loss;
    },
    close: () => kernels.close(),
  };
}
