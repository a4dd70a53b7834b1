import { exp4, max4, share, sum4 } from "./math";

/**
 * Cross-entropy of logits (R, V) against targets (R), in natural units: losses (R); correct (R), 1 where the target
 * has the greatest logit (the first of equals); and logits become their gradient, (softmax − one-hot) · factor.
 */
export function crossEntropy(
  losses: usize, correct: usize, logits: usize, targets: usize, rows: i32, v: i32, factor: f32,
  thread: i32, threads: i32,
): void {
  const size = (<usize>v) << 2;
  const last = share(rows, thread + 1, threads);
  for (let r = share(rows, thread, threads); r < last; r++) {
    const row = logits + <usize>r * size;
    const target = load<i32>(targets + ((<usize>r) << 2));
    const targetLogit = load<f32>(row + ((<usize>target) << 2));
    let greatest4 = f32x4.splat(-f32.MAX_VALUE);
    let c: usize = 0;
    const even = size & ~15;
    for (; c < even; c += 16) greatest4 = f32x4.max(greatest4, v128.load(row + c));
    let greatest = max4(greatest4);
    for (; c < size; c += 4) greatest = max(greatest, load<f32>(row + c));
    let first = 0;
    while (first < v - 1 && load<f32>(row + ((<usize>first) << 2)) != greatest) first++;
    const shift = f32x4.splat(greatest);
    let sums = f32x4.splat(0);
    for (c = 0; c < even; c += 16) {
      const e = exp4(f32x4.sub(v128.load(row + c), shift));
      v128.store(row + c, e);
      sums = f32x4.add(sums, e);
    }
    let sum = sum4(sums);
    for (; c < size; c += 4) {
      const e = f32x4.extract_lane(exp4(f32x4.splat(load<f32>(row + c) - greatest)), 0);
      store<f32>(row + c, e);
      sum += e;
    }
    store<f32>(losses + ((<usize>r) << 2), greatest + Mathf.log(sum) - targetLogit);
    store<f32>(correct + ((<usize>r) << 2), first == target ? 1 : 0);
    const share4 = f32x4.splat(factor / sum);
    for (c = 0; c < even; c += 16) v128.store(row + c, f32x4.mul(v128.load(row + c), share4));
    for (; c < size; c += 4) store<f32>(row + c, load<f32>(row + c) * (factor / sum));
    const at = row + ((<usize>target) << 2);
    store<f32>(at, load<f32>(at) - factor);
  }
}

/** sums (ceil(count / 4096)) of the squares of x (count), a double for each chunk. */
export function squareSums(sums: usize, x: usize, count: i32, thread: i32, threads: i32): void {
  const chunks = (count + 4095) / 4096;
  const last = share(chunks, thread + 1, threads);
  for (let chunk = share(chunks, thread, threads); chunk < last; chunk++) {
    let sum: f64 = 0;
    const end = min(count, (chunk + 1) * 4096);
    let i = chunk * 4096;
    let sum4a = f32x4.splat(0);
    for (; i + 4 <= end; i += 4) {
      const value = v128.load(x + ((<usize>i) << 2));
      sum4a = f32x4.add(sum4a, f32x4.mul(value, value));
    }
    sum = <f64>sum4(sum4a);
    for (; i < end; i++) {
      const value = <f64>load<f32>(x + ((<usize>i) << 2));
      sum += value * value;
    }
    store<f64>(sums + ((<usize>chunk) << 3), sum);
  }
}

/**
 * AdamW (Loshchilov and Hutter 2019, algorithm 2) on `count` parameters: the gradient is multiplied by `clip` first
 * and is zero afterwards; `correction1` and `correction2` are 1 / (1 − βᵗ); `decay` is the learning rate times the
 * weight decay.
 */
export function adamW(
  weights: usize, gradients: usize, first: usize, second: usize, count: i32, learningRate: f32, beta1: f32, beta2: f32,
  epsilon: f32, decay: f32, correction1: f32, correction2: f32, clip: f32, thread: i32, threads: i32,
): void {
  // Parameters come in groups of four; the flat buffer is padded to that.
  const groups = (count + 3) / 4;
  const begin: usize = share(groups, thread, threads) << 4;
  const end: usize = share(groups, thread + 1, threads) << 4;
  const b1 = f32x4.splat(beta1), b2 = f32x4.splat(beta2);
  const n1 = f32x4.splat(<f32>1 - beta1), n2 = f32x4.splat(<f32>1 - beta2);
  const rate = f32x4.splat(learningRate * correction1), correct2 = f32x4.splat(correction2);
  const eps = f32x4.splat(epsilon), keep = f32x4.splat(<f32>1 - decay), scale = f32x4.splat(clip);
  for (let c = begin; c < end; c += 16) {
    const g = f32x4.mul(v128.load(gradients + c), scale);
    const m = f32x4.add(f32x4.mul(v128.load(first + c), b1), f32x4.mul(g, n1));
    const s = f32x4.add(f32x4.mul(v128.load(second + c), b2), f32x4.mul(f32x4.mul(g, g), n2));
    const step = f32x4.div(f32x4.mul(m, rate), f32x4.add(f32x4.sqrt(f32x4.mul(s, correct2)), eps));
    v128.store(first + c, m);
    v128.store(second + c, s);
    v128.store(weights + c, f32x4.sub(f32x4.mul(v128.load(weights + c), keep), step));
    v128.store(gradients + c, f32x4.splat(0));
  }
}
