import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { chatCompletionCreateParamsSchema } from "../../src/contract/chat-params.ts";
import { ApiError } from "../../src/platform/api-error.ts";
import { checked } from "../../src/platform/http/checked.ts";
import { readChatRequest } from "../../src/platform/serving/chat-request.ts";
import { createTestPlatform, errorOf } from "./test-platform.ts";

let platform: Awaited<ReturnType<typeof createTestPlatform>>;
beforeAll(async () => {
  platform = await createTestPlatform();
});
afterAll(() => platform.close());

const json = { "content-type": "application/json" };
const messages = [{ role: "user", content: "Hello" }];

describe("a request", () => {
  test("needs the key, except for health and description", async () => {
    for (const authorization of ["", "Bearer", "Bearer other", "Basic key", "Bearer key key"]) {
      const response = await platform.request("GET", "/v1/models", { headers: { authorization } });
      expect(await errorOf(response, 401)).toMatchObject({ type: "authentication_error" });
    }
    const wrong = await platform.request("GET", "/v1/models", {
      headers: { authorization: "Bearer s3cret" },
    });
    expect(JSON.stringify(await wrong.json())).not.toContain("s3cret");
    const health = await platform.request("GET", "/healthz", { headers: { authorization: "" } });
    expect(await health.json()).toEqual({ status: "ok", version: "0.0.0" });
    const document = await platform.request("GET", "/openapi.json", { headers: { authorization: "" } });
    expect(await document.json()).toMatchObject({ openapi: "3.1.0" });
    const root = await platform.request("GET", "/", { headers: { authorization: "" } });
    expect(await root.json()).toEqual({
      name: "fermion",
      version: "0.0.0",
      openapi: "/openapi.json",
      health: "/healthz",
      api: "/v1",
    });
  });

  test("gets 404 for what isn't there, by name", async () => {
    for (const [path, code] of [
      ["/v1/files/file-x", "file_not_found"],
      ["/v1/files/file-x/content", "file_not_found"],
      ["/v1/fine_tuning/jobs/x", "job_not_found"],
      ["/v1/fine_tuning/jobs/x/checkpoints", "job_not_found"],
      ["/v1/models/x", "model_not_found"],
      ["/v1/models/photon-nano/files/..%2Fconfig.json", "model_file_not_found"],
      ["/v1/nonsense", "route_not_found"],
      ["/nonsense/%zz", "route_not_found"],
    ] as const) {
      const error = await errorOf(await platform.get(path), 404);
      expect(error).toMatchObject({ code, type: "not_found_error" });
    }
    expect(await errorOf(await platform.get("/v1/models/ft%3Ax"), 404)).toMatchObject({
      message: 'There is no model "ft:x".',
    });
    const chat = await platform.post("/v1/chat/completions", { model: "x", messages });
    expect(await errorOf(chat, 404)).toMatchObject({
      code: "model_not_found",
      message: 'There is no model "x". Models here: photon-nano (GET /v1/models has them all).',
    });
  });

  test("gets 405 for a method that a path doesn't have", async () => {
    const response = await platform.request("PUT", "/v1/files");
    expect(response.headers.get("allow")).toBe("POST, GET");
    expect(await errorOf(response, 405)).toMatchObject({ code: "method_not_allowed" });
    await errorOf(await platform.request("GET", "/v1/chat/completions"), 405);
    await errorOf(await platform.request("DELETE", "/healthz"), 405);
  });

  test("gets what is wrong with its body", async () => {
    const send = (body: BodyInit, headers: Record<string, string> = json) =>
      platform.request("POST", "/v1/chat/completions", { body, headers });
    expect(await errorOf(await send("{"), 400)).toMatchObject({ code: "invalid_json" });
    expect(await errorOf(await send(new Uint8Array([0xff])), 400)).toMatchObject({ code: "invalid_json" });
    expect(await errorOf(await send("{}", { "content-type": "text/plain" }), 415)).toMatchObject({
      code: "unsupported_media_type",
    });
    expect(await errorOf(await send("{}", { ...json, "content-length": "20000000" }), 413)).toMatchObject({
      code: "body_too_large",
    });
    await errorOf(await send(`"${"x".repeat(17 * 1024 * 1024)}"`), 413);
    for (const body of ["null", "[]", "7", '"x"', "{}"]) await errorOf(await send(body), 400);
    await errorOf(await platform.post("/v1/chat/completions"), 415);
  });

  test.each([
    [{ temperature: 2.5 }, '"temperature" must be at most 2.'],
    [{ temperature: "1" }, '"temperature" must be a number, not a string.'],
    [{ messages: [] }, '"messages" must not be empty.'],
    [{ messages: undefined }, '"messages" is missing.'],
    [{ messages: [{ role: "user" }] }, '"messages.0.content" is missing.'],
    [{ stop: ["a", "b", "c", "d", "e"] }, '"stop" must have at most 4 items.'],
    [{ stop: 5 }, '"stop" must be a string or a list.'],
    [{ seed: 1.5 }, '"seed" must be a whole number.'],
    [
      { metadata: { ["k".repeat(65)]: "" } },
      `"metadata.${"k".repeat(65)}" is a key that must have at most 64 characters.`,
    ],
  ])("gets what is wrong with %j in plain words", async (more, message) => {
    const body = { model: "photon-nano", messages, ...more };
    const error = await errorOf(await platform.post("/v1/chat/completions", body), 400);
    expect(error).toMatchObject({ message });
  });

  test("gets what is wrong with its form and its query in plain words", async () => {
    expect(await errorOf(await platform.upload("x", {}), 400)).toMatchObject({
      message: '"purpose" is missing.',
      param: "purpose",
    });
    expect(await errorOf(await platform.get("/v1/files?limit=many"), 400)).toMatchObject({
      message: '"limit" must be a number.',
    });
  });

  test("may nest JSON as deep as it likes", async () => {
    const deep = `${"[".repeat(500_000)}${"]".repeat(500_000)}`;
    const send = (body: string) => platform.request("POST", "/v1/chat/completions", { body, headers: json });
    await errorOf(await send(deep), 400);
    await errorOf(await send(`{"model": "photon-nano", "messages": ${deep}}`), 400);
    await errorOf(await send(`{"model": "x", "messages": [], "metadata": ${deep}}`), 400);
    const tools = `[{"type": "function", "function": {"name": "f", "parameters": {"a": ${deep}}}}]`;
    await errorOf(
      await send(`{"model": "x", "messages": ${JSON.stringify(messages)}, "tools": ${tools}}`),
      400,
    );
  });
});

