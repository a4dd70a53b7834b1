import { expect } from "vitest";
import {
  type KernelThreads,
  type ParallelKernel,
  planMemory,
  type SingleKernel,
  startKernelThreads,
} from "../../src/engine/kernels/threads.ts";
import { createRandom, type Random } from "../../src/engine/random.ts";
import type { Numbers } from "./reference.ts";

/** Lays a kernel's operands out in its memory; each call gives a pointer. */
export interface Operands {
  floats(values: Numbers): number;
  integers(values: Numbers): number;
  /** What the kernel writes: garbage at first, or `before` where it adds to it. */
  output(count: number, before?: Numbers): number;
  /** Memory of its own for each thread, which may hold anything afterwards. */
  scratch(floats: number): number;
}

const ARENA_FLOATS = 1 << 19;
const GUARD_FLOATS = 16;
/** A NaN that no arithmetic gives: one that gets into a result, or a change to it outside the outputs, is a mistake. */
const GARBAGE = 0x7fc0dead;

const arenas = new Map<number, { kernels: KernelThreads; from: number }>();

function arenaOf(threads: number) {
  let arena = arenas.get(threads);
  if (!arena) {
    const plan = planMemory();
    const from = plan.floats(ARENA_FLOATS) / 4;
    arena = { kernels: startKernelThreads(plan, threads), from };
    arenas.set(threads, arena);
  }
  return arena;
}

/** Ends all threads; for `afterAll`. */
export function closeKernels(): void {
  for (const { kernels } of arenas.values()) kernels.close();
  arenas.clear();
}

/** Runs a kernel once, and checks that it wrote nothing but its outputs and its scratch memory. */
function runOnce(
  threads: number,
  prepare: (operands: Operands) => readonly number[],
  call: (kernels: KernelThreads, args: readonly number[]) => void,
): Float32Array[] {
  const { kernels, from } = arenaOf(threads);
  const { floats, integers } = kernels;
  integers.fill(GARBAGE, from, from + ARENA_FLOATS);
  let next = from + GUARD_FLOATS;
  const writable: { first: number; end: number; output: boolean }[] = [];
  const reserve = (count: number) => {
    const first = next;
    next += Math.ceil(count / 4) * 4 + GUARD_FLOATS;
    if (next > from + ARENA_FLOATS) throw new Error("the operands don't fit in the arena");
    return first;
  };
  const args = prepare({
    floats(values) {
      const first = reserve(values.length);
      floats.set(values, first);
      return first * 4;
    },
    integers(values) {
      const first = reserve(values.length);
      integers.set(values, first);
      return first * 4;
    },
    output(count, before = []) {
      const first = reserve(count);
      floats.set(before, first);
      writable.push({ first, end: first + count, output: true });
      return first * 4;
    },
    scratch(count) {
      const first = reserve(count * threads);
      writable.push({ first, end: first + count * threads, output: false });
      return first * 4;
    },
  });
  const before = integers.slice(from, from + ARENA_FLOATS);
  call(kernels, args);
  const outputs = writable.filter(({ output }) => output).map(({ first, end }) => floats.slice(first, end));
  for (const { first, end } of writable) before.set(integers.subarray(first, end), first - from);
  const after = integers.subarray(from, from + ARENA_FLOATS);
  expect(Buffer.compare(bytesOf(before), bytesOf(after)), "written outside the outputs").toBe(0);
  return outputs;
}

/** Runs a kernel on 1, 2 and 3 threads and gives its outputs, which are the same to the bit. */
export function runKernel(
  kernel: ParallelKernel,
  prepare: (operands: Operands) => readonly number[],
): Float32Array[] {
  const call = (kernels: KernelThreads, args: readonly number[]) => kernels.run(kernel, ...args);
  const outputs = runOnce(1, prepare, call);
  for (const threads of [2, 3]) {
    for (const [index, output] of runOnce(threads, prepare, call).entries()) {
      expect(Buffer.compare(bytesOf(output), bytesOf(outputs[index])), `${threads} threads differ`).toBe(0);
    }
  }
  return outputs;
}

/** Runs a kernel that only ever runs on one thread. */
export function runKernelAlone(
  kernel: SingleKernel,
  prepare: (operands: Operands) => readonly number[],
): Float32Array[] {
  return runOnce(1, prepare, (kernels, args) => kernels.runAlone(kernel, ...args));
}

/** The bytes of a typed array, not copied. */
export function bytesOf(array: Float32Array | Int32Array | undefined): Uint8Array {
  return array ? new Uint8Array(array.buffer, array.byteOffset, array.byteLength) : new Uint8Array();
}

/** Checks that numbers are those of the reference, up to `tolerance` of the greatest of them. */
export function expectClose(actual: Numbers | undefined, expected: Numbers, tolerance = 2e-6): void {
  expect(actual?.length).toBe(expected.length);
  let scale = 0;
  let worst = 0;
  let where = 0;
  for (let i = 0; i < expected.length; i++) {
    scale = Math.max(scale, Math.abs(expected[i] ?? Number.NaN));
    const difference = Math.abs((actual?.[i] ?? Number.NaN) - (expected[i] ?? Number.NaN));
    // Not `difference > worst`: no number is a difference, too.
    if (!(difference <= worst)) {
      worst = difference;
      where = i;
      if (Number.isNaN(difference)) break;
    }
  }
  const pair = `element ${where}: ${actual?.[where]} where the reference has ${expected[where]}`;
  expect(worst, pair).toBeLessThanOrEqual(tolerance * scale + 1e-30);
}

/** `count` numbers between −`scale` and `scale`, as the kernels have them. */
export function randomNumbers(count: number, seed: number, scale = 1): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: count }, () => (random.next() * 2 - 1) * scale);
}

/** Random shapes to try, the same in every run. */
export function shapes<T>(count: number, make: (random: Random) => T): T[] {
  const random = createRandom(count);
  return Array.from({ length: count }, () => make(random));
}

/** A whole number from `least` to `most`. */
export function between(random: Random, least: number, most: number): number {
  return least + random.below(most - least + 1);
}
