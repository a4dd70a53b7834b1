import { share, sum4 } from "./math";

/** Rows and columns of the register tile: 4 × 8 was the fastest of those tried. */
export const MR: i32 = 4;
export const NR: i32 = 8;
/** Cache blocks: a packed block of B (KC, NC) and of A (MC, KC) stay in the second-level cache. */
const KC: i32 = 256;
const NC: i32 = 256;
const MC: i32 = 64;

/**
 * Packs `count` lines of length `k` into panels of `width` lines: panel[k][line]. Lines beyond `count` are zero, so
 * that the tile kernel needs no edges. One of the strides (in floats) must be 1.
 */
export function pack(
  to: usize, from: usize, lineStride: i32, kStride: i32, count: i32, k: i32, width: i32,
): void {
  const step = <usize>width << 2;
  for (let line = 0; line < count; line += width) {
    for (let group = 0; group < width; group += 4) {
      let target = to + ((<usize>group) << 2);
      const first = line + group;
      let source = from + ((<usize>(first * lineStride)) << 2);
      const present = count - first;
      if (present >= 4 && lineStride == 1) {
        for (let i = 0; i < k; i++) {
          v128.store(target, v128.load(source));
          source += (<usize>kStride) << 2;
          target += step;
        }
      } else if (present >= 4 && kStride == 1) {
        const stride = (<usize>lineStride) << 2;
        let i = 0;
        for (; i + 4 <= k; i += 4) {
          const a = v128.load(source);
          const b = v128.load(source + stride);
          const c = v128.load(source + 2 * stride);
          const d = v128.load(source + 3 * stride);
          const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
          const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
          const ef = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
          const gh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
          v128.store(target, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
          v128.store(target + step, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
          v128.store(target + 2 * step, v128.shuffle<f32>(ef, gh, 0, 1, 4, 5));
          v128.store(target + 3 * step, v128.shuffle<f32>(ef, gh, 2, 3, 6, 7));
          source += 16;
          target += 4 * step;
        }
        for (; i < k; i++) {
          store<f32>(target, load<f32>(source));
          store<f32>(target + 4, load<f32>(source + stride));
          store<f32>(target + 8, load<f32>(source + 2 * stride));
          store<f32>(target + 12, load<f32>(source + 3 * stride));
          source += 4;
          target += step;
        }
      } else {
        for (let i = 0; i < k; i++) {
          for (let lane = 0; lane < 4; lane++) {
            const value: f32 = lane < present
              ? load<f32>(source + ((<usize>(lane * lineStride + i * kStride)) << 2))
              : 0;
            store<f32>(target + ((<usize>lane) << 2), value);
          }
          target += step;
        }
      }
    }
    to += (<usize>k) * step;
  }
}

/** C (4, 8) = A (4, k) · B (k, 8), added to C where `accumulate`; A and B packed, C with `stride` bytes per row. */
// @ts-ignore: decorator
@inline
export function tile(a: usize, b: usize, k: i32, c: usize, stride: usize, accumulate: bool): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  let i = k;
  for (; i >= 2; i -= 2) {
    let b0 = v128.load(b);
    let b1 = v128.load(b, 16);
    let a0 = v128.load_splat<f32>(a);
    c00 = f32x4.add(c00, f32x4.mul(a0, b0));
    c01 = f32x4.add(c01, f32x4.mul(a0, b1));
    a0 = v128.load_splat<f32>(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(a0, b0));
    c11 = f32x4.add(c11, f32x4.mul(a0, b1));
    a0 = v128.load_splat<f32>(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(a0, b0));
    c21 = f32x4.add(c21, f32x4.mul(a0, b1));
    a0 = v128.load_splat<f32>(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(a0, b0));
    c31 = f32x4.add(c31, f32x4.mul(a0, b1));
    b0 = v128.load(b, 32);
    b1 = v128.load(b, 48);
    a0 = v128.load_splat<f32>(a, 16);
    c00 = f32x4.add(c00, f32x4.mul(a0, b0));
    c01 = f32x4.add(c01, f32x4.mul(a0, b1));
    a0 = v128.load_splat<f32>(a, 20);
    c10 = f32x4.add(c10, f32x4.mul(a0, b0));
    c11 = f32x4.add(c11, f32x4.mul(a0, b1));
    a0 = v128.load_splat<f32>(a, 24);
    c20 = f32x4.add(c20, f32x4.mul(a0, b0));
    c21 = f32x4.add(c21, f32x4.mul(a0, b1));
    a0 = v128.load_splat<f32>(a, 28);
    c30 = f32x4.add(c30, f32x4.mul(a0, b0));
    c31 = f32x4.add(c31, f32x4.mul(a0, b1));
    a += 32;
    b += 64;
  }
  if (i) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let a0 = v128.load_splat<f32>(a);
    c00 = f32x4.add(c00, f32x4.mul(a0, b0));
    c01 = f32x4.add(c01, f32x4.mul(a0, b1));
    a0 = v128.load_splat<f32>(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(a0, b0));
    c11 = f32x4.add(c11, f32x4.mul(a0, b1));
    a0 = v128.load_splat<f32>(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(a0, b0));
    c21 = f32x4.add(c21, f32x4.mul(a0, b1));
    a0 = v128.load_splat<f32>(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(a0, b0));
    c31 = f32x4.add(c31, f32x4.mul(a0, b1));
  }
  if (accumulate) {
    c00 = f32x4.add(v128.load(c), c00);
    c01 = f32x4.add(v128.load(c, 16), c01);
    c10 = f32x4.add(v128.load(c + stride), c10);
    c11 = f32x4.add(v128.load(c + stride, 16), c11);
    c20 = f32x4.add(v128.load(c + 2 * stride), c20);
    c21 = f32x4.add(v128.load(c + 2 * stride, 16), c21);
    c30 = f32x4.add(v128.load(c + 3 * stride), c30);
    c31 = f32x4.add(v128.load(c + 3 * stride, 16), c31);
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c + stride, c10);
  v128.store(c + stride, c11, 16);
  v128.store(c + 2 * stride, c20);
  v128.store(c + 2 * stride, c21, 16);
  v128.store(c + 3 * stride, c30);
  v128.store(c + 3 * stride, c31, 16);
}

