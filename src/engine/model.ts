import type { Batch } from "./batches.ts";
import { type KernelThreads, type MemoryPlan, planMemory, startKernelThreads } from "./kernels/threads.ts";
import {
  attentionWidth,
  headSize,
  type ModelConfig,
  type Parameter,
  parameterLayout,
  parameterOffsets,
} from "./parameters.ts";

/** Rows of logits that exist at once: a large vocabulary times a large batch would not fit. */
const LOGIT_ROWS = 512;
/** Floats of scratch memory that a product needs in each thread: its packed blocks and an edge tile (see gemm.ts). */
export const GEMM_SCRATCH = 256 * 256 + 64 * 256 + 64;

/** The most that one batch may have. */
export interface BatchLimits {
  /** N, tokens of all examples together. */
  readonly tokens: number;
  /** Tokens of the longest example. */
  readonly longest: number;
  /** Examples. */
  readonly examples: number;
}

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
  readonly parameters: readonly Parameter[];
  /** How many numbers the model has; `weights` and `gradients` are as long. */
  readonly size: number;
  /** Pointers to the flat buffers of weights and of gradients. */
  readonly weightsAt: number;
  readonly gradientsAt: number;
  /** Views of the same memory. */
  readonly weights: Float32Array;
  readonly gradients: Float32Array;
  /** The loss on a batch, nothing changed. */
  loss(batch: Batch): Loss;
  /** The loss on a batch, with its gradient times `factor` added to `gradients`. */
  lossAndGradients(batch: Batch, factor: number): Loss;
  close(): void;
}

/** A matrix: its pointer, and how many floats lie between its rows and between its columns. */
type Strided = readonly [pointer: number, row: number, column: number];

/** Activations that the backward pass of one layer reads. */
interface LayerActivations {
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
}

/**
 * Lays out a model for training and starts its threads. Nothing is allocated after that.
 *
 * @param config - the model's shape
 * @param limits - the largest batch that will come
 * @param threads - how many threads work; results don't depend on it
 * @param reserve - room for what else must lie in the same memory, an optimizer's moments say
 * @throws EngineMemoryError when it doesn't fit in 4 GiB
 * @throws ModelConfigError when no such model can exist
 */
