import type { Redactor } from "../redact.ts";
import type { Transport, TransportRequest, TransportResponse } from "./transport.ts";

/**
 * Stands between the client and the network: sees each request, may change it, and may answer in the network's place.
 * It is run for every try of a call, the first one added outermost. The key isn't in what it sees: that is put in behind
 * it, and only for the origin of the base URL.
 *
 * @example
 * ```ts
 * client.use(async (request, next) => {
 *   const response = await next({ ...request, headers: { ...request.headers, "x-team": "claims" } });
 *   console.log(request.method, request.url, response.status);
 *   return response;
 * });
 * ```
 */
export type Middleware = (request: TransportRequest, next: Transport) => Promise<TransportResponse>;

/** A transport behind all of the middleware, as the list is when a request is made. */
export function throughMiddleware(middleware: readonly Middleware[], transport: Transport): Transport {
  return (request) =>
    middleware.reduceRight<Transport>((next, one) => (given) => one(given, next), transport)(request);
}

/** Puts the key in, and keeps it, and everything else that is secret, away from every other host. */
export function withKey(
  { apiKey, baseURL, redactor }: { apiKey: string; baseURL: string; redactor: Redactor },
  transport: Transport,
): Transport {
  const origin = new URL(baseURL).origin;
  return (request) => {
    if (new URL(request.url).origin === origin) {
      return transport({ ...request, headers: { authorization: `Bearer ${apiKey}`, ...request.headers } });
    }
    const open = Object.entries(request.headers).filter(([, value]) => !redactor.has(value ?? ""));
    return transport({ ...request, headers: Object.fromEntries(open) });
  };
}

/** So many redirects in a row are followed. */
const MAX_REDIRECTS = 5;

/** Follows redirects of reads within one origin. Any other is an answer like each that isn't a success. */
export function followingRedirects(transport: Transport): Transport {
  return async (request) => {
    let url = request.url;
    for (let redirects = 0; ; redirects++) {
      const response = await transport({ ...request, url });
      const target = request.method === "GET" ? redirectTarget(response, url) : undefined;
      if (!target || target.origin !== new URL(url).origin || redirects === MAX_REDIRECTS) {
        return response;
      }
      await runOut(response.body);
      url = target.href;
    }
  };
}

function redirectTarget({ status, headers }: TransportResponse, url: string): URL | undefined {
  const location = headers.get("location");
  const isRedirect = [301, 302, 303, 307, 308].includes(status);
  return isRedirect && location && URL.canParse(location, url) ? new URL(location, url) : undefined;
}

/** Its connection can be used again once the answer has been read. Nobody writes a book into a redirect. */
async function runOut(body: AsyncIterable<Uint8Array>): Promise<void> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > 64 * 1024) {
      return;
    }
  }
}
