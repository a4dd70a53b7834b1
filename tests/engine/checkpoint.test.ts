import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
  CheckpointError,
  findCheckpoint,
  readCheckpoint,
  writeCheckpoint,
} from "../../src/engine/checkpoint.ts";
import { parameterCount } from "../../src/engine/parameters.ts";
import type { TrainerState } from "../../src/engine/trainer.ts";
import { randomNumbers } from "./run-kernel.ts";
import { tinyConfig } from "./tiny-model.ts";

/** How many operations on files there is power for. */
const power = vi.hoisted(() => ({ left: Number.POSITIVE_INFINITY }));

// The real file system, until the power is gone.
vi.mock("node:fs/promises", async (importOriginal) => {
  const real = await importOriginal<typeof import("node:fs/promises")>();
  const powered =
    <A extends unknown[], R>(operation: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (power.left-- <= 0) throw new Error("no power");
      return operation(...args);
    };
  const { mkdir, open, rename, rm } = real;
  return { ...real, mkdir: powered(mkdir), open: powered(open), rename: powered(rename), rm: powered(rm) };
});

// Small, because it is written some hundred times.
const config = {
  ...tinyConfig,
  vocabularySize: 8,
  hiddenSize: 8,
  heads: 1,
  keyValueHeads: 1,
  feedForwardSize: 4,
};
const size = parameterCount(config);
const state = (step: number): TrainerState => ({
  step,
  weights: randomNumbers(size, step),
  firstMoment: randomNumbers(size, step + 1),
  secondMoment: randomNumbers(size, step + 2),
});
const [older, newer] = [state(10), state(20)];

const root = await mkdtemp(join(tmpdir(), "fermion-checkpoint-"));
afterAll(() => rm(root, { recursive: true, force: true }));

let directory = "";
beforeEach(async () => {
  directory = join(await mkdtemp(join(root, "run-")), "checkpoint");
});

const write = (given: TrainerState, to = directory) => writeCheckpoint(to, config, given);
const find = () => findCheckpoint(directory, config);

describe("a checkpoint", () => {
  test("is read as it was written, bit for bit", async () => {
    // What comes out of shared memory is a view into more of it.
    const shared = new Float32Array(new SharedArrayBuffer((size + 8) * 4));
    shared.set(newer.weights, 5);
    await write({ ...newer, weights: shared.subarray(5, 5 + size) });
    expect(await readCheckpoint(directory, config)).toEqual(newer);
  });

  test("replaces an older one and leaves nothing beside it", async () => {
    await write(older);
    await write(newer);
    expect(await find()).toEqual(newer);
    expect(await readdir(join(directory, ".."))).toEqual(["checkpoint"]);
  });

  test("that isn't there is none to find, and an error to read", async () => {
    expect(await find()).toBeUndefined();
    await expect(readCheckpoint(directory, config)).rejects.toThrow(CheckpointError);
  });
});

describe("a crash while a newer checkpoint is written", () => {
  /** Writes, and loses power after `operations` more operations on files; whether it got to its end. */
  async function writeUntil(operations: number, given: TrainerState): Promise<boolean> {
    power.left = operations;
    try {
      await write(given);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ message: "no power" });
      return false;
    } finally {
      power.left = Number.POSITIVE_INFINITY;
    }
  }

  test("at any moment leaves the older or the newer one, also when it comes to a second crash after it", async () => {
    const newest = state(30);
    let done = false;
    for (let first = 0; !done; first++) {
      let doneAgain = false;
      for (let second = 0; !doneAgain; second++) {
        directory = join(await mkdtemp(join(root, "crash-")), "checkpoint");
        await write(older);
        done = await writeUntil(first, newer);
        const kept = await find();
        expect([older.step, newer.step]).toContain(kept?.step);
        if (done) expect(kept?.step).toBe(newer.step);
        doneAgain = await writeUntil(second, newest);
        const keptAgain = await find();
        expect([kept?.step, newest.step], `crashes after ${first} and ${second}`).toContain(keptAgain?.step);
      }
      expect(await find()).toEqual(newest);
      expect(await readdir(join(directory, ".."))).toEqual(["checkpoint"]);
    }
  });

  test("in the middle of its numbers leaves the older one", async () => {
    await write(older);
    await cp(directory, `${directory}.new`, { recursive: true });
    await truncate(join(`${directory}.new`, "state.f32"), size * 5);
    expect(await find()).toEqual(older);
    await write(newer);
    expect(await find()).toEqual(newer);
  });
});

describe("a checkpoint is refused, with its directory named,", () => {
  const damages: [string, RegExp, (path: (name: string) => string) => Promise<void>][] = [
    ["when numbers are missing", /not whole/, (path) => rm(path("state.f32"))],
    ["when numbers are cut off", /not whole/, (path) => truncate(path("state.f32"), size * 12 - 1)],
    [
      "when numbers are too many",
      /not whole/,
      async (path) =>
        writeFile(path("state.f32"), Buffer.concat([await readFile(path("state.f32")), Buffer.alloc(4)])),
    ],
    [
      "when one bit has flipped",
      /damaged/,
      async (path) => {
        const bytes = await readFile(path("state.f32"));
        bytes.writeUInt8(bytes.readUInt8(size * 6) ^ 1, size * 6);
        await writeFile(path("state.f32"), bytes);
      },
    ],
    ["when its description is cut off", /not JSON/, (path) => truncate(path("checkpoint.json"), 20)],
    ["when its description is empty", /not JSON/, (path) => truncate(path("checkpoint.json"), 0)],
    [
      "when its description is of another kind",
      /version/,
      (path) => writeFile(path("checkpoint.json"), "[1]"),
    ],
    [
      "when it is of a version to come",
      /version/,
      async (path) => {
        const header = JSON.parse(await readFile(path("checkpoint.json"), "utf8"));
        await writeFile(path("checkpoint.json"), JSON.stringify({ ...header, version: 2 }));
      },
    ],
  ];
  for (const [when, message, damage] of damages) {
    test(when, async () => {
      await write(newer);
      await damage((name) => join(directory, name));
      await expect(find()).rejects.toThrow(message);
      await expect(readCheckpoint(directory, config)).rejects.toMatchObject({
        name: "CheckpointError",
        directory,
        message: expect.stringContaining(directory),
      });
    });
  }

  test("when it is of another model", async () => {
    await write(newer);
    const another = { ...config, layers: 3 };
    await expect(findCheckpoint(directory, another)).rejects.toThrow(/model of \d+ parameters/);
  });

  test("when a copy of it is damaged, while the original is not", async () => {
    await write(newer);
    const copy = `${directory}-copy`;
    await cp(directory, copy, { recursive: true });
    await truncate(join(copy, "state.f32"), 4);
    await expect(readCheckpoint(copy, config)).rejects.toThrow(copy);
    expect(await find()).toEqual(newer);
  });
});
