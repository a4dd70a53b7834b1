import { randomId } from "./random-id.ts";
import { hmacSignature, signedBytes } from "./webhook-hmac.ts";
import { givenSecrets, type WebhookSecrets } from "./webhook-secrets.ts";

/** What a test signs: an event, of which all but `type` and `data` may be left out, or any body as a string. */
export type SignableWebhook =
  | string
  | { readonly type: string; readonly data: object; readonly id?: string; readonly [field: string]: unknown };

/** How a webhook is signed. */
export interface SignWebhookOptions {
  /** `whsec_…`; with several, there is a signature by each, as while a platform changes its secret. */
  secrets: WebhookSecrets;
  /**
   * The `webhook-id`.
   * @default the event's `id`, or a new one
   */
  id?: string | undefined;
  /**
   * When it is signed.
   * @default now
   */
  timestamp?: Date | undefined;
}

/** A webhook's request as a platform would send it. */
export interface SignedWebhook {
  readonly body: string;
  readonly headers: Record<"content-type" | "webhook-id" | "webhook-timestamp" | "webhook-signature", string>;
}

/**
 * Signs a webhook as a platform does, so that the handler of an application can be tested without one.
 *
 * @throws ConfigurationError if there is no usable secret
 *
 * @example
 * ```ts
 * import { signWebhook } from "fermion";
 *
 * const secrets = "whsec_c2VjcmV0IGZvciB0ZXN0cyBvbmx5IQ==";
 * const event = { type: "fine_tuning.job.succeeded", data: { id: "ftjob-1" } };
 * const { body, headers } = await signWebhook(event, { secrets });
 * const response = await fetch("http://127.0.0.1:3000/webhooks", { method: "POST", body, headers });
 * ```
 */
export async function signWebhook(
  event: SignableWebhook,
  options: SignWebhookOptions,
): Promise<SignedWebhook> {
  const seconds = Math.floor((options.timestamp ?? new Date()).getTime() / 1_000);
  const id = options.id ?? (typeof event === "string" ? undefined : event.id) ?? `evt_${randomId()}`;
  const body =
    typeof event === "string"
      ? event
      : JSON.stringify({ id, object: "event", created_at: seconds, ...event });
  const signed = signedBytes(id, String(seconds), new TextEncoder().encode(body));
  const signatures = await Promise.all(
    givenSecrets(options.secrets).map(async (secret) => `v1,${await hmacSignature(secret, signed)}`),
  );
  return {
    body,
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(seconds),
      "webhook-signature": signatures.join(" "),
    },
  };
}
