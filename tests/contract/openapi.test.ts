import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { openApiDocument } from "../../src/contract/openapi.ts";
import { webhookEventTypes } from "../../src/contract/webhooks.ts";
import { chunk, completion, event, file, job, usageChunk } from "../client/samples.ts";
import { hasPublicDescription, readPublicDescription } from "./public-description.ts";

const document = openApiDocument({ version: "1.2.3" });

/** Everything in a document, with the way to it. */
function* walk(value: unknown, path: readonly string[] = []): Generator<[readonly string[], unknown]> {
  yield [path, value];
  if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      yield* walk(item, [...path, key]);
    }
  }
}

/** The operations of a document, as `METHOD /path`. */
function operations(paths: object): string[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => ["get", "post", "delete"].includes(method))
      .map((method) => `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, "{}")}`),
  );
}

test("every reference leads somewhere", () => {
  const known = new Set([...walk(document)].map(([path]) => `#/${path.join("/")}`));
  const references = [...walk(document)].flatMap(([path, value]) =>
    path.at(-1) === "$ref" && typeof value === "string" ? [value] : [],
  );
  expect(references.length).toBeGreaterThan(50);
  expect(references.filter((reference) => !known.has(reference))).toEqual([]);
});

test("no schema says where it is: that would move the root of its references", () => {
  const identities = [...walk(document)].filter(
    ([path]) => path.at(-1) === "$id" || path.at(-1) === "$schema",
  );
  expect(identities).toEqual([]);
});

test("every operation has an id of its own, an answer and its errors in the envelope", () => {
  const all = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  const ids = all.map((operation) => JSON.stringify(operation).match(/^\{"operationId":"(\w+)"/)?.[1]);
  expect(new Set(ids).size).toBe(all.length);
  for (const operation of all) {
    expect(operation).toMatchObject({
      responses: {
        200: { headers: { "x-request-id": expect.anything() }, content: expect.anything() },
        500: { content: { "application/json": { schema: { $ref: "#/components/schemas/ErrorEnvelope" } } } },
      },
    });
  }
});

test("each part of a path is a parameter", () => {
  for (const [path, methods] of Object.entries(document.paths)) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const operation of Object.values(methods)) {
      const text = JSON.stringify(operation);
      for (const name of names) {
        expect(text).toContain(`{"name":"${name}","in":"path","required":true`);
      }
    }
  }
});

test("every webhook is described", () => {
  expect(Object.keys(document.webhooks).sort()).toEqual([...webhookEventTypes].sort());
  expect(document.webhooks["fine_tuning.job.failed"]?.post).toMatchObject({
    requestBody: {
      content: { "application/json": { schema: { $ref: "#/components/schemas/WebhookEvent" } } },
    },
  });
});

test("what goes beyond the public description is described", () => {
  expect(operations(document.paths)).toEqual(
    expect.arrayContaining([
      "GET /v1/models/{}/files/{}",
      "POST /v1/webhook_endpoints/{}/rotate_secret",
      "GET /healthz",
      "GET /openapi.json",
    ]),
  );
  expect(document.paths["/v1/fine_tuning/jobs/{fine_tuning_job_id}/events"]?.get).toMatchObject({
    parameters: expect.arrayContaining([
      expect.objectContaining({ name: "stream", in: "query" }),
      { $ref: "#/components/parameters/LastEventId" },
    ]),
    responses: { 200: { content: { "text/event-stream": expect.anything() } } },
  });
  expect(document.paths["/healthz"]?.get).toMatchObject({ security: [] });
  expect(document.paths["/v1/files"]?.post).toMatchObject({
    requestBody: { content: { "multipart/form-data": { schema: { required: ["file", "purpose"] } } } },
  });
});

describe("as JSON schemas", () => {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: "fermion", components: document.components }, "fermion", false, false);
  for (const keyword of ["components"]) {
    ajv.addKeyword(keyword);
  }
  const validator = (component: string) => ajv.compile({ $ref: `fermion#/components/schemas/${component}` });

  test("all components compile", () => {
    for (const component of Object.keys(document.components.schemas ?? {})) {
      expect(validator(component)).toBeTypeOf("function");
    }
  });

  test.each([
    ["File", file],
    ["FineTuningJob", job],
    ["FineTuningJob", { ...job, status: "compressing", extra: 1, error: {} }],
    ["FineTuningJobList", { object: "list", data: [job], has_more: false }],
    ["FineTuningJobEvent", event(1, { step: 1 })],
    ["ChatCompletion", completion],
    ["ChatCompletionChunk", chunk({ content: "x" })],
    ["ChatCompletionChunk", usageChunk],
    ["ErrorEnvelope", { error: { message: "No.", type: "server_error", param: null, code: null } }],
    ["JobCreateParams", { model: "m", training_file: "f", hyperparameters: { n_epochs: "auto" } }],
    ["ChatCompletionCreateParams", { model: "m", messages: [{ role: "user", content: "x" }] }],
    [
      "SupervisedRow",
      {
        messages: [
          { role: "user", content: "x" },
          { role: "assistant", content: "y" },
        ],
      },
    ],
  ])("%s takes what it should", (component, value) => {
    const validate = validator(component);
    validate(value);
    expect(validate.errors).toBeNull();
  });

  test.each([
    ["FineTuningJob", { ...job, id: 5 }],
    ["JobCreateParams", { model: "m", training_file: "f", hyperparameters: { n_epochs: 51 } }],
    ["JobCreateParams", { model: "m", training_file: "f", sufix: "x" }],
    ["ChatCompletionCreateParams", { model: "m", messages: [] }],
  ])("%s refuses what it should", (component, value) => {
    expect(validator(component)(value)).toBe(false);
  });
});

describe.runIf(hasPublicDescription)("beside the public description", () => {
  test("every operation of it is there, but the permissions of checkpoints", () => {
    const { paths } = readPublicDescription();
    const expected = operations(paths)
      .map((operation) => operation.replace(" /", " /v1/"))
      .filter((operation) => !operation.includes("/permissions"));
    expect(operations(document.paths)).toEqual(expect.arrayContaining(expected));
  });

  test("every parameter of a chat completion is known by name", () => {
    const { components } = readPublicDescription();
    const names = new Set<string>();
    const collect = (schema: { $ref?: string; allOf?: object[]; properties?: object }): void => {
      if (schema.$ref) {
        collect(components.schemas[schema.$ref.replace("#/components/schemas/", "")]);
      }
      schema.allOf?.forEach(collect);
      for (const name of Object.keys(schema.properties ?? {})) {
        names.add(name);
      }
    };
    collect({ $ref: "#/components/schemas/CreateChatCompletionRequest" });
    const ours = document.components.schemas?.ChatCompletionCreateParams;
    expect(Object.keys(Object(Object(ours).properties)).sort()).toEqual([...names].sort());
  });
});
