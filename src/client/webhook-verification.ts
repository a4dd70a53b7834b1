import { knownWebhookEventSchema, webhookEventSchema, webhookEventTypes } from "../contract/webhooks.ts";
import { ConfigurationError } from "./errors.ts";
import type {
  UnknownWebhookEvent,
  UnwrapWebhookOptions,
  WebhookBody,
  WebhookEvent,
  WebhookHeaders,
} from "./unwrap-webhook.ts";
import { WebhookVerificationError } from "./webhook-errors.ts";
import { hmacSignature, signedBytes } from "./webhook-hmac.ts";
import { givenSecrets } from "./webhook-secrets.ts";

/** Checks signature and time, and gives the bytes of the body. */
export async function verify(
  body: WebhookBody,
  headers: WebhookHeaders,
  options: UnwrapWebhookOptions,
): Promise<Uint8Array> {
  const bytes = rawBytes(body);
  const secrets = givenSecrets(options?.secrets);
  const tolerance = checkedTolerance(options.tolerance ?? 300_000);

  const id = header(headers, "webhook-id");
  const timestamp = header(headers, "webhook-timestamp");
  const given = [...header(headers, "webhook-signature").matchAll(/(?:^|[\s,])v1,([A-Za-z0-9+/]+=*)/g)];
  if (!/^\d{1,12}$/.test(timestamp)) {
    throw malformed("webhook-timestamp", "a whole number of Unix seconds");
  }
  const age = Date.now() - Number(timestamp) * 1_000;
  if (age > tolerance) {
    throw new WebhookVerificationError(
      "timestamp_too_old",
      `The webhook was signed ${Math.round(age / 1_000)} s ago, and ${tolerance / 1_000} s are tolerated. ` +
        "It may be a repetition by somebody else; if all are too old, a clock is wrong.",
    );
  }
  if (age < -tolerance) {
    throw new WebhookVerificationError(
      "timestamp_too_new",
      `The webhook was signed ${Math.round(-age / 1_000)} s in the future, and ${tolerance / 1_000} s are tolerated. ` +
        "The clock of this machine or of the platform is wrong.",
    );
  }
  if (given.length === 0) {
    throw malformed("webhook-signature", 'signatures such as "v1,BASE64", parted by spaces');
  }

  const signed = signedBytes(id, timestamp, bytes);
  for (const secret of secrets) {
    const expected = await hmacSignature(secret, signed);
    if (given.some(([, text]) => isSame(text ?? "", expected))) {
      return bytes;
    }
  }
  throw new WebhookVerificationError(
    "signature_mismatch",
    `No signature of the webhook was made over this body with ${secrets.length > 1 ? "any of the secrets" : "the secret"}. ` +
      "Is it the secret of this endpoint, and the body exactly as it came, not parsed and written anew?",
  );
}

/** The event that a verified body is. */
export function eventOf(bytes: Uint8Array): WebhookEvent {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new WebhookVerificationError("malformed_body", "The webhook is signed rightly, and is no JSON.");
  }
  const known = knownWebhookEventSchema.safeParse(value);
  if (known.success) {
    return known.data;
  }
  const other = webhookEventSchema.safeParse(value);
  if (other.success && isUnknown(other.data)) {
    return other.data;
  }
  const [issue] = (other.success ? known : other).error?.issues ?? [];
  throw new WebhookVerificationError(
    "malformed_body",
    "The webhook is signed rightly, and is no event: " +
      `${issue?.path.map(String).join(".") || "the body"}: ${issue?.message ?? "not as described"}.`,
  );
}

/** An event whose type is known, but not its data, is none that could be passed on under its type. */
function isUnknown(event: { type: string }): event is UnknownWebhookEvent {
  const known: readonly string[] = webhookEventTypes;
  return !known.includes(event.type);
}

function rawBytes(body: unknown): Uint8Array {
  if (typeof body === "string") {
    return new TextEncoder().encode(body);
  }
  if (body instanceof Uint8Array) {
    return body;
  }
  if (body instanceof ArrayBuffer) {
    return new Uint8Array(body);
  }
  throw new ConfigurationError(
    `The body of a webhook must be raw, and this is ${body === null ? "null" : `of type ${typeof body}`}: what was parsed can't ` +
      "be verified, because the signature is over the bytes. Give `await request.text()`, or with Express the body of " +
      '`express.raw({ type: "application/json" })`.',
  );
}

function checkedTolerance(tolerance: unknown): number {
  if (typeof tolerance === "number" && tolerance > 0) {
    return tolerance;
  }
  throw new ConfigurationError(
    `tolerance must be a number of milliseconds above 0, not ${String(tolerance)}.`,
  );
}

function header(headers: WebhookHeaders, name: string): string {
  const value = headerValue(headers, name);
  if (value === undefined || value === "") {
    throw new WebhookVerificationError("missing_header", `The request has no header "${name}".`, name);
  }
  return value;
}

function headerValue(headers: WebhookHeaders, name: string): string | undefined {
  if (isHeaders(headers)) {
    return headers.get(name) ?? undefined;
  }
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof found === "string" ? found : found?.join(" ");
}

// Not `instanceof`: a framework may bring a class of its own.
function isHeaders(headers: WebhookHeaders): headers is Pick<Headers, "get"> {
  return typeof headers.get === "function";
}

function malformed(name: string, expected: string): WebhookVerificationError {
  return new WebhookVerificationError(
    "malformed_header",
    `The header "${name}" of the webhook is not ${expected}.`,
    name,
  );
}

/** Compares in a time that doesn't depend on where the two differ. */
function isSame(given: string, expected: string): boolean {
  let difference = given.length ^ expected.length;
  for (let index = 0; index < expected.length; index++) {
    difference |= given.charCodeAt(index) ^ expected.charCodeAt(index);
  }
  return difference === 0;
}
