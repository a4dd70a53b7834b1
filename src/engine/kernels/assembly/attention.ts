import { MR, NR, pack, tile } from "./gemm";
import { exp4, max4, sum4 } from "./math";

/** Keys are worked on in panels of 8. */
// @ts-ignore: decorator
@inline
function padded(count: i32): i32 {
  return (count + NR - 1) & ~(NR - 1);
}

/**
 * P (4, keys) for the four queries from `query` on: scores against the packed keys, causally masked, as
 * e^(score − shift). Where `scales` is not 0 the shift is each row's maximum, and Σ P and the shift are written to it;
 * else the shift is read from `logSumExp`, which makes P the probabilities themselves.
 */
// @ts-ignore: decorator
@inline
function weights(
  p: usize, rowSize: usize, packedQueries: usize, packedKeys: usize, query: i32, present: i32, keys: i32, hd: i32,
  scales: usize, logSumExp: usize,
): void {
  for (let j = 0; j < keys; j += NR) {
    tile(packedQueries, packedKeys + ((<usize>(j * hd)) << 2), hd, p + ((<usize>j) << 2), rowSize, false);
  }
  const size = (<usize>keys) << 2;
  for (let r = 0; r < MR; r++) {
    const row = p + <usize>r * rowSize;
    // The row of a query beyond the sequence's end attends to nothing.
    const visible = r < present ? query + r + 1 : 0;
    let shift: f32 = 0;
    if (scales != 0) {
      for (let j = visible; j < keys; j++) store<f32>(row + ((<usize>j) << 2), -f32.MAX_VALUE);
      let greatest = f32x4.splat(-f32.MAX_VALUE);
      for (let c: usize = 0; c < size; c += 16) greatest = f32x4.max(greatest, v128.load(row + c));
      shift = max4(greatest);
    } else if (r < present) {
      shift = load<f32>(logSumExp + ((<usize>(query + r)) << 2));
    }
    const shifts = f32x4.splat(shift);
    for (let c: usize = 0; c < size; c += 16) {
      v128.store(row + c, exp4(f32x4.sub(v128.load(row + c), shifts)));
    }
    for (let j = visible; j < keys; j++) store<f32>(row + ((<usize>j) << 2), 0);
    if (scales != 0) {
      let sum = f32x4.splat(0);
      for (let c: usize = 0; c < size; c += 16) sum = f32x4.add(sum, v128.load(row + c));
      store<f32>(scales + ((<usize>r) << 3), sum4(sum));
      store<f32>(scales + ((<usize>r) << 3), shift, 4);
    }
  }
}

/** Packs rows (count, hd) with `stride` floats between them as a product's right side of depth `count`: [hd/8][j][8]. */
function packAcross(to: usize, from: usize, stride: i32, count: i32, hd: i32): void {
  const keys = padded(count);
  for (let d = 0; d < hd; d += NR) {
    const panel = to + ((<usize>(d * keys)) << 2);
    for (let j = 0; j < keys; j++) {
      const target = panel + ((<usize>(j * NR)) << 2);
      if (j < count) {
        const source = from + ((<usize>(j * stride + d)) << 2);
        v128.store(target, v128.load(source));
        v128.store(target, v128.load(source, 16), 16);
      } else {
        v128.store(target, f32x4.splat(0));
        v128.store(target, f32x4.splat(0), 16);
      }
    }
  }
}

/** Packs up to four query rows, times `scale`, as a product's left side: [d][4]. */
// @ts-ignore: decorator
@inline
function packQueries(to: usize, from: usize, stride: i32, present: i32, hd: i32, scale: f32): void {
  pack(to, from, stride, 1, present, hd, MR);
  const factor = f32x4.splat(scale);
  for (let d = 0; d < hd; d++) {
    const at = to + ((<usize>d) << 4);
    v128.store(at, f32x4.mul(v128.load(at), factor));
  }
}

/**
 * Causal attention (Vaswani et al. 2017, eq. 1) with grouped queries (Ainslie et al. 2023) over flat sequences:
 * qkv (N, (H + 2·KV)·hd) → out (N, H·hd), and the log-sum-exp of each query's scores, (H, N), for the backward pass.
 * Sequence s has the rows starts[s] to starts[s + 1] and sees nothing of the others. One unit of work is one head of
 * one sequence.
 */
