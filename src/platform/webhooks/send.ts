import { lookup as resolve } from "node:dns";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { Targets } from "./targets.ts";

/** A request with an event. */
export interface Outgoing {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Nothing is sent to where a name leads at the moment. */
export class TargetRefusedError extends Error {
  override readonly name = "TargetRefusedError";
}

/**
 * Sends an event; the status of the answer. Redirects are an answer like any other: following one would lead to where
 * nobody has looked.
 *
 * @param signal - ends it, and whatever still comes of the answer
 * @throws TargetRefusedError; an error of the connection; the signal's reason
 */
export async function send(
  { url, headers, body }: Outgoing,
  targets: Targets,
  signal: AbortSignal,
): Promise<number> {
  const target = new URL(url);
  const refusal = targets.refusal(url);
  if (refusal) throw new TargetRefusedError(`The URL ${refusal}.`);
  const host = target.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) && !targets.allowsAddress(target.hostname, host)) throw refused(target.hostname, [host]);
  const start = target.protocol === "https:" ? httpsRequest : httpRequest;
  return await new Promise((done, fail) => {
    const request = start(target, {
      method: "POST",
      headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
      // A connection of its own: one that is kept open may end just as the next event is sent, days later.
      agent: false,
      lookup: checkedLookup(target.hostname, targets),
      signal,
    });
    request.on("error", (error) => fail(signal.aborted ? signal.reason : error));
    request.on("response", (response) => {
      // The status is all that counts. What is left of the answer is passed over until it ends, or the signal ends it.
      response.on("error", () => {});
      response.resume();
      done(response.statusCode ?? 0);
    });
    request.end(body);
  });
}

/**
 * Resolves a name and gives the connection only addresses that may be connected to: looked up beforehand, a name could
 * lead elsewhere by the time that the connection is made.
 */
function checkedLookup(host: string, targets: Targets): LookupFunction {
  return (name, options, callback) => {
    resolve(name, { ...options, all: true }, (error, found) => {
      if (error) {
        callback(error, "");
        return;
      }
      const addresses = found.filter(({ address }) => targets.allowsAddress(host, address));
      const [first] = addresses;
      if (!first) {
        const wrong = found.map(({ address }) => address);
        callback(refused(host, wrong), "");
      } else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function refused(host: string, addresses: readonly string[]): TargetRefusedError {
  return new TargetRefusedError(`${host} is ${addresses.join(", ")}, where nothing may be sent.`);
}