describe("no request", () => {
  test("gets an internal error, whatever is in its body", async () => {
    const paths = [
      "/v1/chat/completions",
      "/v1/fine_tuning/jobs",
      "/v1/uploads",
      "/v1/uploads/upload_x/complete",
    ];
    // Bodies that go some way before they fail: known names with any values.
    const names = [
      "model",
      "messages",
      "stop",
      "n",
      "metadata",
      "training_file",
      "method",
      "hyperparameters",
    ];
    const name = fc.oneof(fc.constantFrom(...names, "filename", "purpose", "bytes", "part_ids"), fc.string());
    const body = fc.oneof(fc.jsonValue(), fc.dictionary(name, fc.jsonValue()));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), body, async (path, value) => {
        const { status } = await platform.post(path, value);
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
    expect(platform.logged).toEqual([]);
  });

  test("gets an internal error, whatever is in its query", async () => {
    const paths = ["/v1/files", "/v1/fine_tuning/jobs", "/v1/models"];
    const name = fc.constantFrom(
      "after",
      "limit",
      "order",
      "purpose",
      "metadata",
      "metadata[a]",
      "metadata[]",
      "x",
      "",
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.dictionary(name, fc.string()), async (path, query) => {
        const { status } = await platform.get(`${path}?${new URLSearchParams(query)}`);
        expect([200, 400]).toContain(status);
      }),
      { numRuns: 200 },
    );
    expect(platform.logged).toEqual([]);
  });

  test("gets an internal error, whatever form it sends", async () => {
    const headers = { "content-type": "multipart/form-data; boundary=b" };
    const piece = fc.constantFrom(
      "--b",
      "--b--",
      "\r\n",
      'content-disposition: form-data; name="file"; filename="f"',
      'content-disposition: form-data; name="purpose"',
      "evals",
      "--",
      "\n",
      "x: y",
      "\0",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 25 }), async (pieces) => {
        const { status } = await platform.request("POST", "/v1/files", { body: pieces.join(""), headers });
        expect([200, 400]).toContain(status);
      }),
      { numRuns: 500 },
    );
    expect(platform.logged).toEqual([]);
  });
});

describe("models", () => {
  test("are described, and the base can't be deleted", async () => {
    const model = await (await platform.get("/v1/models/photon-nano")).json();
    expect(model).toMatchObject({ id: "photon-nano", object: "model", job: null, context_length: 96 });
    const { files } = z
      .looseObject({ files: z.array(z.object({ name: z.string(), bytes: z.number(), sha256: z.string() })) })
      .parse(model);
    for (const { name, bytes } of files) {
      const content = await platform.get(`/v1/models/photon-nano/files/${name}`);
      expect((await content.arrayBuffer()).byteLength).toBe(bytes);
    }
    expect(await (await platform.get("/v1/models")).json()).toEqual({ object: "list", data: [model] });
    expect(await errorOf(await platform.request("DELETE", "/v1/models/photon-nano"), 403)).toMatchObject({
      type: "permission_error",
    });
  });
});

