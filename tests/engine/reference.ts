/**
 * The plain version of every kernel: the same names, plain loops, double precision. Nothing here is fast; all of it can
 * be read beside the paper. What a kernel adds to or writes in place is returned instead.
 */
import type { Batch } from "../../src/engine/batches.ts";
import { type LoraConfig, loraLayout } from "../../src/engine/lora.ts";
import { attentionWidth, headSize, type ModelConfig, parameterLayout } from "../../src/engine/parameters.ts";

export type Numbers = ArrayLike<number>;

/** An element that must be there: reading past the end would be a mistake in the reference. */
function at(x: Numbers, index: number): number {
  const value = x[index];
  if (value === undefined) throw new RangeError(`there is no element ${index} in ${x.length}`);
  return value;
}

function add(x: Float64Array, index: number, value: number): void {
  x[index] = at(x, index) + value;
}

function dot(x: Numbers, xAt: number, y: Numbers, yAt: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += at(x, xAt + i) * at(y, yAt + i);
  return sum;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** c (M, N) = a (M, K) · b (K, N) */
export function gemm(a: Numbers, b: Numbers, m: number, n: number, k: number): Float64Array {
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      for (let l = 0; l < k; l++) add(c, i * n + j, at(a, i * k + l) * at(b, l * n + j));
    }
  }
  return c;
}

/** y (M, O) = x (M, I) · weightᵀ, weight (O, I); with M = 1 what `gemv` gives */
export function linear(x: Numbers, weight: Numbers, m: number, outer: number, inner: number): Float64Array {
  const y = new Float64Array(m * outer);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < outer; j++) y[i * outer + j] = dot(x, i * inner, weight, j * inner, inner);
  }
  return y;
}

/** out (R, D) = rows `indices` (R) of table (…, D) */
export function gatherRows(table: Numbers, indices: Numbers, d: number): Float64Array {
  const out = new Float64Array(indices.length * d);
  for (let r = 0; r < indices.length; r++) {
    for (let c = 0; c < d; c++) out[r * d + c] = at(table, at(indices, r) * d + c);
  }
  return out;
}

/** table (…, D) and dOut (R, D) added at rows `indices` (R) */
export function scatterAddRows(table: Numbers, dOut: Numbers, indices: Numbers, d: number): Float64Array {
  const sum = Float64Array.from(table);
  for (let r = 0; r < indices.length; r++) {
    for (let c = 0; c < d; c++) add(sum, at(indices, r) * d + c, at(dOut, r * d + c));
  }
  return sum;
}

/** out (N, D) = x · r · weight (D), and scales (N) with r = 1 / √(mean(x²) + epsilon) */
export function rmsNorm(x: Numbers, weight: Numbers, n: number, d: number, epsilon: number) {
  const out = new Float64Array(n * d);
  const scales = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    const r = 1 / Math.sqrt(dot(x, row * d, x, row * d, d) / d + epsilon);
    scales[row] = r;
    for (let c = 0; c < d; c++) out[row * d + c] = at(x, row * d + c) * r * at(weight, c);
  }
  return { out, scales };
}

/** dX (N, D) from dOut (N, D), x (N, D), scales (N), weight (D) */
export function rmsNormBackward(dOut: Numbers, x: Numbers, scales: Numbers, weight: Numbers, d: number) {
  const dX = new Float64Array(dOut.length);
  for (let row = 0; row < scales.length; row++) {
    const r = at(scales, row);
    let mean = 0;
    for (let c = 0; c < d; c++) mean += (at(dOut, row * d + c) * at(weight, c) * at(x, row * d + c)) / d;
    for (let c = 0; c < d; c++) {
      const i = row * d + c;
      dX[i] = r * (at(dOut, i) * at(weight, c) - at(x, i) * r * r * mean);
    }
  }
  return dX;
}

