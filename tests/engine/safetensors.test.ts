import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  readSafetensors,
  readSafetensorsHeader,
  SafetensorsError,
  type Tensor,
  writeSafetensors,
} from "../../src/engine/safetensors.ts";

let directory = "";
let path = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "fermion-safetensors-"));
  path = join(directory, "model.safetensors");
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** A file's bytes from the text of a header, with its length before it, and data. */
function fileOf(header: string, data: Uint8Array = new Uint8Array(), length?: bigint): Buffer {
  const json = Buffer.from(header);
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(length ?? BigInt(json.length));
  return Buffer.concat([start, json, data]);
}

function entry(dtype: string, shape: readonly number[], ...data_offsets: number[]): object {
  return { dtype, shape, data_offsets };
}

async function read(bytes: Uint8Array) {
  await writeFile(path, bytes);
  return readSafetensors(path);
}

const anyTensor = fc.array(fc.nat({ max: 5 }), { maxLength: 3 }).chain((shape) => {
  const size = shape.reduce((product, length) => product * length, 1);
  return fc.record({
    shape: fc.constant(shape),
    data: fc.float32Array({ minLength: size, maxLength: size }),
  });
});
const anyTensors = fc.dictionary(
  fc.string().filter((name) => name !== "__metadata__"),
  anyTensor,
  { maxKeys: 6 },
);

describe("a safetensors file", () => {
  test("comes back as it was written, bit for bit", async () => {
    await fc.assert(
      fc.asyncProperty(anyTensors, fc.dictionary(fc.string(), fc.string()), async (record, metadata) => {
        const tensors = new Map<string, Tensor>(Object.entries(record));
        await writeSafetensors(path, tensors, { metadata });
        const content = await readSafetensors(path);
        expect(new Map(content.tensors)).toEqual(tensors);
        expect(Object.entries(content.metadata).sort()).toEqual(Object.entries(metadata).sort());
      }),
      { numRuns: 100 },
    );
  });

  test("is laid out as Hugging Face's safetensors lays it out", async () => {
    const tensors = new Map([
      ["b", { shape: [2], data: Float32Array.of(1, -2) }],
      ["a", { shape: [], data: Float32Array.of(0.5) }],
    ]);
    const written = await writeSafetensors(path, tensors);
    const bytes = await readFile(path);
    const json =
      '{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}';
    expect(Number(bytes.readBigUInt64LE()) % 8).toBe(0);
    expect(bytes.subarray(8, -12).toString()).toBe(json.padEnd(Math.ceil(json.length / 8) * 8));
    expect(bytes.subarray(-12)).toEqual(Buffer.from(Float32Array.of(0.5, 1, -2).buffer));
    expect(written).toEqual({
      bytes: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
    });
  });

  test("may be larger than the block it is read in", async () => {
    const data = Float32Array.from({ length: 700_001 }, (_, i) => i / 3);
    for (const dtype of ["f32", "bf16"] as const) {
      await writeSafetensors(path, new Map([["x", { shape: [data.length], data }]]), { dtype });
      const { tensors } = await readSafetensors(path);
      const back = tensors.get("x")?.data ?? new Float32Array();
      const error = dtype === "f32" ? 0 : 2 ** -8;
      expect(back).toHaveLength(data.length);
      expect(back.every((value, i) => Math.abs(value - (data[i] ?? 0)) <= error * (data[i] ?? 0))).toBe(true);
    }
  });

  test("is read into the caller's array", async () => {
    await writeSafetensors(path, new Map([["x", { shape: [2], data: Float32Array.of(1, 2) }]]));
    const all = new Float32Array(4);
    const { tensors } = await readSafetensors(path, { destination: () => all.subarray(1, 3) });
    expect([...all]).toEqual([0, 1, 2, 0]);
    expect(tensors.get("x")?.data.buffer).toBe(all.buffer);
    await expect(readSafetensors(path, { destination: () => all })).rejects.toThrow(RangeError);
  });

  test("tells its header without its tensors, whatever their types are", async () => {
    const header = {
      __metadata__: { by: "me" },
      b: entry("I64", [2], 4, 20),
      a: entry("BOOL", [2, 2], 0, 4),
    };
    const file = fileOf(JSON.stringify(header), new Uint8Array(20));
    await writeFile(path, file);
    const { tensors, metadata, dataOffset } = await readSafetensorsHeader(path);
    expect([...tensors.keys()]).toEqual(["a", "b"]);
    expect(tensors.get("b")).toEqual({ dtype: "I64", shape: [2], begin: 4, end: 20 });
    expect(metadata).toEqual({ by: "me" });
    expect(dataOffset).toBe(file.length - 20);
    await expect(readSafetensors(path)).rejects.toMatchObject({
      tensor: "a",
      problem: expect.stringContaining("BOOL"),
    });
  });
});