describe("the parameters of a chat", () => {
  const read = (more: Record<string, unknown>) =>
    readChatRequest(checked(chatCompletionCreateParamsSchema, { model: "m", messages, ...more }));

  test("have the defaults of the wire contract", () => {
    expect(read({ seed: 7 })).toEqual({
      model: "m",
      count: 1,
      stream: false,
      includeUsage: false,
      generation: {
        messages,
        maxTokens: null,
        temperature: 1,
        topP: 1,
        seed: 7,
        stop: [],
        frequencyPenalty: 0,
        presencePenalty: 0,
        logitBias: new Map(),
        topLogprobs: null,
      },
    });
  });

  test("say how tokens are chosen, and what is told of them", () => {
    const asked = {
      frequency_penalty: 0.5,
      presence_penalty: -2,
      logit_bias: { 5: -100, 0: 1.5 },
      logprobs: true,
      top_logprobs: 20,
    };
    expect(read(asked).generation).toMatchObject({
      frequencyPenalty: 0.5,
      presencePenalty: -2,
      logitBias: new Map([
        [5, -100],
        [0, 1.5],
      ]),
      topLogprobs: 20,
    });
    expect(read({ logprobs: true }).generation.topLogprobs).toBe(0);
  });

  test("take what has no effect here", () => {
    const harmless = {
      user: "u",
      metadata: { a: "b" },
      store: false,
      service_tier: "auto",
      safety_identifier: "s",
      prompt_cache_key: "k",
      logprobs: false,
      presence_penalty: 0,
      frequency_penalty: null,
      logit_bias: {},
      modalities: ["text"],
      response_format: { type: "text" },
      tools: [],
      tool_choice: "none",
      parallel_tool_calls: true,
    };
    expect(read({ ...harmless, seed: 1 })).toEqual(read({ seed: 1 }));
  });

  test.each([
    ["tools", [{ type: "function", function: { name: "f" } }]],
    ["tool_choice", "required"],
    ["functions", [{ name: "f" }]],
    ["response_format", { type: "json_object" }],
    ["top_logprobs", 2],
    ["top_logprobs", 0],
    ["logit_bias.hail", { hail: 1 }],
    ["logit_bias.-1", { "-1": 1 }],
    ["logit_bias.1.5", { "1.5": 1 }],
    ["logit_bias.05", { "05": 1, 5: 1 }],
    ["logit_bias.5", { 5: 100.5 }],
    ["frequency_penalty", 2.1],
    ["presence_penalty", -2.1],
    ["modalities", ["text", "audio"]],
    ["audio", { voice: "x" }],
    ["prediction", { type: "content", content: "x" }],
    ["web_search_options", {}],
    ["reasoning_effort", "high"],
    ["store", true],
    ["service_tier", "flex"],
    ["n", 9],
    ["stop", ["a", "b", "c", "d", "e"]],
    ["stop", [""]],
    ["temperature", 2.1],
    ["top_p", -0.1],
    ["max_tokens", 0],
    ["stream_options", { include_usage: true }],
    ["top_k", 5],
    ["messages", []],
  ])("refuse %s by name", (param, value) => {
    const [name = ""] = param.split(".");
    expect(() => read({ [name]: value })).toThrowError(
      expect.objectContaining({
        name: "ApiError",
        status: 400,
        param: expect.stringMatching(new RegExp(`^${param}`)),
      }),
    );
  });

  test("name the message that can't be given to the model", () => {
    const faulty = [
      [{ role: "user", content: [{ type: "image_url", image_url: { url: "x" } }] }, "messages.0.content"],
      [
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "1", type: "function", function: { name: "f", arguments: "" } }],
        },
        "messages.0",
      ],
      [{ role: "function", name: "f", content: "x" }, "messages.0"],
      [{ role: "nobody", content: "x" }, "messages.0.role"],
      [{ role: "user" }, "messages.0.content"],
    ] as const;
    for (const [message, param] of faulty) {
      let error: unknown;
      try {
        read({ messages: [message] });
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(ApiError);
      expect(error).toMatchObject({ param: expect.stringContaining(param) });
    }
  });

  test("join text parts", () => {
    const parts = [
      { type: "text", text: "a" },
      { type: "text", text: "b" },
    ];
    expect(read({ messages: [{ role: "user", content: parts }] }).generation.messages).toEqual([
      { role: "user", content: "ab" },
    ]);
  });
});
