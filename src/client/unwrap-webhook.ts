import type {
  FineTuningJobCancelledWebhookEvent,
  FineTuningJobFailedWebhookEvent,
  FineTuningJobSucceededWebhookEvent,
} from "../contract/webhooks.ts";
import type { WebhookSecrets } from "./webhook-secrets.ts";

// No string type is told apart from its own literals, only that of an enum is. None of its members ever exists.
declare enum OtherType {
  other = "other",
}

/**
 * The type of an event that this version doesn't know: any other string. It is kept apart from the known ones, so that
 * comparing `type` with one of those leaves exactly that event. To look at it: `const type: string = event.type`.
 */
export type UnknownWebhookEventType = OtherType;

/** An event of a type that this version doesn't know, as it came. */
export interface UnknownWebhookEvent {
  id: string;
  object?: string | null | undefined;
  type: UnknownWebhookEventType;
  /** Unix seconds. */
  created_at: number;
  data: Record<string, unknown>;
  [field: string]: unknown;
}

/** An event that a webhook was told. `type` says which; take what you know, and leave the rest alone. */
export type WebhookEvent =
  | FineTuningJobSucceededWebhookEvent
  | FineTuningJobFailedWebhookEvent
  | FineTuningJobCancelledWebhookEvent
  | UnknownWebhookEvent;

/** The body of a webhook's request, byte for byte as it came. */
export type WebhookBody = string | Uint8Array | ArrayBuffer;

/** The headers of a webhook's request: those of `fetch`, or Node's. Their names are the same in any case. */
export type WebhookHeaders =
  | Pick<Headers, "get">
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** How strictly a webhook is looked at. */
export interface WebhookVerifyOptions {
  /**
   * How far the time of its signing may lie from now, in milliseconds, in both directions.
   * @default 300_000
   */
  tolerance?: number | undefined;
}

/** How a webhook is verified without a client. */
export interface UnwrapWebhookOptions extends WebhookVerifyOptions {
  /** `whsec_…`; several while they are being changed: a signature by any of them is taken. */
  secrets: WebhookSecrets;
}

/**
 * Verifies a webhook (Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`) and gives its event. It needs no client
 * and nothing but web standards, so it runs wherever `crypto.subtle` is.
 *
 * A signature stays valid for the tolerance, and platforms send an event again when the answer got lost. So let `id` be
 * the key of what you do with it, and do it once.
 *
 * @param body - byte for byte as it came; a parsed one can't be verified
 * @throws WebhookVerificationError if it isn't signed with one of the secrets, or not now, or is no event
 * @throws ConfigurationError if there is no usable secret, or the body was parsed already
 *
 * @example
 * ```ts
 * import { unwrapWebhook } from "fermion";
 *
 * export async function POST(request: Request): Promise<Response> {
 *   const secrets = process.env.FERMION_WEBHOOK_SECRET ?? "";
 *   const event = await unwrapWebhook(await request.text(), request.headers, { secrets });
 *   if (event.type === "fine_tuning.job.succeeded") console.log(event.data.id);
 *   return new Response(null, { status: 204 });
 * }
 * ```
 */
export async function unwrapWebhook(
  body: WebhookBody,
  headers: WebhookHeaders,
  options: UnwrapWebhookOptions,
): Promise<WebhookEvent> {
  const { eventOf, verify } = await import("./webhook-verification.ts");
  return eventOf(await verify(body, headers, options));
}

/** As {@link unwrapWebhook}, without looking into the body. */
export async function verifyWebhook(
  body: WebhookBody,
  headers: WebhookHeaders,
  options: UnwrapWebhookOptions,
): Promise<void> {
  const { verify } = await import("./webhook-verification.ts");
  await verify(body, headers, options);
}