export function attention(
  out: usize, logSumExp: usize, qkv: usize, starts: usize, sequences: i32, n: i32, heads: i32, keyValueHeads: i32,
  hd: i32, longest: i32, scratch: usize, scratchSize: usize, thread: i32, threads: i32,
): void {
  const stride = (heads + 2 * keyValueHeads) * hd;
  const group = heads / keyValueHeads;
  const scale: f32 = <f32>1 / sqrt<f32>(<f32>hd);
  const keysMost = padded(longest);
  const packedKeys = scratch + <usize>thread * scratchSize;
  const packedValues = packedKeys + ((<usize>(keysMost * hd)) << 2);
  const p = packedValues + ((<usize>(keysMost * hd)) << 2);
  const packedP = p + ((<usize>(keysMost * MR)) << 2);
  const packedQ = packedP + ((<usize>(keysMost * MR)) << 2);
  const o = packedQ + ((<usize>(hd * MR)) << 2);
  const scales = o + ((<usize>(hd * MR)) << 2);
  const rowSize = (<usize>keysMost) << 2;
  for (let unit = thread; unit < sequences * heads; unit += threads) {
    const sequence = unit / heads;
    const head = unit % heads;
    const start = load<i32>(starts + ((<usize>sequence) << 2));
    const length = load<i32>(starts + ((<usize>sequence) << 2), 4) - start;
    const q = qkv + ((<usize>(start * stride + head * hd)) << 2);
    const k = qkv + ((<usize>(start * stride + (heads + head / group) * hd)) << 2);
    const v = k + ((<usize>(keyValueHeads * hd)) << 2);
    const headLse = logSumExp + ((<usize>(head * n + start)) << 2);
    pack(packedKeys, k, stride, 1, length, hd, NR);
    packAcross(packedValues, v, stride, length, hd);
    const valuePanel = padded(length) * NR;
    for (let i = 0; i < length; i += MR) {
      const present = min(MR, length - i);
      const keys = padded(i + present);
      packQueries(packedQ, q + ((<usize>(i * stride)) << 2), stride, present, hd, scale);
      weights(p, rowSize, packedQ, packedKeys, i, present, keys, hd, scales, 0);
      pack(packedP, p, keysMost, 1, MR, keys, MR);
      for (let d = 0; d < hd; d += NR) {
        const panel = packedValues + ((<usize>((d / NR) * valuePanel)) << 2);
        tile(packedP, panel, keys, o + ((<usize>d) << 2), (<usize>hd) << 2, false);
      }
      for (let r = 0; r < present; r++) {
        const sum = load<f32>(scales + ((<usize>r) << 3));
        store<f32>(headLse + ((<usize>(i + r)) << 2), load<f32>(scales + ((<usize>r) << 3), 4) + Mathf.log(sum));
        const factor = f32x4.splat(<f32>1 / sum);
        const to = out + ((<usize>((start + i + r) * heads * hd + head * hd)) << 2);
        const from = o + ((<usize>(r * hd)) << 2);
        for (let d: usize = 0; d < (<usize>hd) << 2; d += 16) {
          v128.store(to + d, f32x4.mul(v128.load(from + d), factor));
        }
      }
    }
  }
}

/** target (keys, hd) += leftᵀ (keys, 4) · right (4, hd). */
function addOuter(target: usize, left: usize, leftRowSize: usize, right: usize, keys: i32, hd: i32): void {
  const size = (<usize>hd) << 2;
  for (let j = 0; j < keys; j++) {
    const at = left + ((<usize>j) << 2);
    const p0 = v128.load_splat<f32>(at);
    const p1 = v128.load_splat<f32>(at + leftRowSize);
    const p2 = v128.load_splat<f32>(at + 2 * leftRowSize);
    const p3 = v128.load_splat<f32>(at + 3 * leftRowSize);
    const row = target + <usize>j * size;
    for (let d: usize = 0; d < size; d += 16) {
      const from = right + d;
      let sum = f32x4.add(f32x4.mul(p0, v128.load(from)), f32x4.mul(p1, v128.load(from + size)));
      sum = f32x4.add(sum, f32x4.mul(p2, v128.load(from + 2 * size)));
      sum = f32x4.add(sum, f32x4.mul(p3, v128.load(from + 3 * size)));
      v128.store(row + d, f32x4.add(v128.load(row + d), sum));
    }
  }
}

/** Up to four rows (present, hd) copied side by side, times `scale`, rows that are absent as zeros. */
function copyRows(to: usize, from: usize, stride: i32, present: i32, hd: i32, scale: f32): void {
  const size = (<usize>hd) << 2;
  const factor = f32x4.splat(scale);
  for (let r = 0; r < MR; r++) {
    for (let d: usize = 0; d < size; d += 16) {
      const value = r < present
        ? f32x4.mul(v128.load(from + ((<usize>(r * stride)) << 2) + d), factor)
        : f32x4.splat(0);
      v128.store(to + <usize>r * size + d, value);
    }
  }
}

