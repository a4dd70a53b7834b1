import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform, errorOf } from "./test-platform.ts";

const PAGE = "http://localhost:5173";
const corsHeaders = (response: Response) =>
  [...response.headers.keys()].filter((name) => name.startsWith("access-control-"));

describe("a platform that names an origin", () => {
  let platform: Awaited<ReturnType<typeof createTestPlatform>>;
  beforeAll(async () => {
    platform = await createTestPlatform({ allowedOrigins: [PAGE, "http://127.0.0.1:3000"] });
  });
  afterAll(() => platform.close());
  const from = (origin: string, path: string, init: RequestInit = {}) =>
    platform.request(init.method ?? "GET", path, { ...init, headers: { origin, ...init.headers } });
  const preflight = (origin: string) =>
    platform.request("OPTIONS", "/v1/fine_tuning/jobs", {
      headers: {
        origin,
        // The browser sends no key here; "none" stands for the one that the test platform would add.
        authorization: "none",
        "access-control-request-method": "POST",
        "access-control-request-headers":
          "authorization,content-type,idempotency-key,last-event-id,openai-project,x-content-sha256,x-stainless-os",
      },
    });

  test("answers a preflight without a key, and allows what clients send", async () => {
    const response = await preflight(PAGE);
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe(PAGE);
    expect(response.headers.get("access-control-allow-methods")?.split(",")).toEqual(
      expect.arrayContaining(["GET", "POST", "DELETE"]),
    );
    expect(response.headers.get("access-control-allow-headers")?.split(",")).toEqual([
      "authorization",
      "content-type",
      "idempotency-key",
      "last-event-id",
      "openai-project",
      "x-content-sha256",
      "x-stainless-os",
    ]);
    expect(response.headers.get("access-control-allow-credentials")).toBeNull();
    expect(response.headers.get("vary")?.toLowerCase()).toContain("origin");
  });

  test("lets the page read answers, errors among them, and the headers that a client uses", async () => {
    for (const [path, init, status] of [
      ["/v1/models", {}, 200],
      ["/healthz", {}, 200],
      ["/v1/files/file-none", {}, 404],
      ["/v1/models", { headers: { authorization: "Bearer wrong" } }, 401],
      ["/v1/nothing", {}, 404],
    ] as const) {
      const response = await from(PAGE, path, init);
      expect([path, response.status]).toEqual([path, status]);
      expect(response.headers.get("access-control-allow-origin")).toBe(PAGE);
      expect(response.headers.get("access-control-expose-headers")?.split(",")).toEqual(
        expect.arrayContaining(["x-request-id", "retry-after", "idempotent-replayed", "x-should-retry"]),
      );
      expect(response.headers.get("vary")?.toLowerCase()).toContain("origin");
      expect(response.headers.get("x-request-id")).toMatch(/^req_/);
    }
  });

  test("names no other origin, neither a stranger's nor one that looks alike", async () => {
    for (const origin of ["http://evil.example", `${PAGE}.evil.example`, "https://localhost:5173", "null"]) {
      expect((await preflight(origin)).headers.get("access-control-allow-origin")).toBeNull();
      const response = await from(origin, "/v1/models");
      expect(response.headers.get("access-control-allow-origin")).toBeNull();
      expect(response.headers.get("vary")?.toLowerCase()).toContain("origin");
    }
  });

  test("a stream carries the headers too", async () => {
    const file = await (await platform.upload("{}\n")).json();
    const job = await (
      await platform.post("/v1/fine_tuning/jobs", {
        model: "photon-nano",
        training_file: Object(file).id,
      })
    ).json();
    const response = await from(PAGE, `/v1/fine_tuning/jobs/${Object(job).id}/events?stream=true`);
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(response.headers.get("access-control-allow-origin")).toBe(PAGE);
    await response.body?.cancel();
  });
});

test("a platform that names no origin says nothing of them, and takes no preflight", async () => {
  const platform = await createTestPlatform();
  try {
    const headers = { origin: PAGE };
    const response = await platform.request("GET", "/v1/models", { headers });
    expect(response.status).toBe(200);
    expect(corsHeaders(response)).toEqual([]);
    const preflight = await platform.request("OPTIONS", "/v1/models", { headers });
    expect(corsHeaders(preflight)).toEqual([]);
    expect((await errorOf(preflight, 405)).code).toBe("method_not_allowed");
  } finally {
    await platform.close();
  }
});
