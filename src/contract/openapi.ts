import {
  type Component,
  componentSchemas,
  inlineSchema,
  type JsonSchema,
  reference,
} from "./openapi-components.ts";
import { type Route, routes } from "./openapi-routes.ts";
import { webhookEventTypes } from "./webhooks.ts";

/** An OpenAPI 3.1 document, as far as one needs to know it to serve it. */
export interface OpenApiDocument {
  readonly openapi: "3.1.0";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly security: readonly Record<string, readonly string[]>[];
  readonly paths: Record<string, Record<string, unknown>>;
  /** What the platform sends by itself. */
  readonly webhooks: Record<string, Record<string, unknown>>;
  readonly components: Record<string, Record<string, unknown>>;
}

/**
 * Describes the whole wire contract as an OpenAPI 3.1 document, made from the schemas that client and platform use
 * themselves.
 *
 * @param options.version - the version of the platform that serves it
 */
export function openApiDocument({ version }: { version: string }): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.root ? route.path : `/v1${route.path}`;
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Fermion platform",
      version,
      description:
        "Files, uploads, fine-tuning jobs, models and chat completions. Objects are open: a client has to take fields " +
        "and values that it doesn't know.",
    },
    servers: [{ url: "/" }],
    security: [{ key: [] }],
    paths,
    webhooks: Object.fromEntries(webhookEventTypes.map((type) => [type, { post: webhookOperation(type) }])),
    components: {
      schemas: componentSchemas(),
      securitySchemes: { key: { type: "http", scheme: "bearer" } },
      headers: {
        RequestId: {
          description: "Names this request in the logs of the platform.",
          required: true,
          schema: { type: "string" },
        },
        RetryAfter: { description: "How many seconds to wait.", schema: { type: "integer", minimum: 0 } },
        IdempotentReplayed: {
          description: "`true` on the answer to an earlier request with the same key.",
          schema: { type: "string", const: "true" },
        },
      },
      parameters: {
        IdempotencyKey: {
          name: "Idempotency-Key",
          in: "header",
          description:
            "For 24 hours, the same key with the same body gets the same answer, and with another body 409 with the " +
            "code `idempotency_key_reused`. The list of jobs says in `idempotency-retention` how many seconds that is.",
          schema: { type: "string", minLength: 1, maxLength: 255 },
        },
        ContentSha256: {
          name: "X-Content-SHA256",
          in: "header",
          description: "SHA-256 of the file's bytes as hex; checked if it is there.",
          schema: { type: "string", pattern: "^[0-9a-fA-F]{64}$" },
        },
        LastEventId: {
          name: "Last-Event-ID",
          in: "header",
          description: "The `id:` of the last event that was received; the stream goes on behind it.",
          schema: { type: "string" },
        },
      },
    },
  };
}

function webhookOperation(type: string): Record<string, unknown> {
  return {
    operationId: `webhook_${type.replaceAll(".", "_")}`,
    tags: ["Webhooks"],
    summary: "A job has ended; `data.id` names it.",
    description:
      "Signed by Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`. A repetition has the same `webhook-id`.",
    security: [],
    parameters: ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => ({
      name,
      in: "header",
      required: true,
      schema: { type: "string" },
    })),
    requestBody: { required: true, content: json("WebhookEvent") },
    responses: {
      "2XX": { description: "It was taken. Any other status has it sent again." },
      410: { description: "Nothing more is to be sent here." },
    },
  };
}

function operation(route: Route): Record<string, unknown> {
  const parameters = [
    ...[...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: "path",
      required: true,
      schema: { type: "string" },
    })),
    ...queryParameters(route),
    ...(route.idempotent ? [{ $ref: "#/components/parameters/IdempotencyKey" }] : []),
    ...(route.body?.binary ? [{ $ref: "#/components/parameters/ContentSha256" }] : []),
    ...(route.method === "get" && route.events ? [{ $ref: "#/components/parameters/LastEventId" }] : []),
  ];
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    ...(route.root ? { security: [] } : {}),
    ...(parameters.length ? { parameters } : {}),
    ...(route.body ? { requestBody: requestBody(route.body) } : {}),
    responses: responses(route),
  };
}

function queryParameters({ query }: Route): JsonSchema[] {
  if (!query) {
    return [];
  }
  return Object.entries(query.shape).map(([name, schema]) => ({
    name,
    in: "query",
    // `metadata[key]=value` is how a query string spells a record.
    ...(name === "metadata" ? { style: "deepObject", explode: true } : {}),
    schema: inlineSchema(schema),
  }));
}

function requestBody({ component, binary }: NonNullable<Route["body"]>): JsonSchema {
  if (!binary) {
    return { required: true, content: component ? json(component) : {} };
  }
  const bytes = {
    type: "object",
    properties: { [binary]: { type: "string", contentMediaType: "application/octet-stream" } },
    required: [binary],
  };
  // The fields beside the bytes are closed as a body of their own, so they are put side by side, not on top.
  const fields = component ? componentSchemas()[component] : undefined;
  const schema = fields ? merged(bytes, fields) : bytes;
  return { required: true, content: { "multipart/form-data": { schema } } };
}

function merged(
  bytes: { type: string; properties: JsonSchema; required: string[] },
  { properties, required, additionalProperties }: JsonSchema,
): JsonSchema {
  return {
    type: "object",
    properties: { ...bytes.properties, ...(properties && typeof properties === "object" ? properties : {}) },
    required: [...bytes.required, ...(Array.isArray(required) ? required : [])],
    additionalProperties,
  };
}

function responses(route: Route): JsonSchema {
  const errors = [...(route.errors ?? []), ...(route.root ? [] : [401, 429]), 500];
  return {
    200: {
      description: "Done.",
      headers: {
        "x-request-id": { $ref: "#/components/headers/RequestId" },
        ...(route.idempotent
          ? { "idempotent-replayed": { $ref: "#/components/headers/IdempotentReplayed" } }
          : {}),
      },
      content: {
        ...answerContent(route.answer),
        ...(route.events
          ? {
              "text/event-stream": {
                schema: { type: "string", description: route.events.description },
                "x-event-data": reference(route.events.component),
              },
            }
          : {}),
      },
    },
    ...Object.fromEntries(errors.map((status) => [status, errorResponse(status)])),
  };
}

function answerContent(answer: Route["answer"]): JsonSchema {
  switch (answer) {
    case "bytes":
      return { "application/octet-stream": { schema: {} } };
    case "document":
      return { "application/json": { schema: { type: "object" } } };
    default:
      return json(answer);
  }
}

function json(component: Component): JsonSchema {
  return { "application/json": { schema: reference(component) } };
}

const errorDescriptions: Readonly<Record<number, string>> = {
  400: "The request is wrong; `param` says where.",
  401: "The key is missing or wrong.",
  403: "The key doesn't allow this.",
  404: "There is no such thing.",
  409: "The state of the thing doesn't allow this, or an idempotency key was used for another request.",
  413: "The body is too large.",
  415: "The body is of the wrong type.",
  429: "Too many requests.",
  500: "The platform failed.",
};

function errorResponse(status: number): JsonSchema {
  return {
    description: errorDescriptions[status] ?? "An error.",
    headers: {
      "x-request-id": { $ref: "#/components/headers/RequestId" },
      ...(status === 429 ? { "retry-after": { $ref: "#/components/headers/RetryAfter" } } : {}),
    },
    content: json("ErrorEnvelope"),
  };
}
