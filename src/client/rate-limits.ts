/** One of the limits that a platform counts by. */
export interface RateLimit {
  /** How many there may be within the window. */
  readonly limit: number | undefined;
  /** How many are left of it. */
  readonly remaining: number | undefined;
  /** In how many milliseconds the window begins anew. */
  readonly reset: number | undefined;
}

/** The limits of which a platform told in `x-ratelimit-*` headers. */
export interface RateLimits {
  readonly requests?: RateLimit;
  readonly tokens?: RateLimit;
}

/** Reads `x-ratelimit-{limit,remaining,reset}-{requests,tokens}`, and the plain `x-ratelimit-limit` as one of requests. */
export function rateLimits(headers: Headers): RateLimits {
  const requests = rateLimit(headers, "-requests") ?? rateLimit(headers, "");
  const tokens = rateLimit(headers, "-tokens");
  return { ...(requests && { requests }), ...(tokens && { tokens }) };
}

function rateLimit(headers: Headers, kind: string): RateLimit | undefined {
  const read = (name: string) => headers.get(`x-ratelimit-${name}${kind}`);
  const limit = count(read("limit"));
  const remaining = count(read("remaining"));
  const reset = duration(read("reset"));
  return limit === undefined && remaining === undefined && reset === undefined
    ? undefined
    : { limit, remaining, reset };
}

function count(text: string | null): number | undefined {
  return text !== null && /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Seconds as a number, or such as `6m0s` and `20ms`. */
function duration(text: string | null): number | undefined {
  const value = text?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(value)) {
    return Number(value) * 1_000;
  }
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(value)) {
    return undefined;
  }
  return [...value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ""] ?? 0),
    0,
  );
}
