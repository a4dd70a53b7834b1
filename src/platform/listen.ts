import { createServer, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { getRequestListener, type Http2Bindings, type HttpBindings, RequestError } from "@hono/node-server";
import { ApiError, errorEnvelope, invalidRequest } from "./api-error.ts";
import { PortInUseError } from "./errors.ts";
import { newId } from "./ids.ts";
import type { Connection } from "./routes/route.ts";
import { errorResponse, type Handle } from "./server.ts";

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** Takes no new connection, and ends those that are open once they have had a moment to finish. */
  close(): Promise<void>;
}

/** Header and body limits of Node, said here so that no later version changes them unseen. Times in milliseconds. */
const LIMITS = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 30_000,
  // The slowest upload of 512 MB that is waited for.
  requestTimeout: 30 * 60_000,
  keepAliveTimeout: 5_000,
  // Node would refuse a request without it by an empty response; `unusable` says what is wrong.
  requireHostHeader: false,
} as const;
const MOST_CONNECTIONS = 512;
const CLOSE_MS = 2_000;

/**
 * Listens on the loopback interface alone: the platform is not made to be reached from elsewhere.
 *
 * @throws PortInUseError
 */
export async function listen(handle: Handle, port: number): Promise<Listening> {
  const server = createServer(
    LIMITS,
    getRequestListener((request, { outgoing }) => handle(request, connectionOf(outgoing)), {
      overrideGlobalObjects: false,
      errorHandler: unusable,
    }),
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.on("clientError", (error, socket) => refuseMalformed(error, socket));
  server.on("checkExpectation", (_request, response) => refuseExpectation(response));
  const address = await bind(server, port);
  return {
    port: address.port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      // A connection whose last answer is just being sent becomes idle a moment later.
      const idle = setInterval(() => server.closeIdleConnections(), 20);
      const patience = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
      await closed;
      clearInterval(idle);
      clearTimeout(patience);
    },
  };
}

/** A connection as faults on purpose treat it. */
function connectionOf(outgoing: HttpBindings["outgoing"] | Http2Bindings["outgoing"]): Connection {
  return {
    async cut() {
      // The first pieces of a body wait for its headers, which are written when the next piece is a long time coming.
      // Behind that, Node gathers what is written in one turn of the event loop.
      do await setImmediate();
      while (!outgoing.destroyed && (!outgoing.headersSent || outgoing.writableLength > 0));
      outgoing.socket?.destroySoon();
    },
    reset: () => {
      outgoing.socket?.resetAndDestroy();
    },
  };
}

async function bind(server: Server, port: number): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      const taken = "code" in error && error.code === "EADDRINUSE";
      reject(taken ? new PortInUseError(port) : error);
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server has no address");
  return address;
}

/** HTTP that can't become a request, because its host and path make no URL. */
function unusable(error: unknown): Response {
  const message =
    error instanceof RequestError
      ? `The request has no usable URL (${error.message}): look at its path and its host header.`
      : undefined;
  const response = errorResponse(
    message
      ? invalidRequest(message, { code: "invalid_url" })
      : new ApiError("server_error", "Something failed inside the platform.", { code: "internal_error" }),
  );
  response.headers.set("x-request-id", newId("req_"));
  return response;
}

/** `Expect` with anything but `100-continue`, which Node deals with itself. */
function refuseExpectation(response: ServerResponse): void {
  const message = 'The only expectation that can be met is "expect: 100-continue".';
  response.writeHead(417, { "content-type": "application/json", "x-request-id": newId("req_") });
  response.end(JSON.stringify(errorEnvelope(invalidRequest(message, { status: 417 }))));
}

/** What isn't HTTP, or has too many headers, never becomes a request; it gets the envelope all the same. */
function refuseMalformed(error: Error, socket: Duplex): void {
  if (!socket.writable || ("code" in error && error.code === "ECONNRESET")) {
    socket.destroy();
    return;
  }
  const code = "code" in error ? error.code : undefined;
  const status = code === "HPE_HEADER_OVERFLOW" ? 431 : code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
  const message =
    status === 431
      ? `The headers are larger than ${LIMITS.maxHeaderSize / 1024} KB.`
      : status === 408
        ? "The request took too long to arrive."
        : "This is not an HTTP request.";
  const body = JSON.stringify(errorEnvelope(new ApiError("invalid_request_error", message, { status })));
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      "content-type: application/json",
      `content-length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${newId("req_")}`,
      "connection: close",
      "",
      body,
    ].join("\r\n"),
  );
}