/**
 * Backward of `attention`: dQkv (N, (H + 2·KV)·hd) from dOut (N, H·hd). Probabilities are made again from the kept
 * log-sum-exp (Dao et al. 2022, algorithm 4), so memory does not grow with the square of the length. One unit of work
 * is one key-value head of one sequence, so that the sum over its query heads has one order.
 */
export function attentionBackward(
  dQkv: usize, dOut: usize, out: usize, logSumExp: usize, qkv: usize, starts: usize, sequences: i32, n: i32,
  heads: i32, keyValueHeads: i32, hd: i32, longest: i32, scratch: usize, scratchSize: usize, thread: i32, threads: i32,
): void {
  const stride = (heads + 2 * keyValueHeads) * hd;
  const outStride = heads * hd;
  const group = heads / keyValueHeads;
  const scale: f32 = <f32>1 / sqrt<f32>(<f32>hd);
  const size = (<usize>hd) << 2;
  const keysMost = padded(longest);
  const rowSize = (<usize>keysMost) << 2;
  const panelSize = (<usize>(keysMost * hd)) << 2;
  const packedKeys = scratch + <usize>thread * scratchSize;
  const packedValues = packedKeys + panelSize;
  const keysAcross = packedValues + panelSize;
  const dK = keysAcross + panelSize;
  const dV = dK + panelSize;
  const p = dV + panelSize;
  const dP = p + rowSize * MR;
  const packedDS = dP + rowSize * MR;
  const packedQ = packedDS + rowSize * MR;
  const packedDO = packedQ + size * MR;
  const qRows = packedDO + size * MR;
  const dORows = qRows + size * MR;
  const dQ = dORows + size * MR;
  for (let unit = thread; unit < sequences * keyValueHeads; unit += threads) {
    const sequence = unit / keyValueHeads;
    const keyValueHead = unit % keyValueHeads;
    const start = load<i32>(starts + ((<usize>sequence) << 2));
    const length = load<i32>(starts + ((<usize>sequence) << 2), 4) - start;
    const k = qkv + ((<usize>(start * stride + (heads + keyValueHead) * hd)) << 2);
    const v = k + ((<usize>(keyValueHeads * hd)) << 2);
    pack(packedKeys, k, stride, 1, length, hd, NR);
    pack(packedValues, v, stride, 1, length, hd, NR);
    packAcross(keysAcross, k, stride, length, hd);
    const acrossPanel = padded(length) * NR;
    memory.fill(dK, 0, <usize>length * size);
    memory.fill(dV, 0, <usize>length * size);
    for (let head = keyValueHead * group; head < (keyValueHead + 1) * group; head++) {
      const q = qkv + ((<usize>(start * stride + head * hd)) << 2);
      const dO = dOut + ((<usize>(start * outStride + head * hd)) << 2);
      const o = out + ((<usize>(start * outStride + head * hd)) << 2);
      const headLse = logSumExp + ((<usize>(head * n + start)) << 2);
      for (let i = 0; i < length; i += MR) {
        const present = min(MR, length - i);
        const seen = i + present;
        const keys = padded(seen);
        const qTile = q + ((<usize>(i * stride)) << 2);
        const dOTile = dO + ((<usize>(i * outStride)) << 2);
        packQueries(packedQ, qTile, stride, present, hd, scale);
        copyRows(qRows, qTile, stride, present, hd, scale);
        copyRows(dORows, dOTile, outStride, present, hd, 1);
        pack(packedDO, dORows, hd, 1, MR, hd, MR);
        weights(p, rowSize, packedQ, packedKeys, i, present, keys, hd, 0, headLse);
        for (let j = 0; j < keys; j += NR) {
          tile(packedDO, packedValues + ((<usize>(j * hd)) << 2), hd, dP + ((<usize>j) << 2), rowSize, false);
        }
        addOuter(dV, p, rowSize, dORows, seen, hd);
        for (let r = 0; r < present; r++) {
          // Σ_j P·dP = dO · O, one number for each query.
          let product = f32x4.splat(0);
          const oRow = o + ((<usize>((i + r) * outStride)) << 2);
          for (let d: usize = 0; d < size; d += 16) {
            product = f32x4.add(product, f32x4.mul(v128.load(dORows + <usize>r * size + d), v128.load(oRow + d)));
          }
          const shift = f32x4.splat(sum4(product));
          const row = <usize>r * rowSize;
          for (let c: usize = 0; c < (<usize>keys) << 2; c += 16) {
            const dS = f32x4.mul(v128.load(p + row + c), f32x4.sub(v128.load(dP + row + c), shift));
            v128.store(dP + row + c, dS);
          }
        }
        for (let r = present; r < MR; r++) memory.fill(dP + <usize>r * rowSize, 0, (<usize>keys) << 2);
        addOuter(dK, dP, rowSize, qRows, seen, hd);
        pack(packedDS, dP, keysMost, 1, MR, keys, MR);
        for (let d = 0; d < hd; d += NR) {
          const panel = keysAcross + ((<usize>((d / NR) * acrossPanel)) << 2);
          tile(packedDS, panel, keys, dQ + ((<usize>d) << 2), size, false);
        }
        const factor = f32x4.splat(scale);
        for (let r = 0; r < present; r++) {
          const to = dQkv + ((<usize>((start + i + r) * stride + head * hd)) << 2);
          for (let d: usize = 0; d < size; d += 16) {
            v128.store(to + d, f32x4.mul(v128.load(dQ + <usize>r * size + d), factor));
          }
        }
      }
    }
    for (let j = 0; j < length; j++) {
      const to = dQkv + ((<usize>((start + j) * stride + (heads + keyValueHead) * hd)) << 2);
      memory.copy(to, dK + <usize>j * size, size);
      memory.copy(to + ((<usize>(keyValueHeads * hd)) << 2), dV + <usize>j * size, size);
    }
  }
}

