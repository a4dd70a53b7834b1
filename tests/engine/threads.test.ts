import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { EngineMemoryError, planMemory, startKernelThreads } from "../../src/engine/kernels/threads.ts";

describe("a memory plan", () => {
  test("gives pieces that are aligned to 64 bytes and don't overlap", () => {
    const plan = planMemory();
    const pieces = [
      [plan.floats(1), 4],
      [plan.floats(17), 68],
      [plan.doubles(3), 24],
      [plan.floats(16), 64],
    ] as const;
    let free = 1;
    for (const [pointer, bytes] of pieces) {
      expect(pointer % 64).toBe(0);
      expect(pointer).toBeGreaterThanOrEqual(free);
      free = pointer + bytes;
    }
    expect(plan.bytes).toBeGreaterThanOrEqual(free);
  });

  test("that is larger than 32-bit pointers reach is refused with its size", () => {
    const plan = planMemory();
    plan.floats(2 ** 30);
    const start = () => startKernelThreads(plan, 1);
    expect(start).toThrow(EngineMemoryError);
    expect(start).toThrow(/need 4\.0 GiB/);
    expect(start).toThrow(expect.objectContaining({ bytes: plan.bytes }));
  });
});

describe("kernel threads", () => {
  for (const threads of [1, 2, 3, 4]) {
    test(`do all the work, each its share, also in many short kernels one after another: ${threads}`, () => {
      const plan = planMemory();
      const count = 101;
      const [a, b] = [plan.floats(count), plan.floats(count)];
      const kernels = startKernelThreads(plan, threads);
      try {
        expect(kernels.threads).toBe(threads);
        for (let round = 0; round < 500; round++) {
          kernels.floats.fill(round + 1, a / 4, a / 4 + count);
          kernels.run("copy", b, a, count);
          kernels.run("zero", a, count - 1);
          if (!kernels.floats.subarray(b / 4, b / 4 + count).every((value) => value === round + 1)) {
            expect.unreachable(`a share was left out in round ${round}`);
          }
        }
        const after = kernels.floats.slice(a / 4, a / 4 + count);
        expect(after.slice(0, -1)).toEqual(new Float32Array(count - 1));
        expect(after.at(-1)).toBe(500);
      } finally {
        kernels.close();
      }
    });
  }

  test("have as many threads as is said, even where there is less work than threads", () => {
    const plan = planMemory();
    const a = plan.floats(4);
    const kernels = startKernelThreads(plan, 4);
    kernels.floats.set([1, 2, 3, 4], a / 4);
    kernels.run("zero", a, 2);
    expect(kernels.floats.slice(a / 4, a / 4 + 4)).toEqual(Float32Array.of(0, 0, 3, 4));
    kernels.close();
  });

  test("say so when they are asked to work after their end, instead of waiting for ever", () => {
    const plan = planMemory();
    const a = plan.floats(4);
    const kernels = startKernelThreads(plan, 2);
    kernels.close();
    kernels.close();
    expect(() => kernels.run("zero", a, 4)).toThrow("zero was run after the threads were closed");
  });

  test("don't keep a process alive that forgot to close them", async () => {
    const module = new URL("../../src/engine/kernels/threads.ts", import.meta.url).href;
    const script = `import { planMemory, startKernelThreads } from ${JSON.stringify(module)};
      const plan = planMemory();
      const a = plan.floats(4);
      startKernelThreads(plan, 2).run("zero", a, 4);
      console.log("done");`;
    const node = ["--import", "tsx", "--input-type=module", "--eval", script];
    const { stdout } = await promisify(execFile)(process.execPath, node, { timeout: 30_000 });
    expect(stdout).toBe("done\n");
  });
});
