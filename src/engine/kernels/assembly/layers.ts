import { exp4, share, sum4 } from "./math";

/** to = from for `count` floats. */
export function copy(to: usize, from: usize, count: i32, thread: i32, threads: i32): void {
  const first = share(count, thread, threads);
  const last = share(count, thread + 1, threads);
  memory.copy(to + ((<usize>first) << 2), from + ((<usize>first) << 2), (<usize>(last - first)) << 2);
}

/** x = 0 for `count` floats. */
export function zero(x: usize, count: i32, thread: i32, threads: i32): void {
  const first = share(count, thread, threads);
  const last = share(count, thread + 1, threads);
  memory.fill(x + ((<usize>first) << 2), 0, (<usize>(last - first)) << 2);
}

/** out (R, D) = rows `indices` (R) of table (…, D): token embeddings, and the rows whose next token is learned. */
export function gatherRows(
  out: usize, table: usize, indices: usize, rows: i32, d: i32, thread: i32, threads: i32,
): void {
  const size = (<usize>d) << 2;
  const last = share(rows, thread + 1, threads);
  for (let r = share(rows, thread, threads); r < last; r++) {
    memory.copy(out + <usize>r * size, table + <usize>load<i32>(indices + ((<usize>r) << 2)) * size, size);
  }
}

/**
 * table (…, D) gets dOut (R, D) added at rows `indices` (R), the backward of `gatherRows`. Threads share the columns,
 * so rows that occur more than once are added in one order.
 */
export function scatterAddRows(
  table: usize, dOut: usize, indices: usize, rows: i32, d: i32, thread: i32, threads: i32,
): void {
  const first = share(d >> 2, thread, threads) << 4;
  const last = share(d >> 2, thread + 1, threads) << 4;
  const size = (<usize>d) << 2;
  for (let r = 0; r < rows; r++) {
    const to = table + <usize>load<i32>(indices + ((<usize>r) << 2)) * size;
    const from = dOut + <usize>r * size;
    for (let c: usize = first; c < <usize>last; c += 16) {
      v128.store(to + c, f32x4.add(v128.load(to + c), v128.load(from + c)));
    }
  }
}

/**
 * RMSNorm (Zhang and Sennrich 2019): out (N, D) = x · r · weight with r = 1 / √(mean(x²) + epsilon), r kept in (N).
 */
export function rmsNorm(
  out: usize, scales: usize, x: usize, weight: usize, n: i32, d: i32, epsilon: f32, thread: i32, threads: i32,
): void {
  const size = (<usize>d) << 2;
  const last = share(n, thread + 1, threads);
  for (let row = share(n, thread, threads); row < last; row++) {
    const from = x + <usize>row * size;
    const to = out + <usize>row * size;
    let squares = f32x4.splat(0);
    for (let c: usize = 0; c < size; c += 16) {
      const value = v128.load(from + c);
      squares = f32x4.add(squares, f32x4.mul(value, value));
    }
    const r: f32 = <f32>1 / sqrt<f32>(sum4(squares) / <f32>d + epsilon);
    store<f32>(scales + ((<usize>row) << 2), r);
    const factor = f32x4.splat(r);
    for (let c: usize = 0; c < size; c += 16) {
      v128.store(to + c, f32x4.mul(f32x4.mul(v128.load(from + c), factor), v128.load(weight + c)));
    }
  }
}

/**
 * Backward of `rmsNorm` towards x, added to dX (N, D):
 * dx = r · (dOut·weight − x · r² · mean(dOut·weight·x)).
 */
export function rmsNormBackward(
  dX: usize, dOut: usize, x: usize, scales: usize, weight: usize, n: i32, d: i32, thread: i32, threads: i32,
): void {
  const size = (<usize>d) << 2;
  const last = share(n, thread + 1, threads);
  for (let row = share(n, thread, threads); row < last; row++) {
    const at = <usize>row * size;
    const r = load<f32>(scales + ((<usize>row) << 2));
    let product = f32x4.splat(0);
    for (let c: usize = 0; c < size; c += 16) {
      const g = f32x4.mul(v128.load(dOut + at + c), v128.load(weight + c));
      product = f32x4.add(product, f32x4.mul(g, v128.load(x + at + c)));
    }
    const factor = f32x4.splat(r);
    const shift = f32x4.splat((r * r * r * sum4(product)) / <f32>d);
    for (let c: usize = 0; c < size; c += 16) {
      const g = f32x4.mul(v128.load(dOut + at + c), v128.load(weight + c));
      const dx = f32x4.sub(f32x4.mul(g, factor), f32x4.mul(v128.load(x + at + c), shift));
      v128.store(dX + at + c, f32x4.add(v128.load(dX + at + c), dx));
    }
  }
}