/**
 * Attention of `n` new tokens over a cache that holds them and all before: qkv (n, (H + 2·KV)·hd) → out (n, H·hd),
 * keys and values (KV, positions, hd). The token in row i has position `position + i`.
 */
export function attentionCached(
  out: usize, qkv: usize, keys: usize, values: usize, n: i32, position: i32, positions: i32, heads: i32,
  keyValueHeads: i32, hd: i32, scores: usize,
): void {
  const stride = (heads + 2 * keyValueHeads) * hd;
  const group = heads / keyValueHeads;
  const size = (<usize>hd) << 2;
  const scale: f32 = <f32>1 / sqrt<f32>(<f32>hd);
  for (let i = 0; i < n; i++) {
    const seen = position + i + 1;
    for (let head = 0; head < heads; head++) {
      const q = qkv + ((<usize>(i * stride + head * hd)) << 2);
      const cache = ((<usize>((head / group) * positions * hd)) << 2);
      let greatest: f32 = -f32.MAX_VALUE;
      for (let j = 0; j < seen; j++) {
        const k = keys + cache + <usize>j * size;
        let product = f32x4.splat(0);
        for (let d: usize = 0; d < size; d += 16) {
          product = f32x4.add(product, f32x4.mul(v128.load(q + d), v128.load(k + d)));
        }
        const score = sum4(product) * scale;
        store<f32>(scores + ((<usize>j) << 2), score);
        greatest = max(greatest, score);
      }
      const end = (seen + 3) & ~3;
      for (let j = seen; j < end; j++) store<f32>(scores + ((<usize>j) << 2), -f32.MAX_VALUE);
      const shift = f32x4.splat(greatest);
      for (let j = 0; j < end; j += 4) {
        const at = scores + ((<usize>j) << 2);
        v128.store(at, exp4(f32x4.sub(v128.load(at), shift)));
      }
      let sum: f32 = 0;
      for (let j = 0; j < seen; j++) sum += load<f32>(scores + ((<usize>j) << 2));
      const to = out + ((<usize>((i * heads + head) * hd)) << 2);
      memory.fill(to, 0, size);
      for (let j = 0; j < seen; j++) {
        const weight = f32x4.splat(load<f32>(scores + ((<usize>j) << 2)) / sum);
        const v = values + cache + <usize>j * size;
        for (let d: usize = 0; d < size; d += 16) {
          v128.store(to + d, f32x4.add(v128.load(to + d), f32x4.mul(weight, v128.load(v + d))));
        }
      }
    }
  }
}

/** Puts the keys and values of `n` new tokens, rows of qkv, into a cache (KV, positions, hd) from `position` on. */
export function appendToCache(
  keys: usize, values: usize, qkv: usize, n: i32, position: i32, positions: i32, heads: i32, keyValueHeads: i32,
  hd: i32,
): void {
  const stride = (heads + 2 * keyValueHeads) * hd;
  const size = (<usize>hd) << 2;
  for (let i = 0; i < n; i++) {
    for (let head = 0; head < keyValueHeads; head++) {
      const from = qkv + ((<usize>(i * stride + (heads + head) * hd)) << 2);
      const to = (<usize>((head * positions + position + i) * hd)) << 2;
      memory.copy(keys + to, from, size);
      memory.copy(values + to, from + <usize>keyValueHeads * size, size);
    }
  }
}
