import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import type { ParallelKernel, SingleKernel } from "../../src/engine/kernels/threads.ts";
import { attentionChecks } from "./kernels/attention.ts";
import { gemmChecks } from "./kernels/gemm.ts";
import { layersChecks } from "./kernels/layers.ts";
import { trainingChecks } from "./kernels/training.ts";
import { closeKernels } from "./run-kernel.ts";

afterAll(closeKernels);

/** What each kernel must do, in WebAssembly against the reference; a kernel that isn't named here doesn't compile. */
const checks: Record<ParallelKernel | SingleKernel, Record<string, () => void>> = {
  ...gemmChecks,
  ...layersChecks,
  ...attentionChecks,
  ...trainingChecks,
};

for (const [kernel, behaviours] of Object.entries(checks)) {
  describe(kernel, () => {
    for (const [behaviour, check] of Object.entries(behaviours)) test(behaviour, check);
  });
}

test("every kernel of the module has a check", () => {
  const file = new URL("../../src/engine/kernels/kernels.wasm", import.meta.url);
  const exported = WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(file)));
  const kernels = exported.filter(({ kind }) => kind === "function").map(({ name }) => name);
  expect(Object.keys(checks).sort()).toEqual(kernels.sort());
  for (const [kernel, behaviours] of Object.entries(checks)) {
    expect(Object.keys(behaviours).length, kernel).toBeGreaterThan(0);
  }
});
