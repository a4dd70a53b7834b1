import { getEventListeners } from "node:events";
import { createServer } from "node:net";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import {
  APIError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  UnprocessableEntityError,
} from "../../src/client/api-errors.ts";
import {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIUserAbortError,
  ConfigurationError,
  UnexpectedResponseError,
} from "../../src/client/errors.ts";
import { Fermion } from "../../src/client/fermion.ts";
import type { RetryNotice } from "../../src/client/retry.ts";
import { completion, cut, job } from "./samples.ts";
import { adapter, apiError, eventStream, json, KEY, rejection, wireServer } from "./wire-server.ts";

const newJob = { model: "photon-nano", training_file: "file-1" };

describe("answers", () => {
  test("the data, and with it the response and the request id", async () => {
    await using server = await wireServer((response) => json(response, 200, job));
    const promise = server.client().fineTuning.jobs.retrieve("ftjob-1");
    expect(await promise).toEqual(job);
    const { data, response, requestId } = await promise.withResponse();
    expect(data.id).toBe("ftjob-1");
    expect(response).toMatchObject({ status: 200, attempts: 1 });
    expect(requestId).toBe("req_1");
    expect(server.requests).toHaveLength(1);
  });

  test("connections are used again, also after an error", async () => {
    const ports = new Set<number | undefined>();
    await using server = await wireServer((response, _request, index) => {
      ports.add(response.socket?.remotePort);
      index % 2 === 1 ? apiError(response, 404, { message: "No." }) : json(response, 200, job);
    });
    const { jobs } = server.client().fineTuning;
    for (let i = 0; i < 5; i++) {
      await jobs.retrieve("ftjob-1");
      await rejection(jobs.retrieve("ftjob-2"));
    }
    // Node's `fetch` has a connection back only a moment after its answer has ended, and opens a second one in between.
    expect(ports.size).toBeLessThanOrEqual(adapter.adapter ? 2 : 1);
  });

  test("what the contract doesn't know passes through: fields, values, nulls", async () => {
    const odd = { ...job, status: "compressing", error: {}, method: null, phase: { of: "moon" } };
    await using server = await wireServer((response) => json(response, 200, odd));
    expect(await server.client().fineTuning.jobs.retrieve("ftjob-1")).toEqual(odd);
  });

  test.each([
    ["an HTML page", "text/html", "<html>Welcome</html>"],
    ["JSON of another shape", "application/json", '{"hello":"world"}'],
    ["an empty body", "text/plain", ""],
  ])("a success with %s is an error that shows it", async (_, type, body) => {
    await using server = await wireServer((response) => {
      response.writeHead(200, { "content-type": type });
      response.end(body);
    });
    const error = await rejection(server.client().fineTuning.jobs.retrieve("ftjob-1"));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({ status: 200, bodyStart: body, isRetryable: false });
    expect(String(error)).toContain(server.baseURL);
  });

  test("ids are one part of the path, whatever is in them", async () => {
    await using server = await wireServer((response) =>
      json(response, 200, { id: "m", object: "model", created: 1, owned_by: "me" }),
    );
    const { models } = server.client();
    await models.retrieve("ft:photon-nano:org:claims:1");
    await models.retrieve("meta/llama?x#y");
    expect(server.requests.map(({ url }) => url)).toEqual([
      "/v1/models/ft:photon-nano:org:claims:1",
      "/v1/models/meta%2Fllama%3Fx%23y",
    ]);
    expect(() => models.retrieve("")).toThrow(ConfigurationError);
    expect(() => models.retrieve("")).toThrow("The id is empty");
    // @ts-expect-error: an id that is missing
    expect(() => models.retrieve(undefined)).toThrow("The id is undefined");
    // @ts-expect-error: an id that is null
    expect(() => models.retrieve(null)).toThrow("The id is null");
    expect(() => models.retrieve("..")).toThrow(ConfigurationError);
  });
});

