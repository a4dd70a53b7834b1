/**
 * Compiles the AssemblyScript kernels to WebAssembly, beside their sources: 128-bit SIMD and threads, no relaxed SIMD and
 * no fused multiply-add, so that results are the same to the bit on every machine.
 */
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const engine = new URL("../src/engine/", import.meta.url);

const MODULES = [
  {
    folder: "kernels/",
    name: "kernels.wasm",
    memory: ["--enable", "threads", "--sharedMemory", "--maximumMemory", "65535"],
  },
  { folder: "word-counting/", name: "word-counting.wasm", memory: [] },
];

for (const { folder, name, memory } of MODULES) {
  const path = (/** @type {string} */ file) => fileURLToPath(new URL(file, new URL(folder, engine)));
  const { error, stderr } = await asc.main([
    path("assembly/index.ts"),
    ...["--outFile", path(name)],
    ...["--runtime", "stub", "--optimizeLevel", "3", "--shrinkLevel", "0", "--noAssert"],
    ...["--enable", "simd", "--importMemory", "--initialMemory", "1", ...memory],
  ]);
  if (error) {
    console.error(stderr.toString());
    process.exit(1);
  }
}
