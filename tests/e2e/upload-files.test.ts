import { createHash, randomBytes } from "node:crypto";
import { getEventListeners } from "node:events";
import { appendFileSync, createReadStream, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { FileUploadParams, UploadSource } from "../../src/client/upload/options.ts";
import type { UploadProgress } from "../../src/client/upload-progress.ts";
import { toFile } from "../../src/client/uploadable.ts";
import { rejection } from "../client/wire-server.ts";
import { temporaryDirectory } from "../platform/test-platform.ts";
import { type UploadPlatform, uploadPlatform } from "./upload-platform.ts";

const KB = 1024;
/** Four parts, the last of which is short. */
const SIZE = 200 * KB;
const PART = 64 * KB;
const bytes = randomBytes(SIZE);
const sha256 = createHash("sha256").update(bytes).digest("hex");
const text = "Wann muß ich das melden? ".repeat(8_000);

let platform: UploadPlatform;
const directory = temporaryDirectory();
const path = join(directory.path, "anrufe 🙂.jsonl");
const inParts = { purpose: "user_data", partSize: PART } as const;

beforeAll(async () => {
  writeFileSync(path, bytes);
  platform = await uploadPlatform();
});
beforeEach(() => platform.reset());
afterAll(async () => {
  await platform.close();
  directory.remove();
});

const paths = () => platform.passed.map((request) => request.path.replace(/upload_\w+/, "ID"));
const partRequests = () => platform.passed.filter((request) => request.path.endsWith("/parts"));

async function* pieces() {
  for (let at = 0; at < SIZE; at += 10_000) {
    yield bytes.subarray(at, at + 10_000);
  }
}

const sources: [string, () => UploadSource, string][] = [
  ["a path", () => path, "anrufe 🙂.jsonl"],
  ["a path as a URL", () => pathToFileURL(path), "anrufe 🙂.jsonl"],
  ["a path under another name", () => ({ path, name: "x.jsonl" }), "x.jsonl"],
  ["a Buffer", () => bytes, "file"],
  ["an ArrayBuffer", () => new Uint8Array(bytes).buffer, "file"],
  ["a Blob", () => new Blob([new Uint8Array(bytes)]), "file"],
  ["a File", () => new File([new Uint8Array(bytes)], "f.jsonl"), "f.jsonl"],
  ["a read stream of Node", () => createReadStream(path), "anrufe 🙂.jsonl"],
  ["another stream of Node", () => Readable.from(pieces()), "file"],
  ["a web stream", () => new Blob([new Uint8Array(bytes)]).stream(), "file"],
  ["a response", () => new Response(new Uint8Array(bytes)), "file"],
  ["a generator", pieces, "file"],
  ["bytes with a name", () => toFile(bytes, "n.jsonl"), "n.jsonl"],
];

describe.each([
  ["in one request", { purpose: "user_data" }],
  ["in parts", inParts],
] as const)("%s", (_, params) => {
  test.each(sources)("%s arrives whole", async (_, make, name) => {
    for (const options of [{}, { fetch: globalThis.fetch }]) {
      const file = await platform.client(options).files.upload(make(), params);
      expect(file).toMatchObject({ filename: name, bytes: SIZE, sha256, purpose: "user_data" });
    }
    expect(platform.files()).toHaveLength(2);
    expect(platform.passed.every(({ status }) => status === 200)).toBe(true);
  });

  test.each([
    'a "quoted" name.jsonl',
    "back\\slash.jsonl",
    "two\r\nlines.jsonl",
    "日本語 – ünï.jsonl",
    "semi; colon=1.jsonl",
  ])("the name %j arrives as it is", async (filename) => {
    const file = await platform.client().files.upload(bytes, { ...params, filename });
    expect(file.filename).toBe(filename);
  });

  test("text becomes UTF-8", async () => {
    async function* words() {
      for (const word of text.split(/(?<= )/)) {
        yield word;
      }
    }
    const file = await platform.client().files.upload(words(), params);
    expect(file.sha256).toBe(createHash("sha256").update(text).digest("hex"));
  });

  test("what was promised of the file is kept: its time, its type, and hashes of all that is sent", async () => {
    const expiresAfter = { anchor: "created_at", seconds: 3_600 } as const;
    const file = await platform.client().files.upload(path, { ...params, expiresAfter });
    expect(file.expires_at).toBe(file.created_at + 3_600);
    const carriers = platform.passed.filter((request) => /files$|parts$/.test(request.path));
    expect(carriers.length).toBeGreaterThan(0);
    expect(carriers.every(({ headers }) => headers["x-content-sha256"]?.length === 64)).toBe(true);
  });

  test("progress goes from nothing to everything, and never back, though requests are repeated", async () => {
    platform.rules.fate = (path, index) => (/files$|parts$/.test(path) && index < 4 ? 503 : "pass");
    const told: UploadProgress[] = [];
    await platform
      .client({ maxRetries: 9 })
      .files.upload(path, { ...params, onProgress: (progress) => told.push(progress) });
    const parts = params === inParts ? 4 : 1;
    expect(told[0]).toMatchObject({ bytes: 0, total: SIZE, fraction: 0, parts: { confirmed: 0 } });
    expect(told.at(-1)).toMatchObject({
      bytes: SIZE,
      total: SIZE,
      fraction: 1,
      eta: 0,
      attempt: 1,
      parts: { confirmed: parts, total: parts },
    });
    const sent = told.map((progress) => progress.bytes);
    expect(sent).toEqual([...sent].sort((a, b) => a - b));
    expect(sent.filter((count) => count === SIZE)).toHaveLength(1);
  });

  test("what the caller's onProgress throws comes out as it is, and nothing stays", async () => {
    for (const last of [false, true]) {
      platform.reset();
      platform.rules.delay = 150;
      const own = new TypeError("stdout.clearLine is not a function");
      const onProgress = (progress: UploadProgress) => {
        if (!last || progress.bytes > 0) {
          throw own;
        }
      };
      const upload = platform.client().files.upload(pieces(), { ...params, onProgress });
      expect(await rejection(upload)).toBe(own);
      expect(platform.uploadStates()).not.toContain("pending");
    }
  });

  test("a file that changes while it is sent is noticed, and nothing of it stays", async () => {
    const changing = join(directory.path, "changing.jsonl");
    for (const change of [
      () => appendFileSync(changing, "more"),
      () => writeFileSync(changing, bytes.subarray(0, 100 * KB)),
      () => writeFileSync(changing, randomBytes(SIZE)),
    ]) {
      platform.reset();
      writeFileSync(changing, bytes);
      // A time that the change can't have too, however coarse the clock of the disk.
      utimesSync(changing, 1_000_000_000, 1_000_000_000);
      let told = 0;
      const onProgress = () => {
        if (told++ === 0) {
          change();
        }
      };
      const error = await rejection(platform.client().files.upload(changing, { ...params, onProgress }));
      expect(error).toMatchObject({ name: "FileSourceError", code: "changed" });
      expect(String(error)).toContain(changing);
      expect(platform.files()).toEqual([]);
      expect(platform.uploadStates()).not.toContain("pending");
    }
  });
});

test("up to the size of a part a file goes in one request, above it in parts", async () => {
  const { files } = platform.client();
  await files.upload(bytes.subarray(0, PART), inParts);
  expect(paths()).toEqual(["/v1/files"]);
  platform.reset();
  await files.upload(bytes.subarray(0, PART + 1), inParts);
  expect(paths()).toEqual([
    "/v1/uploads",
    "/v1/uploads/ID/parts",
    "/v1/uploads/ID/parts",
    "/v1/uploads/ID/complete",
  ]);
});

test("no more parts are on their way than was said", async () => {
  platform.rules.delay = 30;
  let most = 0;
  platform.rules.fate = () => {
    const open = partRequests().filter(({ status }) => status === undefined).length;
    most = Math.max(most, open);
    return "pass";
  };
  await platform.client().files.upload(path, { ...inParts, concurrency: 2 });
  expect(most).toBe(2);
});

test("parts that are confirmed in another order than they were sent in make the same file", async () => {
  // The first is refused for a while, so that all others come before it.
  let refusals = 0;
  platform.rules.fate = (path) => (path.endsWith("/parts") && refusals++ === 0 ? 503 : "pass");
  const file = await platform.client().files.upload(path, inParts);
  expect(file.sha256).toBe(sha256);
});

test.each(["/uploads", "/parts", "/complete"])(
  "an answer to %s that is lost costs nothing but a repetition",
  async (end) => {
    let lost = false;
    platform.rules.fate = (path) => {
      if (path.endsWith(end) && !lost) {
        lost = true;
        return "lose the answer";
      }
      return "pass";
    };
    const file = await platform.client().files.upload(path, inParts);
    expect(lost).toBe(true);
    expect(file.sha256).toBe(sha256);
    expect(platform.passed.some(({ replayed }) => replayed)).toBe(true);
    expect(platform.files()).toHaveLength(1);
  },
);

test.each([
  ["a part that is refused", "/parts", 400, "BadRequestError"],
  ["a part that never gets through", "/parts", 503, "InternalServerError"],
  ["a completion that is refused", "/complete", 422, "UnprocessableEntityError"],
])("%s ends the upload, on the platform too", async (_, end, status, name) => {
  platform.rules.fate = (path) => (path.endsWith(end) ? status : "pass");
  const error = await rejection(platform.client({ maxRetries: 1 }).files.upload(path, inParts));
  expect(error).toMatchObject({ name, status });
  expect(platform.files()).toEqual([]);
  expect(platform.uploadStates()).toEqual(["cancelled"]);
});

describe("aborting", () => {
  test.each(["/uploads", "/parts", "/complete"])(
    "while %s is asked for cancels on the platform",
    async (end) => {
      const controller = new AbortController();
      platform.rules.fate = (path) => {
        if (path.endsWith(end)) {
          controller.abort();
          // Answered, so that an upload was begun, but nobody hears of it.
          return end === "/complete" ? 503 : "pass";
        }
        return "pass";
      };
      const error = await rejection(
        platform.client().files.upload(path, { ...inParts, signal: controller.signal }),
      );
      expect(error).toMatchObject({ name: "APIUserAbortError" });
      expect(getEventListeners(controller.signal, "abort")).toEqual([]);
      await expect.poll(() => platform.uploadStates()).toEqual(expect.arrayContaining(["cancelled"]));
      expect(platform.uploadStates()).not.toContain("pending");
      expect(platform.files()).toEqual([]);
    },
  );

  test("before it begins sends nothing", async () => {
    const signal = AbortSignal.abort();
    const error = await rejection(platform.client().files.upload(path, { ...inParts, signal }));
    expect(error).toMatchObject({ name: "APIUserAbortError" });
    expect(platform.passed).toEqual([]);
  });

  test("ends the wait for a stream that gives nothing", async () => {
    const controller = new AbortController();
    const silent = new ReadableStream<Uint8Array>({
      pull: () => {
        controller.abort();
        return new Promise(() => {});
      },
    });
    const error = await rejection(
      platform.client().files.upload(silent, { ...inParts, signal: controller.signal }),
    );
    expect(error).toMatchObject({ name: "APIUserAbortError" });
    expect(platform.passed).toEqual([]);
  });
});

test("a long stream goes by way of a temporary file, of which nothing is left", async () => {
  const block = randomBytes(1024 * KB);
  async function* long() {
    for (let i = 0; i < 20; i++) {
      yield block;
    }
  }
  const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith("fermion-upload-"));
  const before = leftovers();
  const file = await platform.client().files.upload(long(), { purpose: "user_data", partSize: 8192 * KB });
  const whole = createHash("sha256");
  for (let i = 0; i < 20; i++) {
    whole.update(block);
  }
  expect(file.sha256).toBe(whole.digest("hex"));
  expect(partRequests()).toHaveLength(3);
  expect(leftovers()).toEqual(before);
});

