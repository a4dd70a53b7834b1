import { planMemory, startKernelThreads } from "../src/engine/kernels/threads.ts";
import { GEMM_SCRATCH } from "../src/engine/model.ts";
import { attentionWidth, type ModelConfig } from "../src/engine/parameters.ts";

/** The matrix products of a training step, and nothing else. */
export interface GemmAlone {
  /** Does each product of a step once. */
  run(): void;
  /** Multiplications and additions of one `run`. */
  readonly flops: number;
  close(): void;
}

/** One weight matrix and how often a step uses it. */
interface Linear {
  readonly outer: number;
  readonly inner: number;
  readonly rows: number;
  readonly times: number;
}

/**
 * Lays out the products of a training step on `tokens` tokens: for each weight matrix the forward product x · Wᵀ, and
 * backward dY · W and dYᵀ · x, in the layouts that the model calls them with.
 */
export function createGemmAlone(config: ModelConfig, tokens: number, threads: number): GemmAlone {
  const { hiddenSize: d, feedForwardSize: f, layers, vocabularySize } = config;
  // Logits are made for at most 512 rows at a time (see model.ts).
  const logitRows = Math.min(512, tokens);
  const linears: Linear[] = [
    { outer: attentionWidth(config), inner: d, rows: tokens, times: layers },
    { outer: d, inner: d, rows: tokens, times: layers },
    { outer: 2 * f, inner: d, rows: tokens, times: layers },
    { outer: d, inner: f, rows: tokens, times: layers },
    { outer: vocabularySize, inner: d, rows: logitRows, times: tokens / logitRows },
  ];
  const plan = planMemory();
  const places = linears.map(({ outer, inner, rows }) => ({
    x: plan.floats(rows * inner),
    dX: plan.floats(rows * inner),
    y: plan.floats(rows * outer),
    dY: plan.floats(rows * outer),
    weight: plan.floats(outer * inner),
    gradient: plan.floats(outer * inner),
  }));
  const scratch = plan.floats(GEMM_SCRATCH * threads);
  const kernels = startKernelThreads(plan, threads);
  // Inputs are never written to, so numbers neither overflow nor become denormal, which would be slow.
  kernels.floats.fill(0.01);
  const gemm = (...args: number[]) => kernels.run("gemm", ...args, scratch, GEMM_SCRATCH * 4);

  return {
    flops: linears.reduce((sum, { outer, inner, rows, times }) => sum + 6 * outer * inner * rows * times, 0),
    run() {
      for (const [index, { outer, inner, rows, times }] of linears.entries()) {
        const place = places[index];
        if (!place) continue;
        const { x, dX, y, dY, weight, gradient } = place;
        for (let i = 0; i < times; i++) {
          gemm(x, inner, 1, weight, 1, inner, y, outer, rows, outer, inner, 0);
          gemm(dY, outer, 1, weight, inner, 1, dX, inner, rows, inner, outer, 0);
          gemm(dY, 1, outer, x, inner, 1, gradient, inner, outer, inner, rows, 1);
        }
      }
    },
    close: kernels.close,
  };
}
