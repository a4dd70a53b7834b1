import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";

/**
 * The kernels that are split over threads, by name. Each takes its own arguments and then the thread's number and the
 * count of threads, and works on its share.
 */
const PARALLEL = [
  "gemm",
  "copy",
  "zero",
  "gatherRows",
  "scatterAddRows",
  "rmsNorm",
  "rmsNormBackward",
  "rmsNormWeightBackward",
  "swiGlu",
  "swiGluBackward",
  "rope",
  "attention",
  "attentionBackward",
  "crossEntropy",
  "squareSums",
  "adamW",
] as const;

/** A kernel that every thread works on together. */
export type ParallelKernel = (typeof PARALLEL)[number];

/** A kernel that the calling thread runs alone. */
export type SingleKernel = "gemv" | "ropeTable" | "attentionCached" | "appendToCache";

/** Shared memory with the kernels over it, and the threads that run them. */
export interface KernelThreads {
  /** How many threads work, the calling one included. */
  readonly threads: number;
  /** All memory as 32-bit floats: a pointer divided by 4 is an index. */
  readonly floats: Float32Array;
  /** The same memory as 32-bit integers. */
  readonly integers: Int32Array;
  /** The same memory as 64-bit floats: a pointer divided by 8 is an index. */
  readonly doubles: Float64Array;
  /** Runs a kernel on all threads and returns when every one has done its share. */
  run(kernel: ParallelKernel, ...args: number[]): void;
  /** Runs a kernel on the calling thread. */
  runAlone(kernel: SingleKernel, ...args: number[]): void;
  /** Ends the threads; kernels can't be run any more. A second call does nothing. */
  close(): void;
}

/** Bytes at the start of memory that the kernels' own constants take. */
const RESERVED = 65_536;
const PAGE = 65_536;

/** What lies where in the control words that threads share; worker.mjs has the same. */
const TICKET = 0;
const DONE = 1;
const OPERATION = 2;
const ARGUMENTS = 3;
const STOP = 4;
const MOST_ARGUMENTS = 24;

/** Rounds of checking before a thread sleeps: about 20 µs, the length of a gap between two kernels. */
const SPINS = 4_000;

let compiled: WebAssembly.Module | undefined;

/** The compiled kernels, compiled once in a process. */
function kernelModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readFileSync(new URL("./kernels.wasm", import.meta.url)));
  return compiled;
}

/** Lays out memory before it exists: each call reserves room and returns its pointer. */
export interface MemoryPlan {
  /** Reserves `count` 32-bit numbers, aligned to 64 bytes. */
  floats(count: number): number;
  /** Reserves `count` 64-bit numbers, aligned to 64 bytes. */
  doubles(count: number): number;
  /** Bytes reserved so far. */
  readonly bytes: number;
}

/** An empty plan. */
export function planMemory(): MemoryPlan {
  let next = RESERVED;
  const reserve = (bytes: number) => {
    const pointer = next;
    next += Math.ceil(bytes / 64) * 64;
    return pointer;
  };
  return {
    floats: (count) => reserve(count * 4),
    doubles: (count) => reserve(count * 8),
    get bytes() {
      return next;
    },
  };
}

/** A model needs more memory than 32-bit pointers reach. */
export class EngineMemoryError extends Error {
  override readonly name = "EngineMemoryError";
  /** Bytes that would have been needed. */
  readonly bytes: number;

  constructor(bytes: number) {
    super(
      `The model and its batch need ${(bytes / 2 ** 30).toFixed(1)} GiB, and 4 GiB is the most that the engine can ` +
        "address. Take a smaller model, fewer tokens in a batch or fewer slots.",
    );
    this.bytes = bytes;
  }
}

/**
 * Makes the planned memory and starts the threads over it.
 *
 * @param plan - what the memory must hold
 * @param threads - how many threads work, the calling one included
 * @throws EngineMemoryError when the plan needs more than 4 GiB
 */
export function startKernelThreads(plan: MemoryPlan, threads: number): KernelThreads {
  const pages = Math.ceil(plan.bytes / PAGE);
  if (pages > 65_535) throw new EngineMemoryError(plan.bytes);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const module = kernelModule();
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort } });
  const control = new Int32Array(new SharedArrayBuffer(64));
  const args = new Float64Array(new SharedArrayBuffer(MOST_ARGUMENTS * 8));
  const kernels = PARALLEL.map((name) => kernel(exports, name));
  const alone = new Map<SingleKernel, (...args: number[]) => void>();
  const workers = Array.from({ length: threads - 1 }, (_, index) => {
    const worker = new Worker(new URL("./worker.mjs", import.meta.url), {
      workerData: {
        module,
        memory,
        control,
        args,
        names: PARALLEL,
        thread: index + 1,
        threads,
        spins: SPINS,
      },
      // What the process was started with (a loader, say) is nothing to a kernel thread.
      execArgv: [],
    });
    worker.unref();
    return worker;
  });
  const { buffer } = memory;
  let closed = false;

  return {
    threads,
    floats: new Float32Array(buffer),
    integers: new Int32Array(buffer),
    doubles: new Float64Array(buffer),
    run(name, ...values) {
      // Threads that are gone would never answer.
      if (closed) throw new Error(`${name} was run after the threads were closed`);
      const operation = PARALLEL.indexOf(name);
      if (workers.length > 0) {
        args.set(values);
        control[OPERATION] = operation;
        control[ARGUMENTS] = values.length;
        Atomics.store(control, DONE, 0);
        Atomics.add(control, TICKET, 1);
        Atomics.notify(control, TICKET);
      }
      kernels[operation]?.(...values, 0, threads);
      for (let spin = 0; spin < SPINS && Atomics.load(control, DONE) < workers.length; spin++);
      for (;;) {
        const done = Atomics.load(control, DONE);
        if (done >= workers.length) break;
        Atomics.wait(control, DONE, done);
      }
    },
    runAlone(name, ...values) {
      let run = alone.get(name);
      if (!run) {
        run = kernel(exports, name);
        alone.set(name, run);
      }
      run(...values);
    },
    close() {
      if (closed) return;
      closed = true;
      Atomics.store(control, STOP, 1);
      Atomics.add(control, TICKET, 1);
      Atomics.notify(control, TICKET);
    },
  };
}

function kernel(exports: WebAssembly.Exports, name: string): (...args: number[]) => void {
  const found = exports[name];
  if (typeof found !== "function") throw new Error(`kernels.wasm has no ${name}: run npm run build:kernels`);
  return (...args) => void found(...args);
}

function abort(): never {
  throw new Error("a kernel was called with impossible sizes");
}