test("whoever yields may use one buffer for all pieces", async () => {
  async function* reused() {
    const buffer = Buffer.alloc(10_000);
    for (let at = 0; at < SIZE; at += buffer.length) {
      const length = bytes.copy(buffer, 0, at);
      yield buffer.subarray(0, length);
    }
  }
  expect((await platform.client().files.upload(reused(), inParts)).sha256).toBe(sha256);
});

describe("what can't work is refused before anything is sent", () => {
  const wrong: [string, unknown, RegExp][] = [
    ["purpose", 7, /^purpose must be a text .*not number/],
    ["purpose", "", /^purpose must be a text .*not an empty one/],
    ["purpose", undefined, /^purpose must be a text/],
    ["filename", "", /^filename must be a text/],
    ["mimeType", 1, /^mimeType must be a text/],
    ["partSize", 64 * KB - 1, /^partSize must be a whole number of bytes from 65536 to 67108864, not 65535/],
    ["partSize", 65 * KB * KB, /^partSize must be/],
    ["partSize", 100_000.5, /^partSize must be/],
    ["concurrency", 0, /^concurrency must be a whole number from 1 to 64, not 0/],
    ["concurrency", 1.5, /^concurrency must be/],
    ["concurrency", "4", /^concurrency must be .*not string/],
    ["expiresAfter", { anchor: "created_at", seconds: 5 }, /^expiresAfter.seconds must be .*3600/],
    ["expiresAfter", { anchor: "last_used", seconds: 3_600 }, /^expiresAfter must be/],
    ["timeout", -1, /timeout/],
    ["part_size", 1, /part_size/],
    ["resume", {}, /^resume must be a boolean or a store/],
  ];
  test.each(wrong)("%s: %j", async (name, value, message) => {
    const params: FileUploadParams = { purpose: "user_data", ...{ [name]: value } };
    const error = await rejection(platform.client().files.upload(path, params));
    expect(error).toMatchObject({ name: "ConfigurationError", message: expect.stringMatching(message) });
    expect(platform.passed).toEqual([]);
  });

  test("resume with what can be read once, or has no place for its state", async () => {
    const { files } = platform.client();
    const stream = await rejection(files.upload(pieces(), { ...inParts, resume: true }));
    expect(stream).toMatchObject({ name: "ConfigurationError", message: /read again/ });
    const buffer = await rejection(files.upload(bytes, { ...inParts, resume: true }));
    expect(buffer).toMatchObject({ name: "ConfigurationError", message: /Give a store/ });
    expect(platform.passed).toEqual([]);
  });

  test("a file that isn't there, is a directory, or is empty, for both ways of sending", async () => {
    const empty = join(directory.path, "empty.jsonl");
    const folder = join(directory.path, "folder");
    writeFileSync(empty, "");
    mkdirSync(folder, { recursive: true });
    const { files } = platform.client();
    for (const [wrongPath, code] of [
      [join(directory.path, "missing.jsonl"), "not_found"],
      [folder, "not_a_file"],
      [empty, "empty"],
    ] as const) {
      for (const call of [
        () => files.upload(wrongPath, inParts),
        () => files.create({ file: { path: wrongPath }, purpose: "user_data" }),
      ]) {
        const error = await rejection(call());
        expect(error).toMatchObject({ name: "FileSourceError", code });
        expect(String(error)).toContain(wrongPath);
      }
    }
    for (const nothing of [Buffer.alloc(0), new Blob([]), Readable.from([])]) {
      expect(await rejection(files.upload(nothing, inParts))).toMatchObject({ code: "empty" });
    }
    expect(platform.passed).toEqual([]);
  });

  test("a URL that isn't one of a file", async () => {
    const error = await rejection(platform.client().files.upload(new URL("https://a.test/b.jsonl"), inParts));
    expect(error).toMatchObject({ name: "ConfigurationError", message: /file:/ });
  });
});