/** dWeight (D) = Σ over rows of dOut (N, D) · x (N, D) · scales (N) */
export function rmsNormWeightBackward(dOut: Numbers, x: Numbers, scales: Numbers, d: number): Float64Array {
  const dWeight = new Float64Array(d);
  for (let i = 0; i < dOut.length; i++) {
    add(dWeight, i % d, at(dOut, i) * at(x, i) * at(scales, Math.floor(i / d)));
  }
  return dWeight;
}

/** act (N, F) = silu(gate) · up, gateUp (N, 2F) holding gate and up side by side */
export function swiGlu(gateUp: Numbers, n: number, f: number): Float64Array {
  const act = new Float64Array(n * f);
  for (let row = 0; row < n; row++) {
    for (let c = 0; c < f; c++) {
      const gate = at(gateUp, row * 2 * f + c);
      act[row * f + c] = gate * sigmoid(gate) * at(gateUp, row * 2 * f + f + c);
    }
  }
  return act;
}

/** dGateUp (N, 2F) from dAct (N, F) */
export function swiGluBackward(dAct: Numbers, gateUp: Numbers, n: number, f: number): Float64Array {
  const dGateUp = new Float64Array(n * 2 * f);
  for (let row = 0; row < n; row++) {
    for (let c = 0; c < f; c++) {
      const i = row * 2 * f + c;
      const gate = at(gateUp, i);
      const s = sigmoid(gate);
      dGateUp[i] = at(dAct, row * f + c) * at(gateUp, i + f) * s * (1 + gate * (1 - s));
      dGateUp[i + f] = at(dAct, row * f + c) * gate * s;
    }
  }
  return dGateUp;
}

/** x (N, stride) with its first `heads` heads turned: pairs (i, i + hd/2) by position · theta^(−2i/hd) */
export function rope(
  x: Numbers,
  positions: Numbers,
  shape: { stride: number; heads: number; hd: number; theta: number },
  direction = 1,
): Float64Array {
  const { stride, heads, hd, theta } = shape;
  const turned = Float64Array.from(x);
  for (let row = 0; row < positions.length; row++) {
    for (let head = 0; head < heads; head++) {
      for (let i = 0; i < hd / 2; i++) {
        const angle = direction * at(positions, row) * theta ** ((-2 * i) / hd);
        const a = row * stride + head * hd + i;
        const b = a + hd / 2;
        turned[a] = at(x, a) * Math.cos(angle) - at(x, b) * Math.sin(angle);
        turned[b] = at(x, b) * Math.cos(angle) + at(x, a) * Math.sin(angle);
      }
    }
  }
  return turned;
}

export interface AttentionShape {
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly hd: number;
}

/** Each query with the keys it sees: calls `visit` with the places in qkv (N, (H + 2·KV)·hd) and the probabilities. */
function eachQuery(
  qkv: Numbers,
  starts: Numbers,
  { heads, keyValueHeads, hd }: AttentionShape,
  visit: (query: {
    row: number;
    head: number;
    q: number;
    k: number[];
    v: number[];
    p: number[];
    lse: number;
  }) => void,
): void {
  const stride = (heads + 2 * keyValueHeads) * hd;
  for (let s = 0; s + 1 < starts.length; s++) {
    for (let head = 0; head < heads; head++) {
      const keyValueHead = Math.floor(head / (heads / keyValueHeads));
      for (let row = at(starts, s); row < at(starts, s + 1); row++) {
        const q = row * stride + head * hd;
        const seen = Array.from({ length: row + 1 - at(starts, s) }, (_, j) => (at(starts, s) + j) * stride);
        const k = seen.map((start) => start + (heads + keyValueHead) * hd);
        const v = k.map((start) => start + keyValueHeads * hd);
        const scores = k.map((start) => dot(qkv, q, qkv, start, hd) / Math.sqrt(hd));
        const most = Math.max(...scores);
        const lse = most + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0));
        visit({ row, head, q, k, v, p: scores.map((score) => Math.exp(score - lse)), lse });
      }
    }
  }
}