export function createTrainableModel(
  config: ModelConfig,
  limits: BatchLimits,
  threads: number,
  reserve: (plan: MemoryPlan, size: number) => void = () => {},
): TrainableModel {
  const { hiddenSize: d, feedForwardSize: f, heads, keyValueHeads, vocabularySize: v, normEpsilon } = config;
  const hd = headSize(config);
  const width = attentionWidth(config);
  const attended = heads * hd;
  const parameters = parameterLayout(config);
  const size = parameters.reduce((sum, parameter) => sum + parameter.size, 0);
  const n = limits.tokens;
  const logitRows = Math.min(LOGIT_ROWS, n);

  const plan = planMemory();
  const weightsAt = plan.floats(size);
  const gradientsAt = plan.floats(size);
  reserve(plan, size);
  const layers: LayerActivations[] = Array.from({ length: config.layers }, () => ({
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
  }));
  const output = plan.floats(n * d);
  const act = plan.floats(n * f);
  // The last norm and the logits are made for the learned rows alone, some hundred at a time.
  const last = plan.floats(logitRows * d);
  const lastScales = plan.floats(logitRows);
  const lastNormed = plan.floats(logitRows * d);
  const logits = plan.floats(logitRows * v);
  const losses = plan.floats(logitRows);
  const correct = plan.floats(logitRows);
  const dLast = plan.floats(logitRows * d);
  const dX = plan.floats(n * d);
  const dNormed = plan.floats(n * d);
  const dQkv = plan.floats(n * width);
  const dAttended = plan.floats(n * attended);
  const dGateUp = plan.floats(n * 2 * f);
  const dAct = plan.floats(n * f);
  const tokens = plan.floats(n);
  const positions = plan.floats(n);
  const starts = plan.floats(limits.examples + 1);
  const rows = plan.floats(n);
  const targets = plan.floats(n);
  const ropeTable = plan.floats(config.contextLength * hd);
  const keys = Math.ceil(limits.longest / 8) * 8;
  const attentionScratch = 5 * keys * hd + 12 * keys + 24 * hd + 16;
  const scratchFloats = Math.ceil(Math.max(GEMM_SCRATCH, attentionScratch) / 16) * 16;
  const scratch = plan.floats(scratchFloats * threads);
  const scratchSize = scratchFloats * 4;

  const kernels = startKernelThreads(plan, threads);
  const run = kernels.run;
  kernels.runAlone("ropeTable", ropeTable, config.contextLength, hd, config.ropeTheta);

  const offsets = parameterOffsets(config);

  /** One product: where A, B and C lie with their strides, its size, and whether it is added to C (see gemm.ts). */
  const gemm = (a: Strided, b: Strided, c: Strided, size: readonly [number, number, number], add: 0 | 1) =>
    run("gemm", ...a, ...b, ...c.slice(0, 2), ...size, add, scratch, scratchSize);
  /** y (m, outer) = x (m, inner) · weightᵀ, weight (outer, inner); added to y where `add` is 1. */
  const linear = (
    y: number,
    x: number,
    weight: number,
    m: number,
    outer: number,
    inner: number,
    add: 0 | 1 = 0,
  ) => gemm([x, inner, 1], [weightsAt + weight * 4, 1, inner], [y, outer, 1], [m, outer, inner], add);
  /** dX (m, inner) = dY (m, outer) · weight, the backward of `linear` towards x. */
  const linearBackward = (dx: number, dy: number, weight: number, m: number, outer: number, inner: number) =>
    gemm([dy, outer, 1], [weightsAt + weight * 4, inner, 1], [dx, inner, 1], [m, inner, outer], 0);
  /** dWeight (outer, inner) += dYᵀ · x, the backward of `linear` towards the weight. */
  const linearWeightBackward = (
    weight: number,
    dy: number,
    x: number,
    m: number,
    outer: number,
    inner: number,
  ) => gemm([dy, 1, outer], [x, inner, 1], [gradientsAt + weight * 4, inner, 1], [outer, inner, m], 1);

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

  function forward(batch: Batch): void {
    const m = batch.tokens.length;
    const sequences = batch.starts.length - 1;
    run("gatherRows", layers[0]?.input ?? output, weightsAt + offsets.embedding * 4, tokens, m, d);
    for (const [index, a] of layers.entries()) {
      const at = offsets.layers[index];
      if (!at) continue;
      const next = layers[index + 1]?.input ?? output;
      run("rmsNorm", a.normed, a.scales, a.input, weightsAt + at.norm * 4, m, d, normEpsilon);
      linear(a.qkv, a.normed, at.qkv, m, width, d);
      run("rope", a.qkv, width, ropeTable, config.contextLength, positions, m, heads + keyValueHeads, hd, 1);
      run(
        "attention",
        ...[a.attended, a.logSumExp, a.qkv, starts, sequences, m],
        ...[heads, keyValueHeads, hd, batch.longest, scratch, scratchSize],
      );
      run("copy", a.middle, a.input, m * d);
      linear(a.middle, a.attended, at.o, m, d, attended, 1);
      run(
        "rmsNorm",
        a.middleNormed,
        a.middleScales,
        a.middle,
        weightsAt + at.middleNorm * 4,
        m,
        d,
        normEpsilon,
      );
      linear(a.gateUp, a.middleNormed, at.gateUp, m, 2 * f, d);
      run("swiGlu", act, a.gateUp, m, f);
      run("copy", next, a.middle, m * d);
      linear(next, act, at.down, m, d, f, 1);
    }
  }

  /** The loss of the learned rows from `first` on; logits hold its gradient times `factor` afterwards. */
  function lossOfRows(first: number, count: number, factor: number): Loss {
    run("gatherRows", last, output, rows + first * 4, count, d);
    run("rmsNorm", lastNormed, lastScales, last, weightsAt + offsets.lastNorm * 4, count, d, normEpsilon);
    linear(logits, lastNormed, offsets.embedding, count, v, d);
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
    linearBackward(dNormed, logits, offsets.embedding, count, v, d);
    linearWeightBackward(offsets.embedding, logits, lastNormed, count, v, d);
    run("rmsNormWeightBackward", gradientsAt + offsets.lastNorm * 4, dNormed, last, lastScales, count, d);
    run("zero", dLast, count * d);
    run("rmsNormBackward", dLast, dNormed, last, lastScales, weightsAt + offsets.lastNorm * 4, count, d);
    run("scatterAddRows", dX, dLast, rows + first * 4, count, d);
  }

  function backward(batch: Batch): void {
    const m = batch.tokens.length;
    const sequences = batch.starts.length - 1;
    for (let index = layers.length - 1; index >= 0; index--) {
      const a = layers[index];
      const at = offsets.layers[index];
      if (!a || !at) continue;
      linearBackward(dAct, dX, at.down, m, d, f);
      run("swiGluBackward", dGateUp, act, a.gateUp, dAct, m, f);
      linearWeightBackward(at.down, dX, act, m, d, f);
      linearBackward(dNormed, dGateUp, at.gateUp, m, 2 * f, d);
      linearWeightBackward(at.gateUp, dGateUp, a.middleNormed, m, 2 * f, d);
      run("rmsNormWeightBackward", gradientsAt + at.middleNorm * 4, dNormed, a.middle, a.middleScales, m, d);
      run("rmsNormBackward", dX, dNormed, a.middle, a.middleScales, weightsAt + at.middleNorm * 4, m, d);

      linearBackward(dAttended, dX, at.o, m, d, attended);
      linearWeightBackward(at.o, dX, a.attended, m, d, attended);
      run(
        "attentionBackward",
        ...[dQkv, dAttended, a.attended, a.logSumExp, a.qkv, starts, sequences, m],
        ...[heads, keyValueHeads, hd, batch.longest, scratch, scratchSize],
      );
      run("rope", dQkv, width, ropeTable, config.contextLength, positions, m, heads + keyValueHeads, hd, -1);
      linearBackward(dNormed, dQkv, at.qkv, m, width, d);
      linearWeightBackward(at.qkv, dQkv, a.normed, m, width, d);
      run("rmsNormWeightBackward", gradientsAt + at.norm * 4, dNormed, a.input, a.scales, m, d);
      run("rmsNormBackward", dX, dNormed, a.input, a.scales, weightsAt + at.norm * 4, m, d);
    }
    run("scatterAddRows", gradientsAt + offsets.embedding * 4, dX, tokens, m, d);
  }

  return {
    kernels,
    parameters,
    size,
    weightsAt,
    gradientsAt,
    weights: kernels.floats.subarray(weightsAt / 4, weightsAt / 4 + size),
    gradients: kernels.floats.subarray(gradientsAt / 4, gradientsAt / 4 + size),
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