test("a part without bytes is taken as any other", async () => {
  const { uploads } = platform.client();
  const { id } = await uploads.create({
    filename: "a.jsonl",
    purpose: "user_data",
    bytes: SIZE,
    mime_type: "text/jsonl",
  });
  const empty = await uploads.parts.create(id, { data: Buffer.alloc(0) });
  const whole = await uploads.parts.create(id, { data: bytes });
  const { file } = await uploads.complete(id, { part_ids: [empty.id, whole.id] });
  expect(file?.sha256).toBe(sha256);
});

test("an upload that takes longer than it may in all is ended, on the platform too", async () => {
  platform.rules.delay = 200;
  const error = await rejection(
    platform.client().files.upload(path, { ...inParts, concurrency: 1, totalTimeout: 300 }),
  );
  expect(error).toMatchObject({ name: "APIConnectionTimeoutError", timeout: 300 });
  expect(platform.uploadStates()).not.toContain("pending");
  expect(platform.files()).toEqual([]);
});

test.runIf(process.platform === "linux")("a pipe on disk is read as the stream that it is", async () => {
  const { execFileSync, spawn } = await import("node:child_process");
  for (const send of [
    (pipe: string) => platform.client().files.upload(pipe, { purpose: "user_data" }),
    (pipe: string) => platform.client().files.create({ file: { path: pipe }, purpose: "user_data" }),
  ]) {
    const pipe = join(directory.path, `pipe-${platform.files().length}`);
    execFileSync("mkfifo", [pipe]);
    const writer = spawn("cp", [path, pipe], { stdio: "ignore" });
    expect((await send(pipe)).sha256).toBe(sha256);
    expect(writer.exitCode ?? 0).toBe(0);
  }
});
