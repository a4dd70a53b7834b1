import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createServer as createSocketServer, type Socket, type Server as SocketServer } from "node:net";
import { inspect } from "node:util";
import { afterEach, describe, expect, test, vi } from "vitest";
import { NotFoundError } from "../../src/client/api-errors.ts";
import { APIConnectionError, APIConnectionTimeoutError } from "../../src/client/errors.ts";
import { Fermion } from "../../src/client/fermion.ts";
import type { Middleware } from "../../src/client/transport/middleware.ts";
import { completion, job as sample } from "./samples.ts";
import { adapter, apiError, json, KEY, rejection, wireServer } from "./wire-server.ts";

afterEach(() => vi.unstubAllEnvs());

async function listening(server: SocketServer, host = "127.0.0.1"): Promise<number> {
  server.listen(0, host);
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

describe("redirects", () => {
  test("a read is redirected within its origin, and the key goes along", async () => {
    await using server = await wireServer((response, { url }) =>
      url.startsWith("/v1/")
        ? response.writeHead(307, { location: "/v2/fine_tuning/jobs/ftjob-1" }).end("moved")
        : json(response, 200, sample),
    );
    const job = await server.client().fineTuning.jobs.retrieve("ftjob-1");
    expect(job.id).toBe(sample.id);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${KEY}`,
      `Bearer ${KEY}`,
    ]);
  });

  test("another host is never asked, and never gets the key", async () => {
    await using other = await wireServer((response) => json(response, 200, sample));
    await using server = await wireServer((response) =>
      response.writeHead(302, { location: `${other.baseURL}/fine_tuning/jobs/ftjob-1` }).end(),
    );
    const error = await rejection(server.client().fineTuning.jobs.retrieve("ftjob-1"));
    expect(error).toMatchObject({ name: "APIError", status: 302, isRetryable: false });
    expect(error).toHaveProperty("message", expect.stringContaining(other.baseURL));
    expect(other.requests).toHaveLength(0);
  });

  test("a creation isn't redirected", async () => {
    await using server = await wireServer((response) =>
      response.writeHead(307, { location: "/v2/fine_tuning/jobs" }).end(),
    );
    const create = server.client().fineTuning.jobs.create({ model: "m", training_file: "f" });
    expect(await rejection(create)).toMatchObject({ status: 307 });
    expect(server.requests).toHaveLength(1);
  });

  test("a circle ends", async () => {
    await using server = await wireServer((response, { url }) =>
      response.writeHead(302, { location: url }).end(),
    );
    expect(await rejection(server.client().models.retrieve("m"))).toMatchObject({ status: 302 });
    expect(server.requests).toHaveLength(6);
  });
});

describe("middleware", () => {
  test("sees each try, the first one outermost, and doesn't see the key", async () => {
    await using server = await wireServer((response, _, index) =>
      index === 0 ? apiError(response, 503, { message: "busy" }) : json(response, 200, sample),
    );
    const seen: string[] = [];
    const named =
      (name: string): Middleware =>
      async (request, next) => {
        seen.push(`${name} ${request.method}`);
        expect(inspect(request, { depth: 9 })).not.toContain(KEY);
        const response = await next({
          ...request,
          headers: { ...request.headers, "x-seen": `${request.headers["x-seen"] ?? ""}${name}` },
        });
        seen.push(`${name} ${response.status}`);
        return response;
      };
    const client = server.client({ middleware: [named("a")] }).use(named("b"));
    await client.fineTuning.jobs.retrieve("ftjob-1");
    expect(seen).toEqual(["a GET", "b GET", "b 503", "a 503", "a GET", "b GET", "b 200", "a 200"]);
    expect(server.requests.map(({ headers }) => headers["x-seen"])).toEqual(["ab", "ab"]);
    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  });

  test("may answer in the network's place", async () => {
    const client = new Fermion({ baseURL: "http://127.0.0.1:9/v1", apiKey: KEY }).use(async () => ({
      status: 200,
      headers: new Headers({ "content-type": "application/json" }),
      body: (async function* () {
        yield new TextEncoder().encode(JSON.stringify(sample));
      })(),
    }));
    expect((await client.fineTuning.jobs.retrieve("ftjob-1")).id).toBe(sample.id);
  });

  test("that sends a request elsewhere doesn't send the key along", async () => {
    await using other = await wireServer((response) => json(response, 200, sample));
    await using server = await wireServer((response) => json(response, 500, {}));
    const client = server
      .client({ defaultHeaders: { "x-api-key": "a-second-secret" } })
      .use((request, next) => next({ ...request, url: `${other.baseURL}/elsewhere` }));
    await client.fineTuning.jobs.retrieve("ftjob-1");
    expect(other.requests[0]?.headers).not.toHaveProperty("authorization");
    expect(other.requests[0]?.headers).not.toHaveProperty("x-api-key");
  });
});

describe("logging", () => {
  function recorder() {
    const lines: string[] = [];
    const log = (level: string) => (message: string, details?: object) =>
      lines.push(`${level} ${message} ${JSON.stringify(details ?? {})}`);
    return { lines, error: log("error"), warn: log("warn"), info: log("info"), debug: log("debug") };
  }

  test("debug tells of everything, and shows no key wherever one is", async () => {
    await using server = await wireServer((response, { headers }, index) =>
      index === 0
        ? apiError(response, 500, { message: `no such key: ${headers.authorization}` }, { "x-echo": KEY })
        : json(response, 200, completion, { "set-cookie": "session=0123456789abcdef" }),
    );
    const logger = recorder();
    const client = server.client({ logger, logLevel: "debug", defaultQuery: { api_key: "query-secret" } });
    await client.chat.completions.create(
      { model: "m", messages: [{ role: "user", content: KEY }] },
      { headers: { "x-access-token": "header-secret" } },
    );
    const text = logger.lines.join("\n");
    expect(text).toMatch(/debug POST .*"model\\":\\"m/);
    expect(text).toMatch(/debug 500 POST/);
    expect(text).toMatch(/info POST .* is tried again in/);
    for (const secret of [KEY, "query-secret", "header-secret", "0123456789abcdef"]) {
      expect(text).not.toContain(secret);
    }
    expect(server.requests[1]?.headers["x-access-token"]).toBe("header-secret");
  });

  test("is off where it is told so, and by the environment", async () => {
    await using server = await wireServer((response) => json(response, 200, sample));
    const logger = recorder();
    await server.client({ logger, logLevel: "off" }).fineTuning.jobs.retrieve("ftjob-1");
    expect(logger.lines).toEqual([]);
    vi.stubEnv("FERMION_LOG", "debug");
    await server.client({ logger }).fineTuning.jobs.retrieve("ftjob-1");
    expect(logger.lines).toHaveLength(2);
    vi.stubEnv("FERMION_LOG", "loud");
    expect(() => server.client({ logger })).toThrow("FERMION_LOG must be");
  });

  test("no error shows a key that came in a header of the call", async () => {
    await using server = await wireServer((response, { headers }) =>
      apiError(response, 404, { message: `unknown: ${headers["x-api-key"]}` }),
    );
    const call = server.client().models.retrieve("m", { headers: { "x-api-key": "a-third-secret" } });
    const error = await rejection(call);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("a-third-secret");
  });
});

describe("what a response tells", () => {
  test("rate limits, on success and on error", async () => {
    const limits = {
      "x-ratelimit-limit-requests": "60",
      "x-ratelimit-remaining-requests": "59",
      "x-ratelimit-reset-requests": "1m0.5s",
      "x-ratelimit-remaining-tokens": "149984",
      "x-ratelimit-reset-tokens": "20ms",
    };
    const expected = {
      requests: { limit: 60, remaining: 59, reset: 60_500 },
      tokens: { limit: undefined, remaining: 149_984, reset: 20 },
    };
    await using server = await wireServer((response, _, index) =>
      index === 0
        ? json(response, 200, sample, limits)
        : apiError(response, 429, { message: "slow down" }, limits),
    );
    const client = server.client({ maxRetries: 0 });
    const { response, requestId } = await client.fineTuning.jobs.retrieve("ftjob-1").withResponse();
    expect(response.rateLimits).toEqual(expected);
    expect(requestId).toBe("req_1");
    expect(await rejection(client.models.retrieve("m"))).toMatchObject({ rateLimits: expected });
  });

  test("the user agent says version and runtime", async () => {
    await using server = await wireServer((response) => json(response, 200, sample));
    await server.client().fineTuning.jobs.retrieve("ftjob-1");
    await server.client({ defaultHeaders: { "user-agent": "mine/1" } }).fineTuning.jobs.retrieve("ftjob-1");
    expect(server.requests[0]?.headers["user-agent"]).toMatch(/^fermion\/\d+\.\d+\.\d+ \(node\/\d+\./);
    expect(server.requests[1]?.headers["user-agent"]).toBe("mine/1");
  });
});

describe("the time of a whole call", () => {
  test("a wait that would be longer than what is left isn't begun", async () => {
    await using server = await wireServer((response) =>
      apiError(response, 429, { message: "slow down" }, { "retry-after": "30" }),
    );
    const error = await rejection(server.client().models.retrieve("m", { totalTimeout: 5_000 }));
    expect(error).toMatchObject({ status: 429, retryAfter: 30 });
    expect(server.requests).toHaveLength(1);
  });

  test("it ends a try that takes longer, and isn't repeated", async () => {
    await using server = await wireServer(() => undefined);
    const error = await rejection(server.client().models.retrieve("m", { totalTimeout: 200 }));
    expect(error).toBeInstanceOf(APIConnectionTimeoutError);
    expect(error).toHaveProperty("message", expect.stringContaining("totalTimeout"));
    expect(error).toHaveProperty("timeout", 200);
    expect(server.requests).toHaveLength(1);
  });
});

// Only Node's http has certificates, proxies and a time to connect of its own.
describe.runIf(adapter.adapter === undefined)("connections", () => {
  test("one that can't be made has sent nothing", async () => {
    const closed = createServer();
    const port = await listening(closed);
    closed.close();
    const client = new Fermion({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey: KEY, maxRetries: 0 });
    expect(await rejection(client.models.retrieve("m"))).toMatchObject({
      code: "ECONNREFUSED",
      requestSent: false,
    });
  });

  test("one that breaks may have sent something", async () => {
    await using server = await wireServer((response) => response.destroy());
    const error = await rejection(server.client({ maxRetries: 0 }).models.retrieve("m"));
    expect(error).toBeInstanceOf(APIConnectionError);
    expect(error).toHaveProperty("requestSent", true);
  });

  test("connecting has a limit of its own", async () => {
    // A handshake that never comes: the port is open, and nothing there speaks TLS.
    const sockets: Socket[] = [];
    const mute = createSocketServer((socket) => sockets.push(socket));
    const port = await listening(mute);
    const client = new Fermion({
      baseURL: `https://127.0.0.1:${port}/v1`,
      apiKey: KEY,
      maxRetries: 0,
      connectTimeout: 150,
    });
    const error = await rejection(client.models.retrieve("m"));
    expect(error).toBeInstanceOf(APIConnectionTimeoutError);
    expect(error).toMatchObject({ requestSent: false, timeout: 150 });
    for (const socket of sockets) socket.destroy();
    mute.close();
  });

  test("are kept and used again", async () => {
    await using server = await wireServer((response, { headers }) => {
      expect(headers.connection).toBe("keep-alive");
      json(response, 200, sample, { "x-port": String(response.socket?.remotePort) });
    });
    const client = server.client();
    const ports = new Set<string | null>();
    for (let call = 0; call < 5; call++) {
      const { response } = await client.fineTuning.jobs.retrieve("ftjob-1").withResponse();
      ports.add(response.headers.get("x-port"));
    }
    expect(ports.size).toBe(1);
  });

  test("an authority of one's own is trusted where it is given, and only there", async () => {
    const certificates = new URL("certificates/", import.meta.url);
    const cert = readFileSync(new URL("localhost.pem", certificates), "utf8");
    const key = readFileSync(new URL("localhost.key.pem", certificates), "utf8");
    const server = createTlsServer({ cert, key }, (_, response) => json(response, 200, sample));
    const port = await listening(server);
    const options = { baseURL: `https://127.0.0.1:${port}/v1`, apiKey: KEY };
    const retries: unknown[] = [];
    const distrusting = new Fermion({ ...options, onRetry: (notice) => retries.push(notice) });
    const error = await rejection(distrusting.fineTuning.jobs.retrieve("ftjob-1"));
    expect(error).toMatchObject({ requestSent: false, isRetryable: false });
    expect(error).toHaveProperty("message", expect.stringContaining("as the option ca"));
    expect(retries).toEqual([]);
    const job = await new Fermion({ ...options, ca: cert }).fineTuning.jobs.retrieve("ftjob-1");
    expect(job.id).toBe(sample.id);
    server.closeAllConnections();
    server.close();
  });

  test("go through a proxy that is given, and loopback past those of the environment", async () => {
    const proxied: string[] = [];
    const proxy = createServer((message, response) => {
      proxied.push(message.url ?? "");
      message.pipe(
        httpRequest(message.url ?? "", { method: message.method, headers: message.headers }, (answer) => {
          response.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(response);
        }).on("error", () => response.destroy()),
      );
    });
    const url = `http://127.0.0.1:${await listening(proxy)}`;
    await using server = await wireServer((response) => json(response, 200, sample));
    await server.client({ proxy: url }).fineTuning.jobs.retrieve("ftjob-1");
    expect(proxied).toEqual([`${server.baseURL}/fine_tuning/jobs/ftjob-1`]);
    vi.stubEnv("http_proxy", url);
    vi.stubEnv("no_proxy", "");
    await server.client().fineTuning.jobs.retrieve("ftjob-1");
    expect(proxied).toHaveLength(1);
    // A name that resolves to nowhere shows that the request has gone to the proxy of the environment.
    const named = new Fermion({ baseURL: "http://platform.example/v1", apiKey: KEY, maxRetries: 0 });
    const answer = rejection(named.fineTuning.jobs.retrieve("ftjob-2"));
    await vi.waitFor(() => expect(proxied[1]).toBe("http://platform.example/v1/fine_tuning/jobs/ftjob-2"));
    proxy.closeAllConnections();
    proxy.close();
    expect(await answer).toBeInstanceOf(APIConnectionError);
  });
});
