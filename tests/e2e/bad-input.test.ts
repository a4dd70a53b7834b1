import { connect } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { LocalPlatform } from "../../src/local.ts";
import { errorOf, fileForm, temporaryDirectory } from "../platform/test-platform.ts";
import { startTinyPlatform } from "../platform/tiny-platform.ts";

const directory = temporaryDirectory();
let platform: LocalPlatform;
beforeAll(async () => {
  platform = await startTinyPlatform(directory.path, { apiKey: "secret-key" });
});
afterAll(async () => {
  await platform.close();
  directory.remove();
});
// Whatever a test did, the platform still answers.
afterEach(async () => {
  const response = await fetch(new URL("/healthz", platform.baseURL));
  expect(response.status).toBe(200);
  await response.body?.cancel();
});

const headers = { authorization: "Bearer secret-key" };

/** Sends bytes as they are, and gives what comes back until the connection ends or nothing comes for a while. */
function raw(...pieces: (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(platform.baseURL).port), "127.0.0.1");
    let received = "";
    const done = () => {
      socket.destroy();
      resolve(received);
    };
    socket.setTimeout(1_000, done);
    socket.on("data", (data) => {
      received += data.toString("latin1");
    });
    // A connection that is reset is an answer too.
    socket.on("error", done);
    socket.on("close", done);
    for (const piece of pieces) socket.write(piece);
  });
}

const head = (method: string, path: string, more: string[] = []) =>
  [`${method} ${path} HTTP/1.1`, "host: x", "authorization: Bearer secret-key", ...more, "", ""].join("\r\n");

describe("the platform survives", () => {
  test("what is no HTTP", async () => {
    expect(await raw("nonsense\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 400 [\s\S]*x-request-id[\s\S]*"invalid_request_error"/,
    );
    expect(await raw(new Uint8Array(1000).fill(0))).toMatch(/^HTTP\/1\.1 400/);
  });

  test("what is HTTP and makes no request", async () => {
    const envelope = /[\s\S]*x-request-id: req_[\s\S]*"invalid_request_error"/.source;
    for (const start of [
      "GET /healthz HTTP/1.1\r\n",
      "GET /healthz HTTP/1.0\r\n",
      "GET /healthz HTTP/1.1\r\nhost: a b\r\n",
      "OPTIONS * HTTP/1.1\r\nhost: x\r\n",
    ]) {
      expect(await raw(`${start}connection: close\r\n\r\n`)).toMatch(new RegExp(`^HTTP/1.1 400${envelope}`));
    }
    expect(await raw(head("POST", "/v1/files", ["expect: miracles", "connection: close"]))).toMatch(
      new RegExp(`^HTTP/1.1 417${envelope}`),
    );
  });

  test("a flood of headers", async () => {
    const flood = Array.from({ length: 3000 }, (_, i) => `x-${i}: ${"y".repeat(20)}`);
    expect(await raw(head("GET", "/v1/models", flood))).toMatch(
      /^HTTP\/1\.1 431 [\s\S]*The headers are larger/,
    );
  });

  test("paths that are no paths", async () => {
    for (const path of [
      "/v1/files/%",
      "/v1/files/%00",
      "/v1/../../etc/passwd",
      "//",
      "/v1/models/photon-nano/files/%2e%2e%2fconfig.json",
      `/v1/${"x".repeat(10_000)}`,
    ]) {
      expect(await raw(head("GET", path, ["connection: close"]))).toMatch(/^HTTP\/1\.1 4\d\d[\s\S]*"error"/);
    }
    expect(await raw(head("GET", "*", ["connection: close"]))).toMatch(/^HTTP\/1\.1 4\d\d/);
    expect(await raw(head("BREW", "/v1/files", ["connection: close"]))).toMatch(/^HTTP\/1\.1 400/);
  });

  test("bodies that end early", async () => {
    const form = "content-type: multipart/form-data; boundary=b";
    const start = '--b\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\nabc';
    const cut = (path: string, type: string, body: string) =>
      new Promise<void>((resolve) => {
        const socket = connect(Number(new URL(platform.baseURL).port), "127.0.0.1");
        socket.on("close", () => resolve());
        socket.write(head("POST", path, [type, "content-length: 100000"]) + body);
        setTimeout(() => socket.destroy(), 50);
      });
    await cut("/v1/files", form, start);
    await cut("/v1/chat/completions", "content-type: application/json", '{"model":');
    // And one that is complete and malformed.
    expect(await raw(head("POST", "/v1/files", [form, `content-length: ${start.length}`]) + start)).toMatch(
      /^HTTP\/1\.1 400/,
    );
  });

  test("a body over the limit, announced or not", async () => {
    const announced = await raw(
      head("POST", "/v1/chat/completions", ["content-type: application/json", "content-length: 900000000"]),
    );
    expect(announced).toMatch(/^HTTP\/1\.1 413 [\s\S]*body_too_large/);
    const response = await fetch(`${platform.baseURL}/chat/completions`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ model: "x".repeat(17 * 1024 * 1024), messages: [] }),
    }).catch((error: unknown) => error);
    // A client that is still sending when the answer comes may see the end of the connection first.
    if (response instanceof Response) await errorOf(response, 413);
  });

  test("a part that is larger than a part may be", async () => {
    const created = await fetch(`${platform.baseURL}/uploads`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ filename: "f", purpose: "fine-tune", bytes: 10 ** 9, mime_type: "text/plain" }),
    });
    const { id } = Object(await created.json());
    const form = new FormData();
    form.set("data", new File([new Uint8Array(65 * 1024 * 1024)], "part"));
    const response = await fetch(`${platform.baseURL}/uploads/${id}/parts`, {
      method: "POST",
      headers,
      body: form,
    }).catch((error: unknown) => error);
    if (response instanceof Response)
      expect(await errorOf(response, 413)).toMatchObject({ code: "file_too_large" });
  });

  test("many connections that say nothing", async () => {
    const sockets = Array.from({ length: 200 }, () =>
      connect(Number(new URL(platform.baseURL).port), "127.0.0.1"),
    );
    for (const socket of sockets) socket.on("error", () => {});
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await fetch(`${platform.baseURL}/models`, { headers })).status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });
});

test("the key is in no answer", async () => {
  for (const [path, init] of [
    ["/models", { headers: { authorization: "Bearer secret-keyy" } }],
    ["/files", { method: "POST", headers, body: fileForm("x", {}) }],
    ["/nonsense", { headers }],
  ] as const) {
    const response = await fetch(`${platform.baseURL}${path}`, init);
    expect(await response.text()).not.toContain("secret-key");
  }
});