describe("errors", () => {
  test.each([
    [400, BadRequestError],
    [401, AuthenticationError],
    [403, PermissionDeniedError],
    [404, NotFoundError],
    [409, ConflictError],
    [413, APIError],
    [422, UnprocessableEntityError],
    [429, RateLimitError],
    [500, InternalServerError],
    [503, InternalServerError],
  ])("%i is an error of its own class with all that the platform said", async (status, Kind) => {
    await using server = await wireServer((response) =>
      apiError(response, status, {
        ...{ message: "No.", type: "some_error", param: "model", code: "some_code", added: 1 },
      }),
    );
    const error = await rejection(server.client({ maxRetries: 0 }).fineTuning.jobs.cancel("ftjob-1"));
    expect(error).toBeInstanceOf(Kind);
    expect(error).toMatchObject({
      name: Kind.name,
      status,
      type: "some_error",
      param: "model",
      code: "some_code",
      error: { message: "No.", type: "some_error", param: "model", code: "some_code", added: 1 },
      requestId: "req_1",
      isRetryable: status === 429 || status >= 500,
    });
  });

  test.each(["request-id", "apim-request-id"])("the request is named by %s too", async (header) => {
    await using server = await wireServer((response) => {
      response.writeHead(404, { [header]: "other_1" }).end("{}");
    });
    const error = await rejection(server.client().models.retrieve("m"));
    expect(error).toHaveProperty("requestId", "other_1");
    expect(String(error)).toContain("(request other_1)");
  });

  test("an answer that isn't in the error envelope keeps its text", async () => {
    await using server = await wireServer((response) => {
      response.writeHead(404, { "content-type": "text/html" });
      response.end("<h1>Not here</h1>");
    });
    const error = await rejection(server.client().models.retrieve("x"));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ body: "<h1>Not here</h1>", code: undefined, error: undefined });
    expect(String(error)).toContain("baseURL");
  });

  test("a route that the platform doesn't have points to the base URL", async () => {
    await using server = await wireServer((response) =>
      apiError(response, 404, { message: "There is no GET /models.", code: "route_not_found" }),
    );
    expect(String(await rejection(server.client().models.list()))).toContain("baseURL");
  });

  test("a redirect is not followed, and said to be one", async () => {
    await using server = await wireServer((response) => {
      response.writeHead(302, { location: "https://elsewhere.example/v1" });
      response.end();
    });
    const error = await rejection(server.client().fineTuning.jobs.create(newJob));
    expect(error).toMatchObject({ status: 302 });
    expect(String(error)).toContain("https://elsewhere.example/v1");
    expect(server.requests).toHaveLength(1);
  });

  test("nothing listens: the error names the base URL and how to start a platform", async () => {
    const probe = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => probe.once("listening", resolve));
    const address = probe.address();
    const port = typeof address === "object" && address ? address.port : 0;
    await new Promise((resolve) => probe.close(resolve));
    const baseURL = `http://127.0.0.1:${port}/v1`;
    const error = await rejection(new Fermion({ baseURL, apiKey: KEY, maxRetries: 0 }).models.list());
    expect(error).toBeInstanceOf(APIConnectionError);
    expect(error).toMatchObject({ baseURL, code: "ECONNREFUSED", isRetryable: true });
    expect(String(error)).toContain(baseURL);
    expect(String(error)).toContain("npx fermion local");
  });

  test("no answer in time, and an answer that stops in its middle, are timeouts", async () => {
    await using server = await wireServer((response, { url }) => {
      if (url.endsWith("/half")) {
        response.writeHead(200, { "content-type": "application/json" });
        response.write('{"id":');
      }
    });
    const client = server.client({ maxRetries: 0, timeout: 100, idleTimeout: 100 });
    for (const id of ["none", "half"]) {
      const error = await rejection(client.fineTuning.jobs.retrieve(id));
      expect(error).toBeInstanceOf(APIConnectionTimeoutError);
      expect(error).toMatchObject({ timeout: 100, isRetryable: true });
    }
  });
});

describe("aborting", () => {
  test("by signal, before, during the request and during a retry's wait; no listener stays", async () => {
    await using server = await wireServer((response, { url }) => {
      if (url.endsWith("/busy")) {
        apiError(response, 503, { message: "busy" }, { "retry-after": "30" });
      } else if (url.endsWith("/fine")) {
        json(response, 200, job);
      }
    });
    const { jobs } = server.client().fineTuning;
    expect(await rejection(jobs.retrieve("x", { signal: AbortSignal.abort() }))).toBeInstanceOf(
      APIUserAbortError,
    );
    for (const id of ["hangs", "busy"]) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 80);
      const error = await rejection(jobs.retrieve(id, { signal: controller.signal }));
      expect(error).toBeInstanceOf(APIUserAbortError);
      expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
    }
    const { signal } = new AbortController();
    await jobs.retrieve("fine", { signal });
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });
});

