import type { KernelThreads } from "./kernels/threads.ts";
import type { ProductAdapters } from "./lora.ts";

/** Floats of scratch memory that a product needs in each thread: its packed blocks and an edge tile (see gemm.ts). */
export const GEMM_SCRATCH = 256 * 256 + 64 * 256 + 64;

/** A matrix: its pointer, and how many floats lie between its rows and between its columns. */
type Strided = readonly [pointer: number, row: number, column: number];

/** C (M, N) = A (M, K) · B (K, N): where they lie, [M, N, K], and whether it is added to C (see gemm.ts). */
export type Gemm = (
  a: Strided,
  b: Strided,
  c: Strided,
  size: readonly [m: number, n: number, k: number],
  add: 0 | 1,
) => void;

/** A product over scratch memory of `scratchSize` bytes for each thread. */
export function createGemm(kernels: KernelThreads, scratch: number, scratchSize: number): Gemm {
  return (a, b, c, size, add) =>
    kernels.run("gemm", ...a, ...b, ...c.slice(0, 2), ...size, add, scratch, scratchSize);
}

/** A linear layer in training, over `m` rows. All matrices are given by their pointers. */
export interface Product {
  /** y (m, outer) = x (m, inner) · Wᵀ; added to y where `add` is 1. */
  forward(y: number, x: number, m: number, add?: 0 | 1): void;
  /** dX (m, inner) = dY (m, outer) · W. Without a dX only what `weightBackward` needs is done. */
  inputBackward(dx: number | undefined, dy: number, m: number): void;
  /** Adds to the gradients of what is learned; it comes after `inputBackward` with the same dY. */
  weightBackward(dy: number, x: number, m: number): void;
}

/** A weight (outer, inner) by its pointer, and its gradient's when it is learned. */
interface Weight {
  readonly weight: number;
  readonly gradient: number | undefined;
  readonly outer: number;
  readonly inner: number;
}

/** y = x · Wᵀ, with W learned or frozen. */
export function createProduct(gemm: Gemm, { weight, gradient, outer, inner }: Weight): Product {
  return {
    forward: (y, x, m, add = 0) =>
      gemm([x, inner, 1], [weight, 1, inner], [y, outer, 1], [m, outer, inner], add),
    inputBackward(dx, dy, m) {
      if (dx === undefined) return;
      gemm([dy, outer, 1], [weight, inner, 1], [dx, inner, 1], [m, inner, outer], 0);
    },
    weightBackward(dy, x, m) {
      if (gradient === undefined) return;
      gemm([dy, 1, outer], [x, inner, 1], [gradient, inner, 1], [outer, inner, m], 1);
    },
  };
}

/** What the adapters of a product need besides the base. */
interface LowRank {
  readonly adapters: ProductAdapters;
  readonly rank: number;
  /** alpha / rank */
  readonly scale: number;
  /** Pointers to all adapters and to their gradients. */
  readonly weightsAt: number;
  readonly gradientsAt: number;
  /** Columns of what the product gives. */
  readonly outer: number;
  /** U (m, modules · rank) = scale · x · Aᵀ, kept until the backward pass. */
  readonly u: number;
  /** dU (m, modules · rank), which all products share. */
  readonly dU: number;
}

/** y = x · Wᵀ + scale · (x · Aᵀ) · Bᵀ, with A and B learned (Hu et al. 2021, eq. 3). */
export function createAdaptedProduct(
  kernels: KernelThreads,
  gemm: Gemm,
  base: Product,
  { adapters, rank, scale, weightsAt, gradientsAt, outer, u, dU }: LowRank,
): Product {
  const { inner } = adapters;
  const a = weightsAt + adapters.a * 4;
  const aGradient = gradientsAt + adapters.a * 4;
  const modules = adapters.modules.map((module, index) => ({
    b: weightsAt + module.b * 4,
    bGradient: gradientsAt + module.b * 4,
    outer: module.outer,
    /** Bytes from a row's beginning to the module's columns, in y and in U. */
    inY: module.column * 4,
    inU: index * rank * 4,
  }));
  const width = modules.length * rank;
  // A few columns wide: threads would be woken for less than it takes to wake them.
  const scaleRows = (pointer: number, m: number) => {
    const numbers = kernels.floats.subarray(pointer / 4, pointer / 4 + m * width);
    for (let i = 0; i < numbers.length; i++) numbers[i] = (numbers[i] ?? 0) * scale;
  };
  return {
    forward(y, x, m, add) {
      base.forward(y, x, m, add);
      gemm([x, inner, 1], [a, 1, inner], [u, width, 1], [m, width, inner], 0);
      scaleRows(u, m);
      for (const { b, outer: own, inY, inU } of modules) {
        gemm([u + inU, width, 1], [b, 1, rank], [y + inY, outer, 1], [m, own, rank], 1);
      }
    },
    inputBackward(dx, dy, m) {
      base.inputBackward(dx, dy, m);
      for (const { b, outer: own, inY, inU } of modules) {
        gemm([dy + inY, outer, 1], [b, rank, 1], [dU + inU, width, 1], [m, rank, own], 0);
      }
      scaleRows(dU, m);
      if (dx !== undefined) gemm([dU, width, 1], [a, inner, 1], [dx, inner, 1], [m, inner, width], 1);
    },
    weightBackward(dy, x, m) {
      base.weightBackward(dy, x, m);
      for (const { bGradient, outer: own, inY, inU } of modules) {
        gemm([dy + inY, 1, outer], [u + inU, width, 1], [bGradient, rank, 1], [own, rank, m], 1);
      }
      gemm([dU, 1, width], [x, inner, 1], [aGradient, inner, 1], [width, inner, m], 1);
    },
  };
}