/**
 * C (M, N) = A (M, K) · B (K, N), added to what C holds where `accumulate` is 1.
 *
 * Element (m, k) of A lies at m·aRow + k·aColumn, element (k, n) of B at k·bRow + n·bColumn (in floats; one of each
 * pair is 1), so that one kernel serves X·Wᵀ, dY·W and dYᵀ·X. Threads share the rows of C; the sums over K have one
 * order whatever the number of threads.
 */
export function gemm(
  a: usize, aRow: i32, aColumn: i32, b: usize, bRow: i32, bColumn: i32, c: usize, cRow: i32,
  m: i32, n: i32, k: i32, accumulate: i32, scratch: usize, scratchSize: usize, thread: i32, threads: i32,
): void {
  const tiles = (m + MR - 1) / MR;
  const first = share(tiles, thread, threads) * MR;
  const last = min(m, share(tiles, thread + 1, threads) * MR);
  if (first >= last) return;
  const packedB = scratch + <usize>thread * scratchSize;
  const packedA = packedB + KC * NC * 4;
  const edge = packedA + MC * KC * 4;
  const stride = (<usize>cRow) << 2;
  for (let jc = 0; jc < n; jc += NC) {
    const nc = min(NC, n - jc);
    for (let pc = 0; pc < k; pc += KC) {
      const kc = min(KC, k - pc);
      const add = accumulate != 0 || pc > 0;
      pack(packedB, b + ((<usize>(pc * bRow + jc * bColumn)) << 2), bColumn, bRow, nc, kc, NR);
      for (let ic = first; ic < last; ic += MC) {
        const mc = min(MC, last - ic);
        pack(packedA, a + ((<usize>(ic * aRow + pc * aColumn)) << 2), aRow, aColumn, mc, kc, MR);
        for (let j = 0; j < nc; j += NR) {
          const panelB = packedB + ((<usize>(j * kc)) << 2);
          for (let i = 0; i < mc; i += MR) {
            const panelA = packedA + ((<usize>(i * kc)) << 2);
            const target = c + ((<usize>((ic + i) * cRow + jc + j)) << 2);
            if (mc - i >= MR && nc - j >= NR) {
              tile(panelA, panelB, kc, target, stride, add);
            } else {
              tile(panelA, panelB, kc, edge, NR * 4, false);
              copyEdge(target, stride, edge, min(MR, mc - i), min(NR, nc - j), add);
            }
          }
        }
      }
    }
  }
}

