import { once } from "node:events";
import { appendFileSync, createReadStream, readdirSync, readlinkSync, truncateSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  APIConnectionError,
  APIConnectionTimeoutError,
  ConfigurationError,
  FileSourceError,
} from "../../src/client/errors.ts";
import { Fermion } from "../../src/client/fermion.ts";
import type { UploadProgress } from "../../src/client/upload-progress.ts";
import { toFile, type Uploadable } from "../../src/client/uploadable.ts";
import { cut, file } from "./samples.ts";
import { adapter, apiError, json, KEY, type Received, rejection, wireServer } from "./wire-server.ts";

const TEXT = '{"messages":[]}\nüß\n';
let directory: string;
let path: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "fermion-files-"));
  path = join(directory, "claims.jsonl");
  await writeFile(path, TEXT);
});
afterAll(() => rm(directory, { recursive: true }));

/** The form as another implementation reads it: the runtime's own. */
function form({ headers, body }: Received): Promise<FormData> {
  return new Response(Buffer.from(body, "latin1"), {
    headers: { "content-type": headers["content-type"] ?? "" },
  }).formData();
}

async function* pieces() {
  yield TEXT.slice(0, 5);
  yield new TextEncoder().encode(TEXT.slice(5));
}

const kinds: [string, () => Uploadable, string][] = [
  ["a read stream of Node", () => createReadStream(path), "claims.jsonl"],
  ["a path", () => ({ path }), "claims.jsonl"],
  ["a path under another name", () => ({ path, name: "x.jsonl" }), "x.jsonl"],
  ["a File", () => new File([TEXT], "f.jsonl"), "f.jsonl"],
  ["a Blob", () => new Blob([TEXT]), "file"],
  ["a Buffer", () => Buffer.from(TEXT), "file"],
  ["an ArrayBuffer", () => new TextEncoder().encode(TEXT).buffer, "file"],
  ["a web stream", () => new Blob([TEXT]).stream(), "file"],
  ["a response", () => new Response(TEXT), "file"],
  ["a generator of bytes and text", () => pieces(), "file"],
  ["another stream of Node", () => Readable.from([Buffer.from(TEXT)]), "file"],
  ["bytes with a name", () => toFile(Buffer.from(TEXT), "n.jsonl"), "n.jsonl"],
  ["content that keeps its own name", () => toFile(createReadStream(path)), "claims.jsonl"],
  ["text with a name", () => toFile(TEXT, 'a"b\n.jsonl'), 'a"b\n.jsonl'],
];

test.each(kinds)("%s arrives whole, with its name and purpose", async (_, make, name) => {
  await using server = await wireServer((response) => json(response, 200, file));
  for (const options of [{}, { fetch: globalThis.fetch }]) {
    const created = await server.client(options).files.create({ file: make(), purpose: "fine-tune" });
    expect(created).toEqual(file);
  }
  expect(server.requests).toHaveLength(2);
  for (const request of server.requests) {
    expect(request.headers["idempotency-key"]).toBeDefined();
    const sent = await form(request);
    expect(sent.get("purpose")).toBe("fine-tune");
    const content = sent.get("file");
    expect(content).toBeInstanceOf(File);
    if (content instanceof File) {
      expect(content.name).toBe(name);
      expect(await content.text()).toBe(TEXT);
    }
  }
});

test("the time until it expires is part of the form", async () => {
  await using server = await wireServer((response) => json(response, 200, file));
  await server.client().files.create({
    file: { path },
    purpose: "user_data",
    expires_after: { anchor: "created_at", seconds: 3_600 },
  });
  const request = server.requests[0];
  const sent = request && (await form(request));
  expect(sent?.get("expires_after[anchor]")).toBe("created_at");
  expect(sent?.get("expires_after[seconds]")).toBe("3600");
});

test("what a platform takes beyond the contract is part of the form, in both ways to send a file", async () => {
  await using server = await wireServer((response) => json(response, 200, file));
  const { files } = server.client();
  const extraBody = { region: "eu", labels: { team: "claims", tier: 2 }, absent: null };
  await files.create({ file: { path }, purpose: "fine-tune" }, { extraBody });
  await files.upload(path, { purpose: "fine-tune", extraBody });
  for (const request of server.requests) {
    const { file: _, ...texts } = Object.fromEntries(await form(request));
    expect(texts).toEqual({
      purpose: "fine-tune",
      region: "eu",
      "labels[team]": "claims",
      "labels[tier]": "2",
    });
  }
  expect(server.requests).toHaveLength(2);
});

