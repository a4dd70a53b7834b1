import { ConfigurationError } from "./errors.ts";

/** The secret of a webhook, or several while they are being changed. */
export type WebhookSecrets = string | readonly string[];

const PREFIX = "whsec_";

/**
 * Takes secrets as they are given, and refuses what can't be one, in words that don't repeat it.
 *
 * @param where - what the caller can change, for the message
 */
export function checkedSecrets(given: unknown, where: string): readonly string[] {
  const secrets: readonly unknown[] = Array.isArray(given) ? given : [given];
  return secrets.map((secret, index) => {
    const which = secrets.length > 1 ? `Number ${index + 1} of the secrets in ${where}` : `The ${where}`;
    if (typeof secret !== "string") {
      throw new ConfigurationError(`${which} must be a string, and is ${kindOf(secret)}.`);
    }
    const text = secret.trim();
    const digits = /^whsec_([A-Za-z0-9+/]+)={0,2}$/.exec(text)?.[1];
    // No number of bytes leaves one digit over.
    if (digits === undefined || digits.length % 4 === 1) {
      throw new ConfigurationError(
        `${which} is no webhook secret: it begins with "${PREFIX}", and base64 follows. Was it copied whole?`,
      );
    }
    return text;
  });
}

/** As {@link checkedSecrets}, and there must be one. */
export function givenSecrets(given: unknown): readonly string[] {
  if (given === undefined || given === "" || (Array.isArray(given) && given.length === 0)) {
    throw new ConfigurationError(
      "There is no webhook secret. Give `secrets`, the client's `webhookSecret`, or FERMION_WEBHOOK_SECRET; it was shown " +
        "when the endpoint was made.",
    );
  }
  return checkedSecrets(given, "webhook secret");
}

/** The bytes that sign. */
export function secretBytes(secret: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(secret.slice(PREFIX.length)), (character) => character.charCodeAt(0));
}

function kindOf(value: unknown): string {
  return value === null ? "null" : typeof value;
}
