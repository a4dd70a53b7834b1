/** Shown in place of what nobody may see. */
const REDACTED = "[redacted]";

/** Headers and parameters whose values are never shown, whatever they are. */
const SECRET_NAME = /auth|cookie|secret|token|password|signature|(^|[-_])key$|api-?key/i;

/** Takes secrets out of all that is shown: messages, bodies, URLs, headers. */
export interface Redactor {
  text(text: string): string;
  /** As {@link text}, and without the values of parameters that are secret by their name. */
  url(url: string): string;
  /** As {@link text}, and without the values of headers that are secret by their name. */
  headers(headers: Headers): Headers;
  /** Whether a text has a secret in it. */
  has(text: string): boolean;
  /** One that knows the secrets of these headers or parameters too. */
  with(values: Readonly<Record<string, string | null | undefined>>): Redactor;
}

/** @param secrets - such as the key; each is also looked for as it stands in a URL */
export function createRedactor(secrets: readonly string[]): Redactor {
  const known = [...new Set(secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]))].sort(
    (a, b) => b.length - a.length,
  );
  const text = (shown: string) => known.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), shown);
  return {
    text,
    has: (shown) => known.some((secret) => shown.includes(secret)),
    url(url) {
      const hidden = url.replace(/([?&])([^=&#]+)=([^&#]*)/g, (whole, mark: string, name: string) =>
        SECRET_NAME.test(name) ? `${mark}${name}=${REDACTED}` : whole,
      );
      return text(hidden.replace(/\/\/[^/@]*@/, `//${REDACTED}@`));
    },
    headers: (headers) =>
      new Headers(
        [...headers].map(([name, value]): [string, string] => [
          name,
          isSecretHeader(name) ? REDACTED : text(value),
        ]),
      ),
    with(values) {
      const found = Object.entries(values).flatMap(([name, value]) =>
        // A short value would be found in half of all texts.
        typeof value === "string" &&
        isSecretHeader(name) &&
        value.length >= 8 &&
        !text(value).includes(REDACTED)
          ? [value, value.replace(/^\w+\s+(?=\S{8})/, "")]
          : [],
      );
      return found.length === 0 ? this : createRedactor([...secrets, ...found]);
    },
  };
}

/** What a server says about itself by such a name (`x-ratelimit-remaining-tokens`) is no secret. */
function isSecretHeader(name: string): boolean {
  return SECRET_NAME.test(name) && !/^(x-ratelimit-|idempotency-key$|www-authenticate$)/i.test(name);
}