test("null stands for an absent option in an upload too", async () => {
  await using server = await wireServer((response) => json(response, 200, file));
  const options = {
    purpose: "fine-tune",
    ...JSON.parse('{ "totalTimeout": null, "timeout": null, "signal": null }'),
  };
  expect(await server.client().files.upload(path, options)).toEqual(file);
});

test("progress is told from nothing to everything, and never goes back", async () => {
  await using server = await wireServer((response) => json(response, 200, file));
  const told: UploadProgress[] = [];
  const size = 5_000_000;
  await server
    .client()
    .files.create(
      { file: new Blob([new Uint8Array(size)]), purpose: "fine-tune" },
      { onProgress: (progress) => told.push(progress) },
    );
  expect(told[0]).toMatchObject({ bytes: 0, total: size, fraction: 0, attempt: 1 });
  expect(told.at(-1)).toMatchObject({ bytes: size, total: size, fraction: 1 });
  const bytes = told.map((progress) => progress.bytes);
  expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
});

test.each([
  ["text", () => createReadStream(path)],
  ["bytes", () => createReadStream(Buffer.from(path))],
  ["a URL", () => createReadStream(pathToFileURL(path))],
  ["text, under another name", () => toFile(createReadStream(path), "x.jsonl")],
])("a read stream of a whole file, its path %s, has a total", async (_, make) => {
  await using server = await wireServer((response) => json(response, 200, file));
  const told: UploadProgress[] = [];
  const onProgress = (progress: UploadProgress) => told.push(progress);
  await server.client().files.create({ file: make(), purpose: "fine-tune" }, { onProgress });
  const total = Buffer.byteLength(TEXT);
  expect(told[0]).toMatchObject({ bytes: 0, total, fraction: 0 });
  expect(told.at(-1)).toMatchObject({ bytes: total, total, fraction: 1 });
  // The file may still grow: no length is promised that couldn't be kept. `fetch` is given what was read before.
  if (!adapter.adapter) {
    expect(server.requests[0]?.headers["content-length"]).toBeUndefined();
  }
});

test.each([
  ["from some byte", { start: 3 }],
  ["to some byte", { end: 3 }],
  ["as text", "utf8"],
] as const)("a read stream that reads a file %s has no total", async (_, options) => {
  await using server = await wireServer((response) => json(response, 200, file));
  const told: UploadProgress[] = [];
  const onProgress = (progress: UploadProgress) => told.push(progress);
  const stream = createReadStream(path, options);
  await server.client().files.create({ file: stream, purpose: "fine-tune" }, { onProgress });
  expect(told.at(-1)).toMatchObject({ total: undefined, fraction: undefined });
});

test("a read stream of a file that grows is sent whole, and is never more than all of it", async () => {
  await using server = await wireServer((response) => json(response, 200, file));
  const log = join(directory, "log.jsonl");
  await writeFile(log, TEXT);
  const told: UploadProgress[] = [];
  const onProgress = (progress: UploadProgress) => {
    if (told.push(progress) === 1) {
      appendFileSync(log, TEXT);
    }
  };
  await server.client().files.create({ file: createReadStream(log), purpose: "fine-tune" }, { onProgress });
  expect(server.requests[0]?.body).toContain(Buffer.from(TEXT + TEXT).toString("latin1"));
  expect(told.at(-1)).toMatchObject({ bytes: 2 * Buffer.byteLength(TEXT), fraction: 1 });
});

test.each([
  ["grew", (changing: string) => appendFileSync(changing, "more")],
  ["shrank", (changing: string) => truncateSync(changing, 5)],
])("a file on disk that %s while it was sent is an error, and no request that hangs", async (how, change) => {
  await using server = await wireServer((response) => json(response, 200, file));
  for (const options of [{}, { fetch: globalThis.fetch }]) {
    const changing = join(directory, "changing.jsonl");
    await writeFile(changing, TEXT);
    let told = 0;
    const onProgress = () => {
      if (told++ === 0) {
        change(changing);
      }
    };
    const error = await rejection(
      server.client(options).files.create({ file: { path: changing }, purpose: "fine-tune" }, { onProgress }),
    );
    expect(error).toBeInstanceOf(FileSourceError);
    expect(String(error)).toContain(`${changing} ${how}`);
  }
  expect(server.requests).toHaveLength(0);
});