describe("numbers of 16 bits", () => {
  async function readBits(dtype: string, ...patterns: number[]): Promise<number[]> {
    const data = Buffer.from(Uint16Array.from(patterns).buffer);
    const header = { x: entry(dtype, [patterns.length], 0, data.length) };
    const { tensors } = await read(fileOf(JSON.stringify(header), data));
    return [...(tensors.get("x")?.data ?? [])];
  }

  test("F16 has its normal, subnormal, infinite and undefined values", async () => {
    expect(
      await readBits("F16", 0x3c00, 0xc000, 0x7bff, 0x0001, 0x83ff, 0x0400, 0x8000, 0x7c00, 0xfc00, 0x7e00),
    ).toEqual([1, -2, 65504, 2 ** -24, -1023 * 2 ** -24, 2 ** -14, -0, Infinity, -Infinity, Number.NaN]);
  });

  test("BF16 is the upper half of binary32", async () => {
    expect(await readBits("BF16", 0x3f80, 0xc040, 0x0001, 0x8000, 0x7f80, 0xff80, 0x7fc0)).toEqual([
      1,
      -3,
      2 ** -133,
      -0,
      Infinity,
      -Infinity,
      Number.NaN,
    ]);
  });

  test("BF16 is written to the nearest, of two the even one", async () => {
    const bits = [
      0x3f80_8000, 0x3f81_8000, 0x3f80_8001, 0x3f80_7fff, 0xbf81_8000, 0x7f7f_ffff, 0xff80_0000, 0x8000_0000,
    ];
    const data = new Float32Array(Uint32Array.from(bits).buffer);
    await writeSafetensors(path, new Map([["x", { shape: [bits.length], data }]]), { dtype: "bf16" });
    const bytes = await readFile(path);
    const written = bits.map((_, i) => bytes.readUInt16LE(bytes.length - 2 * bits.length + 2 * i));
    expect(written).toEqual([0x3f80, 0x3f82, 0x3f81, 0x3f80, 0xbf82, 0x7f80, 0xff80, 0x8000]);
  });

  test("BF16 keeps an undefined value undefined", async () => {
    const data = new Float32Array(Uint32Array.of(0x7f80_0001, 0xffff_ffff).buffer);
    await writeSafetensors(path, new Map([["x", { shape: [2], data }]]), { dtype: "bf16" });
    const { tensors } = await readSafetensors(path);
    expect(tensors.get("x")?.data).toEqual(Float32Array.of(Number.NaN, Number.NaN));
  });
});

