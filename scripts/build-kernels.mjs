/**
 * Compiles the AssemblyScript kernels to src/engine/kernels/kernels.wasm: 128-bit SIMD and threads, no relaxed SIMD and
 * no fused multiply-add, so that results are the same to the bit on every machine.
 */
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const kernels = new URL("../src/engine/kernels/", import.meta.url);
const path = (/** @type {string} */ name) => fileURLToPath(new URL(name, kernels));

const { error, stderr } = await asc.main([
  path("assembly/index.ts"),
  ...["--outFile", path("kernels.wasm")],
  ...["--runtime", "stub", "--optimizeLevel", "3", "--shrinkLevel", "0", "--noAssert"],
  ...["--enable", "simd", "--enable", "threads"],
  ...["--importMemory", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65535"],
]);
if (error) {
  console.error(stderr.toString());
  process.exit(1);
}