/** Backward of `rmsNorm` towards weight: dWeight (D) += Σ over rows of dOut · x · r. Threads share the columns. */
export function rmsNormWeightBackward(
  dWeight: usize, dOut: usize, x: usize, scales: usize, n: i32, d: i32, thread: i32, threads: i32,
): void {
  const size = (<usize>d) << 2;
  const first: usize = share(d >> 2, thread, threads) << 4;
  const last: usize = share(d >> 2, thread + 1, threads) << 4;
  for (let row = 0; row < n; row++) {
    const at = <usize>row * size;
    const factor = v128.load_splat<f32>(scales + ((<usize>row) << 2));
    for (let c = first; c < last; c += 16) {
      const term = f32x4.mul(f32x4.mul(v128.load(dOut + at + c), v128.load(x + at + c)), factor);
      v128.store(dWeight + c, f32x4.add(v128.load(dWeight + c), term));
    }
  }
}

/** SwiGLU (Shazeer 2020): act (N, F) = silu(gate) · up, with gateUp (N, 2F) holding gate and up side by side. */
export function swiGlu(act: usize, gateUp: usize, n: i32, f: i32, thread: i32, threads: i32): void {
  const size = (<usize>f) << 2;
  const one = f32x4.splat(1);
  const last = share(n, thread + 1, threads);
  for (let row = share(n, thread, threads); row < last; row++) {
    const gate = gateUp + <usize>row * 2 * size;
    const to = act + <usize>row * size;
    for (let c: usize = 0; c < size; c += 16) {
      const g = v128.load(gate + c);
      const sigmoid = f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(g))));
      v128.store(to + c, f32x4.mul(f32x4.mul(g, sigmoid), v128.load(gate + size + c)));
    }
  }
}

/** Backward of `swiGlu`: dGateUp (N, 2F) from dAct (N, F); act (N, F) is made again for the product that follows. */
export function swiGluBackward(
  dGateUp: usize, act: usize, gateUp: usize, dAct: usize, n: i32, f: i32, thread: i32, threads: i32,
): void {
  const size = (<usize>f) << 2;
  const one = f32x4.splat(1);
  const last = share(n, thread + 1, threads);
  for (let row = share(n, thread, threads); row < last; row++) {
    const gate = gateUp + <usize>row * 2 * size;
    const dGate = dGateUp + <usize>row * 2 * size;
    const at = <usize>row * size;
    for (let c: usize = 0; c < size; c += 16) {
      const g = v128.load(gate + c);
      const up = v128.load(gate + size + c);
      const d = v128.load(dAct + at + c);
      const sigmoid = f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(g))));
      const silu = f32x4.mul(g, sigmoid);
      // d silu / d gate = sigmoid · (1 + gate · (1 − sigmoid))
      const slope = f32x4.mul(sigmoid, f32x4.add(one, f32x4.mul(g, f32x4.sub(one, sigmoid))));
      v128.store(act + at + c, f32x4.mul(silu, up));
      v128.store(dGate + c, f32x4.mul(f32x4.mul(d, up), slope));
      v128.store(dGate + size + c, f32x4.mul(d, silu));
    }
  }
}

/** table (positions, hd/2) of cosines, followed by as many sines: angle = position · theta^(−2i/hd) (Su et al. 2021). */
export function ropeTable(table: usize, positions: i32, headDimension: i32, theta: f64): void {
  const half = headDimension >> 1;
  const sines = table + ((<usize>(positions * half)) << 2);
  for (let i = 0; i < half; i++) {
    const frequency = Math.pow(theta, (-2.0 * <f64>i) / <f64>headDimension);
    for (let p = 0; p < positions; p++) {
      const at = (<usize>(p * half + i)) << 2;
      store<f32>(table + at, <f32>Math.cos(<f64>p * frequency));
      store<f32>(sines + at, <f32>Math.sin(<f64>p * frequency));
    }
  }
}

/**
 * Rotary position embedding in place on the first `heads` heads of each row of x (N, stride), pairs (i, i + hd/2) as
 * Hugging Face's Llama has them. `direction` −1 rotates back, which is the backward pass.
 */
export function rope(
  x: usize, stride: i32, table: usize, tablePositions: i32, positions: usize, n: i32, heads: i32,
  headDimension: i32, direction: f32, thread: i32, threads: i32,
): void {
  const half = headDimension >> 1;
  const halfSize = (<usize>half) << 2;
  const sines = table + ((<usize>(tablePositions * half)) << 2);
  const sign = f32x4.splat(direction);
  const last = share(n, thread + 1, threads);
  for (let row = share(n, thread, threads); row < last; row++) {
    const angles = <usize>load<i32>(positions + ((<usize>row) << 2)) * halfSize;
    let at = x + ((<usize>(row * stride)) << 2);
    for (let head = 0; head < heads; head++) {
      for (let c: usize = 0; c < halfSize; c += 16) {
        const cosine = v128.load(table + angles + c);
        const sine = f32x4.mul(v128.load(sines + angles + c), sign);
        const a = v128.load(at + c);
        const b = v128.load(at + halfSize + c);
        v128.store(at + c, f32x4.sub(f32x4.mul(a, cosine), f32x4.mul(b, sine)));
        v128.store(at + halfSize + c, f32x4.add(f32x4.mul(b, cosine), f32x4.mul(a, sine)));
      }
      at += 2 * halfSize;
    }
  }
}