describe("a file that lies", () => {
  const one = new Uint8Array(4);
  const json = (header: object) => fileOf(JSON.stringify(header), one);
  test.each<[string, Uint8Array, string | undefined]>([
    ["is empty", new Uint8Array(), undefined],
    ["ends within the length", new Uint8Array(7), undefined],
    ["has a header longer than the file", fileOf("{}", one, 100n), undefined],
    ["has a header of 2⁶⁴ - 1 bytes", fileOf("{}", one, 0xffff_ffff_ffff_ffffn), undefined],
    ["has no JSON", fileOf("{nope}"), undefined],
    [
      "has no UTF-8",
      Buffer.concat([fileOf("", one, 4n).subarray(0, 8), Buffer.from([0x7b, 0x22, 0xff, 0x7d])]),
      undefined,
    ],
    ["has a list", fileOf("[]"), undefined],
    ["has null", fileOf("null"), undefined],
    ["has space before its header", fileOf(" {}"), undefined],
    ["has nested lists without end", fileOf("[".repeat(1_000_000)), undefined],
    ["has bytes without a tensor", fileOf("{}", one), undefined],
    [
      "has a tensor twice",
      fileOf(
        '{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0078":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
        one,
      ),
      undefined,
    ],
    [
      "has a type twice",
      fileOf('{"x":{"dtype":"I32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}', one),
      undefined,
    ],
    [
      "has metadata that are no texts",
      json({ __metadata__: { a: 1 }, x: entry("F32", [1], 0, 4) }),
      undefined,
    ],
    ["has a tensor that is none", json({ x: null }), "x"],
    ["has an unknown type", json({ x: entry("F99", [1], 0, 4) }), "x"],
    ["has a negative length", json({ x: entry("F32", [-1], 0, 4) }), "x"],
    ["has a broken length", json({ x: entry("F32", [0.5], 0, 4) }), "x"],
    ["has a shape of another size", json({ x: entry("F32", [2], 0, 4) }), "x"],
    ["has a shape beyond all numbers", json({ x: entry("F32", [2 ** 52, 2 ** 52, 2 ** 52], 0, 4) }), "x"],
    [
      "has a shape beyond all numbers times zero",
      json({
        x: entry(
          "F32",
          Array(99)
            .fill(2 ** 50)
            .concat(0),
          0,
          0,
        ),
      }),
      "x",
    ],
    ["has offsets that descend", json({ x: entry("F32", [1], 4, 0) }), "x"],
    ["has one offset", json({ x: entry("F32", [1], 0) }), "x"],
    ["has a tensor beyond its end", json({ x: entry("F32", [2], 0, 8) }), "x"],
    ["has a gap before a tensor", json({ x: entry("BF16", [1], 2, 4) }), "x"],
    ["has tensors over each other", json({ a: entry("F32", [1], 0, 4), b: entry("BF16", [1], 2, 4) }), "b"],
    ["has bytes behind the last tensor", json({ x: entry("BF16", [1], 0, 2) }), undefined],
  ])("is refused when it %s", async (_, bytes, tensor) => {
    await expect(read(bytes)).rejects.toMatchObject({ name: "SafetensorsError", path, tensor });
    await expect(readSafetensorsHeader(path)).rejects.toBeInstanceOf(SafetensorsError);
  });

  test("is refused, or read, and nothing else, whatever byte is changed or cut", async () => {
    const tensors = new Map([
      ["first", { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
      ["second", { shape: [1], data: Float32Array.of(7) }],
    ]);
    await writeSafetensors(path, tensors);
    const good = await readFile(path);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.nat({ max: good.length - 1 }), byte: fc.nat({ max: 255 }) }), {
          maxLength: 4,
        }),
        fc.oneof(
          { weight: 4, arbitrary: fc.constant(good.length) },
          { weight: 1, arbitrary: fc.nat({ max: good.length }) },
        ),
        async (changes, length) => {
          const bytes = Buffer.from(good);
          for (const { at, byte } of changes) bytes[at] = byte;
          await read(bytes.subarray(0, length)).catch((error: unknown) => {
            expect(error).toBeInstanceOf(SafetensorsError);
          });
        },
      ),
      { numRuns: 500 },
    );
  });

  test("is refused, or read, and nothing else, whatever JSON its header is", async () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.record({ dtype: fc.constant("F32"), shape: fc.jsonValue(), data_offsets: fc.jsonValue() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), value), async (header) => {
        await read(fileOf(JSON.stringify(header), one)).catch((error: unknown) => {
          expect(error).toBeInstanceOf(SafetensorsError);
        });
      }),
      { numRuns: 200 },
    );
  });

  test("is a SafetensorsError too when it is not there, or a directory", async () => {
    await expect(readSafetensors(join(directory, "absent"))).rejects.toMatchObject({
      name: "SafetensorsError",
      cause: { code: "ENOENT" },
    });
    await expect(readSafetensors(directory)).rejects.toBeInstanceOf(SafetensorsError);
  });
});

describe("writing", () => {
  test("refuses numbers that don't fit the shape, and leaves the file as it was", async () => {
    await writeFile(path, "before");
    const tensors = new Map([["x", { shape: [3], data: Float32Array.of(1) }]]);
    await expect(writeSafetensors(path, tensors)).rejects.toMatchObject({
      name: "SafetensorsError",
      tensor: "x",
    });
    expect(await readFile(path, "utf8")).toBe("before");
  });

  test("refuses a tensor that is called as the metadata is", async () => {
    const tensors = new Map([["__metadata__", { shape: [1], data: Float32Array.of(1) }]]);
    await expect(writeSafetensors(path, tensors)).rejects.toBeInstanceOf(SafetensorsError);
  });

  test("leaves no temporary file behind, in success or failure", async () => {
    const folder = await mkdtemp(join(directory, "folder-"));
    const tensors = new Map([["x", { shape: [1], data: Float32Array.of(1) }]]);
    await writeSafetensors(join(folder, "a"), tensors);
    // A directory stands where the file shall go, so the renaming fails.
    await mkdtemp(join(folder, "b-"));
    const [blocked = ""] = (await readdir(folder)).filter((name) => name.startsWith("b-"));
    await expect(writeSafetensors(join(folder, blocked), tensors)).rejects.toBeInstanceOf(SafetensorsError);
    expect((await readdir(folder)).sort()).toEqual(["a", blocked]);
  });
});