describe("repetitions", () => {
  test.each([
    ["408", 408],
    ["429", 429],
    ["500", 500],
    ["502", 502],
  ])("%s is tried again, and told of", async (_, status) => {
    const notices: RetryNotice[] = [];
    await using server = await wireServer((response, _request, index) =>
      index === 0
        ? apiError(response, status, { message: "wait" }, { "retry-after-ms": "5" })
        : json(response, 200, job),
    );
    const client = server.client({ onRetry: (notice) => notices.push(notice) });
    const { response } = await client.fineTuning.jobs.retrieve("ftjob-1").withResponse();
    expect(response.attempts).toBe(2);
    expect(notices).toMatchObject([{ attempt: 1, delay: 5, method: "GET", error: { status } }]);
  });

  test("a connection that breaks before or within the answer is tried again", async () => {
    await using server = await wireServer((response, _request, index) => {
      if (index === 0) {
        cut(response);
      } else if (index === 1) {
        response.writeHead(200, { "content-type": "application/json", "content-length": "500" });
        response.write('{"id":', () => cut(response));
      } else {
        json(response, 200, job);
      }
    });
    expect(await server.client().fineTuning.jobs.retrieve("ftjob-1")).toEqual(job);
    expect(server.requests).toHaveLength(3);
  });

  describe("JSON that breaks off, in an answer that ends as if it were whole,", () => {
    const brokenOnce = (then: object) =>
      wireServer((response, _request, index) => {
        if (index === 0) {
          response.writeHead(200, { "content-type": "application/json; charset=utf-8" });
          response.end('{"id":"ft');
        } else json(response, 200, then);
      });

    test("is asked for again", async () => {
      await using server = await brokenOnce(job);
      expect(await server.client().fineTuning.jobs.retrieve("ftjob-1")).toEqual(job);
      expect(server.requests).toHaveLength(2);
    });

    test("is repeated for what carries a key, with the same key", async () => {
      const file = {
        id: "file-1",
        object: "file",
        bytes: 3,
        created_at: 1,
        filename: "f",
        purpose: "fine-tune",
      };
      await using server = await brokenOnce(file);
      const sent = new File(["{}\n"], "f.jsonl");
      expect(await server.client().files.create({ file: sent, purpose: "fine-tune" })).toMatchObject(file);
      const [first, second] = server.requests.map(({ headers }) => headers["idempotency-key"]);
      expect(first).toBeTruthy();
      expect(second).toBe(first);
    });

    test("isn't for anything else", async () => {
      await using server = await brokenOnce(completion);
      const asked = server.client().chat.completions.create({
        model: "photon-nano",
        messages: [{ role: "user", content: "Hail?" }],
      });
      const error = await rejection(asked);
      expect(error).toBeInstanceOf(UnexpectedResponseError);
      expect(error).toMatchObject({ isRetryable: false });
      expect(server.requests).toHaveLength(1);
    });
  });

  test.each([
    ["400", 400, {}],
    ["404", 404, {}],
    ["501", 501, {}],
    ["409 for a key that was used for something else", 409, { code: "idempotency_key_reused" }],
    ["409 for a model that is in use", 409, { code: "model_in_use" }],
  ])("%s is not", async (_, status, fields) => {
    await using server = await wireServer((response) =>
      apiError(response, status, { message: "No.", ...fields }),
    );
    expect(await rejection(server.client().fineTuning.jobs.create(newJob))).toMatchObject({ status });
    expect(server.requests).toHaveLength(1);
  });

  test("409 for a lock is, and x-should-retry decides over everything", async () => {
    await using server = await wireServer((response, _request, index) => {
      const wait = { "retry-after-ms": "1" };
      if (index === 0) {
        apiError(response, 409, { message: "locked", code: "lock_timeout" }, wait);
      } else if (index === 1) {
        apiError(response, 400, { message: "soon" }, { ...wait, "x-should-retry": "true" });
      } else {
        apiError(response, 500, { message: "never" }, { "x-should-retry": "false" });
      }
    });
    const error = await rejection(server.client({ maxRetries: 5 }).fineTuning.jobs.pause("ftjob-1"));
    expect(error).toMatchObject({ status: 500, isRetryable: false });
    expect(server.requests).toHaveLength(3);
  });

  test("they end after maxRetries, with the last error", async () => {
    await using server = await wireServer((response) =>
      apiError(response, 500, { message: "down" }, { "retry-after-ms": "1" }),
    );
    expect(await rejection(server.client().models.list())).toMatchObject({ status: 500 });
    expect(server.requests).toHaveLength(3);
    await rejection(server.client().models.list({ maxRetries: 0 }));
    expect(server.requests).toHaveLength(4);
  });

  test("a wait that is longer than maxRetryDelay is left to the caller, with its length", async () => {
    await using server = await wireServer((response) =>
      apiError(response, 429, { message: "slow down" }, { "retry-after": "61" }),
    );
    const error = await rejection(server.client().models.list());
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ retryAfter: 61, isRetryable: true });
    expect(server.requests).toHaveLength(1);
  });

  test("a wait of the client's own is no longer than maxRetryDelay, and no reason to give up", async () => {
    await using server = await wireServer((response) => apiError(response, 503, { message: "down" }));
    const delays: number[] = [];
    const client = server.client({
      maxRetries: 3,
      maxRetryDelay: 20,
      onRetry: ({ delay }) => delays.push(delay),
    });
    expect(await rejection(client.models.list())).toMatchObject({ status: 503 });
    expect(delays).toEqual([20, 20, 20]);
  });

  test("one call that creates has one idempotency key, each call another, and other calls none", async () => {
    let posts = 0;
    await using server = await wireServer((response, { method, url }) => {
      if (method === "POST" && posts++ % 2 === 0) {
        apiError(response, 429, { message: "too many" }, { "retry-after-ms": "1" });
      } else {
        json(response, 200, url.includes("?") ? { object: "list", data: [] } : job);
      }
    });
    const { jobs } = server.client().fineTuning;
    await jobs.create(newJob);
    await jobs.create(newJob);
    await jobs.create(newJob, { idempotencyKey: "mine" });
    await jobs.retrieve("ftjob-1");
    const keys = server.requests
      .filter(({ url }) => !url.includes("?"))
      .map(({ headers }) => headers["idempotency-key"]);
    expect(keys[0]).toMatch(/^fermion-[0-9a-f]{32}$/);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
    expect(keys[3]).toBe(keys[2]);
    expect(keys.slice(4)).toEqual(["mine", "mine", undefined]);
  });
});