/** out (N, H·hd) and logSumExp (H, N) of causal attention over qkv (N, (H + 2·KV)·hd) */
export function attention(qkv: Numbers, starts: Numbers, shape: AttentionShape) {
  const { heads, hd } = shape;
  const n = at(starts, starts.length - 1);
  const out = new Float64Array(n * heads * hd);
  const logSumExp = new Float64Array(heads * n);
  eachQuery(qkv, starts, shape, ({ row, head, v, p, lse }) => {
    logSumExp[head * n + row] = lse;
    for (const [j, weight] of p.entries()) {
      for (let d = 0; d < hd; d++) add(out, (row * heads + head) * hd + d, weight * at(qkv, at(v, j) + d));
    }
  });
  return { out, logSumExp };
}

/** dQkv (N, (H + 2·KV)·hd) from dOut (N, H·hd) */
export function attentionBackward(dOut: Numbers, qkv: Numbers, starts: Numbers, shape: AttentionShape) {
  const { heads, hd } = shape;
  const dQkv = new Float64Array(qkv.length);
  eachQuery(qkv, starts, shape, ({ row, head, q, k, v, p }) => {
    const o = (row * heads + head) * hd;
    const dP = v.map((start) => dot(dOut, o, qkv, start, hd));
    const mean = p.reduce((sum, weight, j) => sum + weight * at(dP, j), 0);
    for (const [j, weight] of p.entries()) {
      const dS = (weight * (at(dP, j) - mean)) / Math.sqrt(hd);
      for (let d = 0; d < hd; d++) {
        add(dQkv, q + d, dS * at(qkv, at(k, j) + d));
        add(dQkv, at(k, j) + d, dS * at(qkv, q + d));
        add(dQkv, at(v, j) + d, weight * at(dOut, o + d));
      }
    }
  });
  return dQkv;
}