test("a file that isn't there is named by where its relative path led", async () => {
  await using server = await wireServer((response) => json(response, 200, file));
  const missing = join(directory, "missing.jsonl");
  const given = relative(process.cwd(), missing);
  for (const source of [() => ({ path: given }), () => createReadStream(given)]) {
    const error = await rejection(server.client().files.create({ file: source(), purpose: "fine-tune" }));
    expect(error).toBeInstanceOf(FileSourceError);
    expect(String(error)).toContain(`The file ${missing} couldn't be read`);
  }
});

test("a file that can be read again is sent again, the same to the byte; a stream is not", async () => {
  await using server = await wireServer((response, _request, index) =>
    index % 2 === 0
      ? apiError(response, 503, { message: "busy" }, { "retry-after-ms": "1" })
      : json(response, 200, file),
  );
  const { files } = server.client();
  await files.create({ file: { path }, purpose: "fine-tune" });
  const [first, second] = server.requests;
  expect(second?.body).toBe(first?.body);
  expect(second?.headers["content-type"]).toBe(first?.headers["content-type"]);
  expect(second?.headers["idempotency-key"]).toBe(first?.headers["idempotency-key"]);
  expect(await rejection(files.create({ file: createReadStream(path), purpose: "fine-tune" }))).toMatchObject(
    {
      status: 503,
    },
  );
  expect(server.requests).toHaveLength(3);
});

