/** What the module exports: every kernel takes plain pointers and sizes, and its share of the work. */
export { gemm, gemv } from "./gemm";
export {
  copy,
  gatherRows,
  rmsNorm,
  rmsNormBackward,
  rmsNormWeightBackward,
  rope,
  ropeTable,
  scatterAddRows,
  swiGlu,
  swiGluBackward,
  zero,
} from "./layers";
export { appendToCache, attention, attentionBackward, attentionCached } from "./attention";
export { adamW, crossEntropy, squareSums } from "./training";
