import { cursorParamsSchema } from "../../contract/cursor-params.ts";
import {
  type WebhookEndpoint,
  type WebhookEndpointWithSecret,
  webhookEndpointCreateParamsSchema,
} from "../../contract/webhooks.ts";
import { invalidRequest, notFound } from "../api-error.ts";
import { readJson } from "../http/body.ts";
import { checked } from "../http/checked.ts";
import type { AnswerOnce } from "../http/idempotency.ts";
import { newId } from "../ids.ts";
import type { Platform } from "../platform.ts";
import type { EndpointRow } from "../store/webhooks.ts";
import { isSecret, newSecret } from "../webhooks/signing.ts";
import { type App, pathPart, queryOf, route } from "./route.ts";

const DEFAULT_LIMIT = 20;

/** Each end of a job is sent to all of them. */
const MOST_ENDPOINTS = 100;

/** How long the secret before signs too, once there is a new one. */
const ROTATION_SECONDS = 24 * 60 * 60;

/** `/v1/webhook_endpoints` */
export function webhookEndpointRoutes(app: App, platform: Platform, answerOnce: AnswerOnce): void {
  const { now, webhookTargets } = platform;
  const store = platform.store.webhooks;
  const existing = (id: string) => {
    const endpoint = store.get(id);
    if (!endpoint) throw notFound("webhook endpoint", id);
    return endpoint;
  };

  route(app, "/v1/webhook_endpoints", {
    POST: async ({ req }) => {
      const { value, hash } = await readJson(req.raw, webhookEndpointCreateParamsSchema);
      const refusal = webhookTargets.refusal(value.url);
      if (refusal) {
        throw invalidRequest(`The URL ${refusal}.`, { param: "url", code: "webhook_url_not_allowed" });
      }
      if (value.secret != null && !isSecret(value.secret)) {
        throw invalidRequest(
          '"secret" must be "whsec_" and the base64 of 24 to 64 bytes. Leave it out for one that is made.',
          { param: "secret", code: "invalid_value" },
        );
      }
      // A repetition with the same key is answered with the secret again: who sends it has a right to the first answer.
      return await answerOnce({
        request: req.raw,
        parts: [hash],
        prepare: () => () => {
          if (store.count() >= MOST_ENDPOINTS) {
            throw invalidRequest(`There are ${MOST_ENDPOINTS} webhook endpoints, and no more can be made.`, {
              code: "too_many_webhook_endpoints",
            });
          }
          const endpoint: EndpointRow = {
            id: newId("whep_"),
            url: value.url,
            description: value.description ?? null,
            event_types: value.event_types ?? null,
            status: "enabled",
            secret: value.secret ?? newSecret(),
            previous_secret: null,
            previous_until: null,
            created_at: now(),
          };
          store.insert(endpoint);
          return withSecret(endpoint);
        },
      });
    },
    GET: (context) => {
      const { after, limit = DEFAULT_LIMIT } = checked(cursorParamsSchema, queryOf(context));
      const { data, hasMore } = store.list({ after, limit });
      return Response.json({ object: "list", data: data.map(endpointObject), has_more: hasMore });
    },
  });

  route(app, "/v1/webhook_endpoints/:endpoint", {
    GET: (context) => Response.json(endpointObject(existing(pathPart(context, "endpoint")))),
    DELETE: (context) => {
      const { id } = existing(pathPart(context, "endpoint"));
      store.delete(id);
      return Response.json({ id, object: "webhook_endpoint", deleted: true });
    },
  });

  route(app, "/v1/webhook_endpoints/:endpoint/rotate_secret", {
    POST: async (context) => {
      const { id } = existing(pathPart(context, "endpoint"));
      return await answerOnce({
        request: context.req.raw,
        parts: [],
        prepare: () => () => {
          store.rotate(id, newSecret(), now() + ROTATION_SECONDS);
          return withSecret(existing(id));
        },
      });
    },
  });
}

function endpointObject({ id, created_at, url, description, event_types, status }: EndpointRow) {
  return {
    id,
    object: "webhook_endpoint",
    created_at,
    url,
    description,
    event_types,
    status,
  } satisfies WebhookEndpoint;
}

/** Shown when the secret is made, and never again. */
function withSecret(endpoint: EndpointRow): WebhookEndpointWithSecret {
  return { ...endpointObject(endpoint), secret: endpoint.secret };
}