/** losses (R), correct (R) and gradient (R, V) of logits (R, V) against targets (R) */
export function crossEntropy(logits: Numbers, targets: Numbers, v: number, factor = 1) {
  const rows = targets.length;
  const losses = new Float64Array(rows);
  const correct = new Float64Array(rows);
  const gradient = new Float64Array(rows * v);
  for (let r = 0; r < rows; r++) {
    const row = Array.from({ length: v }, (_, c) => at(logits, r * v + c));
    const most = row.reduce((a, b) => Math.max(a, b));
    const lse = most + Math.log(row.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
    const target = at(targets, r);
    losses[r] = lse - at(row, target);
    correct[r] = row.indexOf(most) === target ? 1 : 0;
    for (let c = 0; c < v; c++) {
      gradient[r * v + c] = (Math.exp(at(row, c) - lse) - (c === target ? 1 : 0)) * factor;
    }
  }
  return { losses, correct, gradient };
}

/** sums (ceil(count / 4096)) of the squares of x (count) */
export function squareSums(x: Numbers): Float64Array {
  const sums = new Float64Array(Math.ceil(x.length / 4096));
  for (let i = 0; i < x.length; i++) add(sums, Math.floor(i / 4096), at(x, i) ** 2);
  return sums;
}

export interface AdamWOptions {
  readonly step: number;
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly clip: number;
}

/** weights, first and second (P) after step `step` (from 0) of AdamW with gradients (P) · clip */
export function adamW(
  { weights, gradients, first, second }: Record<"weights" | "gradients" | "first" | "second", Numbers>,
  { step, learningRate, beta1, beta2, epsilon, weightDecay, clip }: AdamWOptions,
) {
  const after = {
    weights: Float64Array.from(weights),
    first: Float64Array.from(first),
    second: Float64Array.from(second),
  };
  for (let i = 0; i < weights.length; i++) {
    const g = at(gradients, i) * clip;
    const m = at(first, i) * beta1 + g * (1 - beta1);
    const s = at(second, i) * beta2 + g * g * (1 - beta2);
    const mHat = m / (1 - beta1 ** (step + 1));
    const sHat = s / (1 - beta2 ** (step + 1));
    after.first[i] = m;
    after.second[i] = s;
    after.weights[i] =
      at(weights, i) * (1 - learningRate * weightDecay) - (learningRate * mHat) / (Math.sqrt(sHat) + epsilon);
  }
  return after;
}

/** Logits (R, V) of the whole model at the batch's rows. */
export function logits(config: ModelConfig, weights: Numbers, batch: Batch): Float64Array {
  const { hiddenSize: d, feedForwardSize: f, heads, keyValueHeads, vocabularySize, normEpsilon } = config;
  const hd = headSize(config);
  const width = attentionWidth(config);
  const n = batch.tokens.length;
  const all = Float64Array.from(weights);
  const layout = new Map(parameterLayout(config).map(({ name, offset }) => [name, offset]));
  const from = (name: string, count: number) => {
    const offset = layout.get(name) ?? Number.NaN;
    return all.subarray(offset, offset + count);
  };
  const sum = (a: Float64Array, b: Float64Array) => a.map((value, i) => value + at(b, i));

  const embedding = from("model.embed_tokens.weight", vocabularySize * d);
  let x = gatherRows(embedding, batch.tokens, d);
  for (let layer = 0; layer < config.layers; layer++) {
    const name = `model.layers.${layer}`;
    const normed = rmsNorm(x, from(`${name}.input_layernorm.weight`, d), n, d, normEpsilon).out;
    const qkv = rope(
      linear(normed, from(`${name}.self_attn.q_proj.weight`, width * d), n, width, d),
      batch.positions,
      { stride: width, heads: heads + keyValueHeads, hd, theta: config.ropeTheta },
    );
    const mixed = attention(qkv, batch.starts, { heads, keyValueHeads, hd }).out;
    x = sum(x, linear(mixed, from(`${name}.self_attn.o_proj.weight`, d * heads * hd), n, d, heads * hd));
    const middle = rmsNorm(x, from(`${name}.post_attention_layernorm.weight`, d), n, d, normEpsilon).out;
    const gateUp = linear(middle, from(`${name}.mlp.gate_proj.weight`, 2 * f * d), n, 2 * f, d);
    x = sum(x, linear(swiGlu(gateUp, n, f), from(`${name}.mlp.down_proj.weight`, d * f), n, d, f));
  }
  const last = gatherRows(x, batch.rows, d);
  const normed = rmsNorm(last, from("model.norm.weight", d), batch.rows.length, d, normEpsilon).out;
  return linear(normed, embedding, batch.rows.length, vocabularySize, d);
}

/** Σ of −ln p over the batch's learned tokens. */
export function loss(config: ModelConfig, weights: Numbers, batch: Batch): number {
  const { losses } = crossEntropy(logits(config, weights, batch), batch.targets, config.vocabularySize);
  return losses.reduce((sum, value) => sum + value, 0);
}

/** The slope of `f` at x in direction of element `index`, by central differences in double precision. */
export function slope(f: (x: Float64Array) => number, x: Numbers, index: number): number {
  const step = 1e-5;
  const moved = Float64Array.from(x);
  const value = at(moved, index);
  moved[index] = value + step;
  const above = f(moved);
  moved[index] = value - step;
  return (above - f(moved)) / (2 * step);
}

/** All weights with W + alpha / rank · B · A in place of each target's W (Hu et al. 2021, eq. 3). */
export function adaptedWeights(config: ModelConfig, weights: Numbers, lora: LoraConfig, adapters: Numbers) {
  const { rank, alpha } = lora;
  const adapted = Float64Array.from(weights);
  const matrices = new Map(loraLayout(config, lora).map(({ name, offset }) => [name, offset]));
  for (const { name, shape, offset } of parameterLayout(config)) {
    const stem = `base_model.model.${name.replace(/\.weight$/, "")}`;
    const a = matrices.get(`${stem}.lora_A.weight`);
    const b = matrices.get(`${stem}.lora_B.weight`);
    if (a === undefined || b === undefined) continue;
    const [outer, inner] = [at(shape, 0), at(shape, 1)];
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        for (let r = 0; r < rank; r++) {
          const product = at(adapters, b + o * rank + r) * at(adapters, a + r * inner + i);
          add(adapted, offset + o * inner + i, (alpha / rank) * product);
        }
      }
    }
  }
  return adapted;
}
