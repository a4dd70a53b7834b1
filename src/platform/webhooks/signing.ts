import { createHmac, randomBytes } from "node:crypto";

const PREFIX = "whsec_";

/** A new secret: 32 random bytes. */
export function newSecret(): string {
  return PREFIX + randomBytes(32).toString("base64");
}

/** Whether a text is a secret as Standard Webhooks has them: the base64 of 24 to 64 bytes. */
export function isSecret(text: string): boolean {
  if (!text.startsWith(PREFIX)) return false;
  const bytes = keyOf(text);
  // Node passes over what is no base64; so it must be the same when it is written again.
  return bytes.length >= 24 && bytes.length <= 64 && PREFIX + bytes.toString("base64") === text;
}

/** What is signed: the id and the body of an event, and the second in which it is sent. */
export interface Signable {
  readonly id: string;
  readonly timestamp: number;
  readonly body: string;
}

/** The header `webhook-signature`: one signature for each secret. */
export function signatures({ id, timestamp, body }: Signable, secrets: readonly string[]): string {
  return secrets
    .map((secret) => {
      const hmac = createHmac("sha256", keyOf(secret)).update(`${id}.${timestamp}.${body}`);
      return `v1,${hmac.digest("base64")}`;
    })
    .join(" ");
}

function keyOf(secret: string): Buffer {
  return Buffer.from(secret.slice(PREFIX.length), "base64");
}
