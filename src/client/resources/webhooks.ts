import type { CursorParams } from "../../contract/cursor-params.ts";
import type {
  WebhookEndpoint,
  WebhookEndpointCreateParams,
  WebhookEndpointDeleted,
  WebhookEndpointWithSecret,
} from "../../contract/webhooks.ts";
import type { APIPromise } from "../api-promise.ts";
import { ConfigurationError } from "../errors.ts";
import type { RequestOptions } from "../options.ts";
import { listPages, type PagePromise } from "../pagination.ts";
import type { Requester } from "../requester.ts";
import {
  type UnwrapWebhookOptions,
  unwrapWebhook,
  verifyWebhook,
  type WebhookBody,
  type WebhookEvent,
  type WebhookHeaders,
  type WebhookVerifyOptions,
} from "../unwrap-webhook.ts";
import { path } from "../url.ts";
import type { WebhookSecrets } from "../webhook-secrets.ts";

const contract = () => import("../../contract/webhooks.ts");
const webhookEndpointDeleted = async () => (await contract()).webhookEndpointDeletedSchema;
const webhookEndpoint = async () => (await contract()).webhookEndpointSchema;
const webhookEndpointWithSecret = async () => (await contract()).webhookEndpointWithSecretSchema;

/** Where a platform sends events: a part of Fermion's platforms, not of all that speak the same wire shapes. */
export class WebhookEndpoints {
  readonly #requester: Requester;

  /** @internal */
  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /**
   * Registers a receiver. Its `secret` is in this answer and in no later one, so keep it.
   *
   * @throws BadRequestError if the platform doesn't send to such a URL; the message says what it takes
   *
   * @example
   * ```ts
   * const endpoint = await client.webhooks.endpoints.create({
   *   url: "http://127.0.0.1:3000/webhooks",
   *   event_types: ["fine_tuning.job.succeeded", "fine_tuning.job.failed"],
   * });
   * console.log(endpoint.secret);
   * ```
   */
  create(body: WebhookEndpointCreateParams, options?: RequestOptions): APIPromise<WebhookEndpointWithSecret> {
    return this.#requester.json(
      { method: "POST", path: "/webhook_endpoints", body, creates: true },
      webhookEndpointWithSecret,
      options,
    );
  }

  /** What is known about a receiver, without its secret. */
  retrieve(endpointId: string, options?: RequestOptions): APIPromise<WebhookEndpoint> {
    return this.#requester.json(
      { method: "GET", path: path`/webhook_endpoints/${endpointId}` },
      webhookEndpoint,
      options,
    );
  }

  /** Lists receivers, the newest first, without their secrets. Awaited it is a page of 20; iterated over, all. */
  list(query?: CursorParams | null, options?: RequestOptions): PagePromise<WebhookEndpoint> {
    const call = { method: "GET", path: "/webhook_endpoints", query: query ?? {} } as const;
    return listPages(this.#requester, call, webhookEndpoint, options);
  }

  /** Deletes a receiver. What was still to be sent to it is not sent any more. */
  delete(endpointId: string, options?: RequestOptions): APIPromise<WebhookEndpointDeleted> {
    return this.#requester.json(
      { method: "DELETE", path: path`/webhook_endpoints/${endpointId}` },
      webhookEndpointDeleted,
      options,
    );
  }

  /**
   * Gives a receiver a new secret, which is in this answer and in no later one. For 24 hours everything is signed with
   * the old one too, so that the receiver can change over in its own time.
   */
  rotateSecret(endpointId: string, options?: RequestOptions): APIPromise<WebhookEndpointWithSecret> {
    return this.#requester.json(
      { method: "POST", path: path`/webhook_endpoints/${endpointId}/rotate_secret`, creates: true },
      webhookEndpointWithSecret,
      options,
    );
  }
}

/** What a platform tells by itself, when a job has ended. */
export class Webhooks {
  /** Where the platform sends events. */
  readonly endpoints: WebhookEndpoints;
  readonly #secrets: readonly string[];

  /** @internal */
  constructor(requester: Requester) {
    this.endpoints = new WebhookEndpoints(requester);
    this.#secrets = requester.config.webhookSecrets;
  }

  /**
   * Verifies a webhook and gives its event. Nothing is sent. `unwrapWebhook` does the same without a client.
   *
   * A platform sends an event again when the answer got lost, so let its `id` be the key of what you do with it.
   *
   * @param body - byte for byte as it came; a parsed one can't be verified
   * @param secrets - instead of the client's `webhookSecret`
   * @throws WebhookVerificationError if it isn't signed with one of the secrets, or not now, or is no event
   * @throws ConfigurationError if there is no usable secret, or the body was parsed already
   *
   * @example
   * ```ts
   * app.post("/webhooks", express.raw({ type: "application/json" }), async (request, response) => {
   *   const event = await client.webhooks.unwrap(request.body, request.headers);
   *   if (event.type === "fine_tuning.job.succeeded") await deploy(event.data.id);
   *   response.sendStatus(204);
   * });
   * ```
   */
  async unwrap(
    body: WebhookBody,
    headers: WebhookHeaders,
    secrets?: WebhookSecrets | null,
    options: WebhookVerifyOptions = {},
  ): Promise<WebhookEvent> {
    return await unwrapWebhook(body, headers, this.#how(secrets, options));
  }

  /** As {@link unwrap}, without looking into the body. */
  async verifySignature(
    body: WebhookBody,
    headers: WebhookHeaders,
    secrets?: WebhookSecrets | null,
    options: WebhookVerifyOptions = {},
  ): Promise<void> {
    await verifyWebhook(body, headers, this.#how(secrets, options));
  }

  #how(secrets: WebhookSecrets | null | undefined, options: WebhookVerifyOptions): UnwrapWebhookOptions {
    // Other clients take a number of seconds here.
    if (typeof options !== "object") {
      throw new ConfigurationError(
        `The options of a webhook are an object such as { tolerance: 300_000 }, in milliseconds, not ${String(options)}.`,
      );
    }
    return { ...options, secrets: secrets ?? this.#secrets };
  }
}