test("an error of the caller's own onProgress comes out as it is, and nothing is tried again", async () => {
  await using server = await wireServer((response) => json(response, 200, file));
  const own = new TypeError("stdout.clearLine is not a function");
  const onProgress = ({ bytes }: UploadProgress) => {
    if (bytes > 0) {
      throw own;
    }
  };
  const error = await rejection(
    server.client().files.create({ file: slowly(), purpose: "fine-tune" }, { onProgress }),
  );
  expect(error).toBe(own);
  expect(server.requests).toHaveLength(0);

  async function* slowly() {
    for (let i = 0; i < 5; i++) {
      yield "some";
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
});

test.runIf(process.platform === "linux")("a call that fails lets go of the file it was sending", async () => {
  const large = join(directory, "large.jsonl");
  await writeFile(large, new Uint8Array(20_000_000));
  const open = () =>
    readdirSync("/proc/self/fd").filter((descriptor) => {
      try {
        return readlinkSync(`/proc/self/fd/${descriptor}`) === large;
      } catch {
        // It was the one that the folder itself was read with.
        return false;
      }
    });
  const server = createServer((_request, response) => apiError(response, 401, { message: "No." }));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const send = () =>
    rejection(
      new Fermion({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey: KEY, maxRetries: 0 }).files.create({
        file: { path: large },
        purpose: "fine-tune",
      }),
    );
  expect(await send()).toMatchObject({ status: 401 });
  await expect.poll(open).toEqual([]);
  server.closeAllConnections();
  server.close();
  await once(server, "close");
  expect(await send()).toMatchObject({ code: "ECONNREFUSED" });
  await expect.poll(open).toEqual([]);
});

test("a file that can't be read is its own error, and nothing is tried again", async () => {
  await using server = await wireServer((response) => json(response, 200, file));
  const { files } = server.client();
  const missing = join(directory, "missing.jsonl");
  async function* broken() {
    yield "some";
    throw new Error("The disk is gone.");
  }
  for (const source of [() => ({ path: missing }), () => createReadStream(missing), broken]) {
    const error = await rejection(files.create({ file: source(), purpose: "fine-tune" }));
    expect(error).toBeInstanceOf(FileSourceError);
    expect(error).toMatchObject({ cause: expect.any(Error), isRetryable: false });
  }
  expect(server.requests).toHaveLength(0);
});

test("a stream that has been begun is not sent again: its beginning would be missing", async () => {
  await using server = await wireServer((response) => json(response, 200, file));
  const refused: typeof fetch = () => Promise.reject(new TypeError("no network"));
  let calls = 0;
  const client = server.client({
    fetch: (input, init) => (calls++ === 0 ? refused(input, init) : fetch(input, init)),
  });
  const error = await rejection(client.files.create({ file: pieces(), purpose: "fine-tune" }));
  expect(error).toBeInstanceOf(APIConnectionError);
  expect(server.requests).toHaveLength(0);
});

test("a stream that fails before the call doesn't end the process", async () => {
  await using server = await wireServer((response) => json(response, 200, file));
  const stream = createReadStream(join(directory, "missing.jsonl"));
  const creating = rejection(server.client().files.create({ file: stream, purpose: "fine-tune" }));
  expect(await creating).toBeInstanceOf(FileSourceError);
});

test("a path given as a string is caught, with the mend in the message", async () => {
  await using server = await wireServer((response) => json(response, 200, file));
  const wrong: unknown = path;
  // @ts-expect-error: a string is no file
  const error = await rejection(server.client().files.create({ file: wrong, purpose: "fine-tune" }));
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(String(error)).toContain("{ path: … }");
});

describe("content", () => {
  test("comes as a response that streams", async () => {
    await using server = await wireServer((response) => {
      response.writeHead(200, { "content-type": "text/csv" });
      response.end("step,train_loss\n1,2.5\n");
    });
    const client = server.client();
    expect(await (await client.files.content("file-1")).text()).toBe("step,train_loss\n1,2.5\n");
    const { data } = await client.models.content("m", "model.safetensors").withResponse();
    const target = join(directory, "model.safetensors");
    await writeFile(target, data.body ?? "");
    expect(await readFile(target, "utf8")).toBe("step,train_loss\n1,2.5\n");
    expect(server.requests.map(({ url }) => url)).toEqual([
      "/v1/files/file-1/content",
      "/v1/models/m/files/model.safetensors",
    ]);
  });

  test("that is given up while more of it is awaited frees its connection at once", async () => {
    let closed = false;
    await using server = await wireServer((response) => {
      response.on("close", () => {
        closed = true;
      });
      response.writeHead(200, { "content-length": "1000" });
      response.write("some");
    });
    const reader = (await server.client().files.content("file-1")).body?.getReader();
    await reader?.read();
    const more = reader?.read();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await reader?.cancel();
    expect(await more).toMatchObject({ done: true });
    await expect.poll(() => closed).toBe(true);
  });

  test("that is cut off is an error where it is read", async () => {
    await using server = await wireServer((response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("some", () => cut(response));
    });
    const response = await server.client().files.content("file-1");
    expect(await rejection(response.text())).toBeInstanceOf(APIConnectionError);
  });
});

test("a file is waited for until the platform has looked at it, and no longer than was said", async () => {
  await using server = await wireServer((response, { url }, index) =>
    json(response, 200, { ...file, status: url.endsWith("/slow") || index < 2 ? "uploaded" : "processed" }),
  );
  const { files } = server.client();
  expect((await files.waitForProcessing("file-1", { pollInterval: 5 })).status).toBe("processed");
  expect(server.requests).toHaveLength(3);
  const asked = server.requests.length;
  for (const options of [{ pollInterval: Number.NaN }, { maxWait: -1 }, { interval: 5 } as object]) {
    expect(await rejection(files.waitForProcessing("slow", options))).toBeInstanceOf(ConfigurationError);
  }
  expect(server.requests).toHaveLength(asked);
  const error = await rejection(files.waitForProcessing("slow", { pollInterval: 5, maxWait: 20 }));
  expect(error).toBeInstanceOf(APIConnectionTimeoutError);
  expect(String(error)).toContain('"uploaded"');
});

test("an upload is created, sent in parts and completed by the routes of the contract", async () => {
  const upload = {
    id: "upload_1",
    object: "upload",
    bytes: 2,
    created_at: 1,
    expires_at: 2,
    filename: "a.jsonl",
    purpose: "fine-tune",
    status: "pending",
  };
  await using server = await wireServer((response, { url }) => {
    if (url.endsWith("/parts")) {
      json(response, 200, { id: "part_1", object: "upload.part", created_at: 1, upload_id: "upload_1" });
    } else if (url.endsWith("/complete")) {
      json(response, 200, { ...upload, status: "completed", file });
    } else {
      json(response, 200, upload);
    }
  });
  const { uploads } = server.client();
  const { id } = await uploads.create({
    filename: "a.jsonl",
    purpose: "fine-tune",
    bytes: 2,
    mime_type: "application/jsonl",
  });
  const part = await uploads.parts.create(id, { data: Buffer.from("ab") });
  const completed = await uploads.complete(id, { part_ids: [part.id] });
  await uploads.cancel(id);
  expect(completed.file).toEqual(file);
  expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    "POST /v1/uploads",
    "POST /v1/uploads/upload_1/parts",
    "POST /v1/uploads/upload_1/complete",
    "POST /v1/uploads/upload_1/cancel",
  ]);
});
