import { expect } from "vitest";
import { GEMM_SCRATCH } from "../../../src/engine/model.ts";
import type { Random } from "../../../src/engine/random.ts";
import * as reference from "../reference.ts";
import { between, expectClose, randomNumbers, runKernel, runKernelAlone, shapes } from "../run-kernel.ts";

/** Lays a matrix (rows, columns) out by rows, or by columns, with `gap` numbers of garbage behind each. */
function layOut(values: Float32Array, rows: number, columns: number, byColumns: boolean, gap: number) {
  const [lines, length] = byColumns ? [columns, rows] : [rows, columns];
  const stride = length + gap;
  const laid = new Float32Array(lines * stride).fill(Number.NaN);
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < length; i++) {
      laid[line * stride + i] = values[byColumns ? i * columns + line : line * columns + i] ?? Number.NaN;
    }
  }
  return { laid, row: byColumns ? 1 : stride, column: byColumns ? stride : 1 };
}

function checkGemm(
  m: number,
  n: number,
  k: number,
  options: { a: boolean; b: boolean; add: boolean; gap: number },
) {
  const a = randomNumbers(m * k, 1);
  const b = randomNumbers(k * n, 2);
  const before = options.add ? randomNumbers(m * n, 3) : new Float32Array(m * n);
  const left = layOut(a, m, k, options.a, options.gap);
  const right = layOut(b, k, n, options.b, options.gap);
  const c = layOut(before, m, n, false, options.gap);
  const [out] = runKernel("gemm", (operands) => {
    const target = operands.output(c.laid.length, c.laid);
    const [atA, atB] = [operands.floats(left.laid), operands.floats(right.laid)];
    const sides = [atA, left.row, left.column, atB, right.row, right.column, target, c.row];
    return [...sides, m, n, k, options.add ? 1 : 0, operands.scratch(GEMM_SCRATCH), GEMM_SCRATCH * 4];
  });
  const sums = reference.gemm(a, b, m, n, k).map((value, i) => value + (before[i] ?? 0));
  const expected = layOut(Float32Array.from(sums), m, n, false, options.gap).laid;
  // Where the gaps are, garbage must have stayed garbage.
  const isGap = (value: number) => (Number.isNaN(value) ? 1 : 0);
  expect(out?.map(isGap)).toEqual(expected.map(isGap));
  expectClose(
    out?.map((value) => value || 0),
    expected.map((value) => value || 0),
  );
}

/** What the kernels of assembly/gemm.ts must do. */
export const gemmChecks = {
  gemm: {
    "multiplies matrices of any shape and layout, and adds to what is there": () => {
      const sizes = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 40, 63, 65];
      const size = (random: Random) => sizes[random.below(sizes.length)] ?? 1;
      const flip = (random: Random) => random.below(2) === 1;
      for (const [m, n, k, options] of shapes(60, (random) => {
        const options = { a: flip(random), b: flip(random), add: flip(random), gap: random.below(4) };
        return [size(random), size(random), size(random), options] as const;
      })) {
        checkGemm(m, n, k, options);
      }
    },
    "goes on correctly beyond each of its cache blocks": () => {
      const blocks = { a: false, b: true, add: false, gap: 0 };
      checkGemm(70, 261, 8, blocks);
      checkGemm(5, 9, 515, blocks);
      checkGemm(3, 9, 515, { ...blocks, add: true });
      checkGemm(201, 257, 258, { a: true, b: false, add: true, gap: 1 });
    },
  },
  gemv: {
    "multiplies a matrix of any shape with a vector, and adds to what is there": () => {
      for (const [m, k, add] of shapes(
        40,
        (r) => [between(r, 1, 21), between(r, 1, 70), r.below(2)] as const,
      )) {
        const [w, x, y] = [randomNumbers(m * k, 1), randomNumbers(k, 2), randomNumbers(m, 3)];
        const [out] = runKernelAlone("gemv", ({ floats, output }) => [
          floats(w),
          floats(x),
          output(m, add ? y : undefined),
          m,
          k,
          add,
        ]);
        expectClose(
          out,
          reference.linear(x, w, 1, m, k).map((sum, i) => sum + (add ? (y[i] ?? 0) : 0)),
        );
      }
    },
  },
};
