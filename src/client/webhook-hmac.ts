import { ConfigurationError } from "./errors.ts";
import { secretBytes } from "./webhook-secrets.ts";

/** What Standard Webhooks signs. */
export function signedBytes(id: string, timestamp: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(`${id}.${timestamp}.`);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

/** The signature without its version, as base64. */
export async function hmacSignature(secret: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) {
    throw new ConfigurationError(
      "This runtime has no crypto.subtle, which webhooks are verified with. In a browser it is there on https pages only.",
    );
  }
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await subtle.importKey("raw", secretBytes(secret), hmac, false, ["sign"]);
  return btoa(String.fromCharCode(...new Uint8Array(await subtle.sign("HMAC", key, bytes))));
}
