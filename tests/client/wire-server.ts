import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Fermion } from "../../src/client/fermion.ts";
import type { ClientOptions } from "../../src/client/options.ts";

export const KEY = "sk-secret-0123456789";

/** The tests run twice: over Node's http and, as the project `fetch` of vitest.config.ts, over the runtime's `fetch`. */
export const adapter: ClientOptions =
  process.env.FERMION_TEST_ADAPTER === "fetch" ? { adapter: "fetch" } : {};

/** A request as it arrived, its body whole. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** What a server does on the wire with the n-th request (from 0). */
export type Script = (response: ServerResponse, request: Received, index: number) => unknown;

/** A server on a real socket that does on the wire what a test tells it to. */
export interface WireServer extends AsyncDisposable {
  readonly baseURL: string;
  readonly requests: readonly Received[];
  client(options?: ClientOptions): Fermion;
}

export async function wireServer(script: Script): Promise<WireServer> {
  const requests: Received[] = [];
  const server = createServer(async (message, response) => {
    const pieces: Buffer[] = [];
    try {
      for await (const piece of message) {
        pieces.push(piece);
      }
    } catch {
      return;
    }
    const request = {
      method: message.method ?? "",
      url: message.url ?? "",
      headers: message.headers,
      body: Buffer.concat(pieces).toString("latin1"),
    };
    requests.push(request);
    await script(response, request, requests.length - 1);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const baseURL = `http://127.0.0.1:${port}/v1`;
  return {
    baseURL,
    requests,
    client: (options) => new Fermion({ baseURL, apiKey: KEY, ...adapter, ...options }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export function json(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { "content-type": "application/json", "x-request-id": "req_1", ...headers });
  response.end(JSON.stringify(body));
}

export function apiError(
  response: ServerResponse,
  status: number,
  error: Record<string, unknown>,
  headers = {},
): void {
  json(response, status, { error: { type: null, param: null, code: null, ...error } }, headers);
}

/** Begins a stream of events. */
export function eventStream(response: ServerResponse, headers = {}): void {
  response.writeHead(200, { "content-type": "text/event-stream", "x-request-id": "req_1", ...headers });
  response.flushHeaders();
}

/** An event, written by the standard and not by the code under test. */
export function sse(data: unknown, fields: { event?: string; id?: string; retry?: number } = {}): string {
  const text = typeof data === "string" ? data : JSON.stringify(data);
  return [
    ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`),
    ...text.split("\n").map((line) => `data: ${line}`),
    "",
    "",
  ].join("\n");
}

/** What a promise rejects with. */
export async function rejection(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("It should have been rejected.");
}