describe("what is sent", () => {
  test("the key, the caller's headers and query, and what a platform takes beyond the contract", async () => {
    await using server = await wireServer((response) => json(response, 200, completion));
    const client = server.client({
      organization: "org-1",
      project: "proj-1",
      defaultHeaders: { "X-Team": "claims", "X-Gone": "x" },
      defaultQuery: { "api-version": "1" },
    });
    await client.chat.completions.create(
      { model: "m", messages: [{ role: "user", content: "ü" }] },
      { headers: { "x-gone": null }, query: { more: "2" }, extraBody: { top_k: 5 } },
    );
    const request = server.requests[0];
    expect(request?.url).toBe("/v1/chat/completions?api-version=1&more=2");
    expect(request?.headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      "content-type": "application/json",
      "openai-organization": "org-1",
      "openai-project": "proj-1",
      "x-team": "claims",
    });
    expect(request?.headers).not.toHaveProperty("x-gone");
    expect(request?.headers).not.toHaveProperty("idempotency-key");
    expect(JSON.parse(Buffer.from(request?.body ?? "", "latin1").toString())).toMatchObject({
      messages: [{ content: "ü" }],
      top_k: 5,
    });
  });

  test("a POST without a body has no content type", async () => {
    await using server = await wireServer((response) => json(response, 200, job));
    await server.client().fineTuning.jobs.cancel("ftjob-1");
    expect(server.requests[0]?.headers).not.toHaveProperty("content-type");
  });

  test("a fetch of one's own is used instead of Node's http", async () => {
    await using server = await wireServer((response, { url }) => {
      if (url.includes("chat")) {
        eventStream(response);
        response.end("data: [DONE]\n\n");
      } else {
        json(response, 200, job);
      }
    });
    const seen: string[] = [];
    const client = server.client({
      fetch: (input, init) => {
        seen.push(input instanceof Request ? input.url : String(input));
        return fetch(input, init);
      },
    });
    expect(await client.fineTuning.jobs.retrieve("ftjob-1")).toEqual(job);
    expect(seen).toEqual([`${server.baseURL}/fine_tuning/jobs/ftjob-1`]);
  });
});