/** Copies or adds the part of a tile that lies inside C. */
function copyEdge(c: usize, stride: usize, edge: usize, rows: i32, columns: i32, add: bool): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = c + <usize>i * stride + ((<usize>j) << 2);
      const value = load<f32>(edge + ((<usize>(i * NR + j)) << 2));
      store<f32>(at, add ? load<f32>(at) + value : value);
    }
  }
}

/** y (M) = W (M, K) · x (K), added to what y holds where `accumulate` is 1: the product of decoding one token. */
export function gemv(w: usize, x: usize, y: usize, m: i32, k: i32, accumulate: i32): void {
  const row = (<usize>k) << 2;
  let i = 0;
  for (; i + 4 <= m; i += 4) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, t0 = s0, t1 = s0, t2 = s0, t3 = s0;
    let p = w;
    let q = x;
    const end = x + (row & ~31);
    for (; q < end; q += 32) {
      const x0 = v128.load(q);
      const x1 = v128.load(q, 16);
      s0 = f32x4.add(s0, f32x4.mul(v128.load(p), x0));
      t0 = f32x4.add(t0, f32x4.mul(v128.load(p, 16), x1));
      s1 = f32x4.add(s1, f32x4.mul(v128.load(p + row), x0));
      t1 = f32x4.add(t1, f32x4.mul(v128.load(p + row, 16), x1));
      s2 = f32x4.add(s2, f32x4.mul(v128.load(p + 2 * row), x0));
      t2 = f32x4.add(t2, f32x4.mul(v128.load(p + 2 * row, 16), x1));
      s3 = f32x4.add(s3, f32x4.mul(v128.load(p + 3 * row), x0));
      t3 = f32x4.add(t3, f32x4.mul(v128.load(p + 3 * row, 16), x1));
      p += 32;
    }
    let y0 = sum4(f32x4.add(s0, t0));
    let y1 = sum4(f32x4.add(s1, t1));
    let y2 = sum4(f32x4.add(s2, t2));
    let y3 = sum4(f32x4.add(s3, t3));
    for (; q < x + row; q += 4) {
      const value = load<f32>(q);
      y0 += load<f32>(p) * value;
      y1 += load<f32>(p + row) * value;
      y2 += load<f32>(p + 2 * row) * value;
      y3 += load<f32>(p + 3 * row) * value;
      p += 4;
    }
    if (accumulate) {
      y0 += load<f32>(y);
      y1 += load<f32>(y, 4);
      y2 += load<f32>(y, 8);
      y3 += load<f32>(y, 12);
    }
    store<f32>(y, y0);
    store<f32>(y, y1, 4);
    store<f32>(y, y2, 8);
    store<f32>(y, y3, 12);
    w += 4 * row;
    y += 16;
  }
  for (; i < m; i++) {
    let sum: f32 = 0;
    for (let j: usize = 0; j < row; j += 4) sum += load<f32>(w + j) * load<f32>(x + j);
    store<f32>(y, accumulate ? load<f32>(y) + sum : sum);
    w += row;
    y += 4;
  }
}
