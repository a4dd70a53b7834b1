/**
 * A kernel thread: waits for an operation, does its share of it, says that it is done. It knows no model; what to run
 * comes through shared memory (see threads.ts). Plain JavaScript, so that it runs from the sources and from the package.
 */
import { workerData } from "node:worker_threads";

/** @type {{ module: WebAssembly.Module, memory: WebAssembly.Memory, control: Int32Array, args: Float64Array,
 *           names: string[], thread: number, threads: number, spins: number }} */
const { module, memory, control, args, names, thread, threads, spins } = workerData;

const TICKET = 0;
const DONE = 1;
const OPERATION = 2;
const ARGUMENTS = 3;
const STOP = 4;

const instance = new WebAssembly.Instance(module, { env: { memory, abort } });
const kernels = names.map((name) => /** @type {Function} */ (instance.exports[name]));

function abort() {
  throw new Error("a kernel was called with impossible sizes");
}

let ticket = 0;
for (;;) {
  // A short spin bridges the gap between two kernels of a step; a long one would take a core from somebody else.
  for (let spin = 0; spin < spins && Atomics.load(control, TICKET) === ticket; spin++);
  while (Atomics.load(control, TICKET) === ticket) Atomics.wait(control, TICKET, ticket);
  ticket = Atomics.load(control, TICKET);
  if (Atomics.load(control, STOP)) break;
  const kernel = kernels[control[OPERATION] ?? 0];
  kernel?.(...args.subarray(0, control[ARGUMENTS]), thread, threads);
  Atomics.add(control, DONE, 1);
  Atomics.notify(control, DONE);
}