describe("setting up", () => {
  test("without a base URL or a key the error names every way to give one", () => {
    expect(() => new Fermion()).toThrow(/FERMION_BASE_URL/);
    expect(() => new Fermion({ apiKey: KEY })).toThrow(
      /new Fermion\(\{ baseURL.*FERMION_BASE_URL.*npx fermion local/s,
    );
    expect(() => new Fermion({ baseURL: "http://localhost/v1" })).toThrow(
      /new Fermion\(\{ apiKey.*FERMION_API_KEY/s,
    );
    expect(() => new Fermion({ apiKey: KEY, baseURL: "localhost:4242" })).toThrow(ConfigurationError);
    expect(() => new Fermion({ apiKey: `${KEY}\nx`, baseURL: "http://localhost" })).toThrow(
      ConfigurationError,
    );
    expect(() => new Fermion({ apiKey: KEY, baseURL: "http://u:p@localhost" })).toThrow(ConfigurationError);
    expect(() => new Fermion({ apiKey: KEY, baseURL: "http://localhost", timeout: 0 })).toThrow(/timeout/);
  });

  test("the environment sets it up, options win, slashes at the end don't matter", () => {
    process.env.FERMION_BASE_URL = "http://from-the-environment/v1/";
    process.env.FERMION_API_KEY = KEY;
    try {
      expect(new Fermion().baseURL).toBe("http://from-the-environment/v1");
      expect(new Fermion({ baseURL: "http://option/v1//" }).baseURL).toBe("http://option/v1");
    } finally {
      delete process.env.FERMION_BASE_URL;
      delete process.env.FERMION_API_KEY;
    }
  });
});

describe("the key is nowhere to be seen", () => {
  const shown = (value: unknown) =>
    [
      inspect(value, { depth: 20, showHidden: true, getters: true }),
      JSON.stringify(value),
      String(value),
      value instanceof Error ? value.stack : "",
    ].join("\n");

  test("in the client", () => {
    const client = new Fermion({ baseURL: "http://localhost/v1", apiKey: KEY });
    expect(shown(client)).not.toContain(KEY);
  });

  test("in any error, even if the server repeats it", async () => {
    await using server = await wireServer((response, { url }) => {
      if (url.endsWith("/echo")) {
        apiError(response, 401, { message: `Wrong key: ${KEY}` }, { "x-echo": KEY });
      } else if (url.endsWith("/html")) {
        response.end(`<html>${KEY}</html>`);
      } else if (url.endsWith("/cut")) {
        cut(response);
      }
    });
    const { models } = server.client({ maxRetries: 0 });
    const errors = [
      await rejection(models.retrieve("echo")),
      await rejection(models.retrieve("html")),
      await rejection(models.retrieve("cut")),
      await rejection(models.retrieve("hang", { timeout: 100 })),
      await rejection(models.retrieve("x", { headers: { "x-bad": `${KEY}\n` }, timeout: 100 })),
      await rejection(
        new Fermion({ baseURL: "http://127.0.0.1:1/v1", apiKey: KEY, maxRetries: 0 }).models.list(),
      ),
    ];
    for (const error of errors) {
      expect(error).toBeInstanceOf(Error);
      expect(shown(error)).not.toContain(KEY);
    }
    expect(errors[0]).toBeInstanceOf(AuthenticationError);
    expect(String(errors[0])).toContain("Wrong key: [redacted]");
  });
});
