import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as openRequest,
  type ServerResponse,
} from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { disturbedFrames, frames } from "./event-frames.ts";
import { describeFault, type Fault, type Purpose, type Wait } from "./faults.ts";
import { type Chance, chanceOf } from "./seeded.ts";

/** Told of the next request, says what happens to it. */
export type Decide = (purpose: Purpose, headers: IncomingHttpHeaders) => readonly Fault[];

export interface ProxyOptions {
  /** Where requests go: the base URL of a platform, of which only the origin counts. */
  readonly target: string;
  readonly decide: Decide;
  /** Decides what `decide` leaves open, such as which events change places. */
  readonly chance?: Chance;
  /** Takes `Idempotency-Key` away: to the client, the platform is one that ignores it. */
  readonly ignoresKeys?: boolean;
  /** Put before each stream of events; `retry: 1` makes a client come back at once. */
  readonly prelude?: string;
}

/** A fault that has come to pass. */
export interface FaultRecord {
  readonly purpose: Purpose;
  readonly fault: Fault;
}

/** A proxy on a port of its own, between a client and a platform. */
export interface FaultyProxy extends AsyncDisposable {
  readonly baseURL: string;
  /** What was done, in order. */
  readonly done: readonly FaultRecord[];
  /** Each request in a line, with what was done to it. */
  readonly log: readonly string[];
  /** What went wrong in the proxy or the platform by itself, which never should. */
  readonly surprises: readonly string[];
  /** How many answers a client still holds open, or the platform still owes. */
  busy(): number;
}

export async function startFaultyProxy(options: ProxyOptions): Promise<FaultyProxy> {
  const { target, decide, chance = chanceOf(0) } = options;
  const origin = new URL(target);
  const done: FaultRecord[] = [];
  const log: string[] = [];
  const surprises: string[] = [];
  let open = 0;

  // An idle connection that is closed just when it is used again would be a fault that nobody has ordered.
  const server = createServer({ keepAliveTimeout: 300_000 }, (request, response) => {
    open++;
    const closed = once(response, "close");
    const served = serve(request, response).catch((error: unknown) => {
      // A client that has left is no surprise: it does so when its patience is over.
      if (!response.destroyed) surprises.push(`${request.method} ${request.url}: ${error}`);
      response.destroy();
    });
    void Promise.all([closed, served]).finally(() => open--);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const purpose = purposeOf(request);
    const faults = decide(purpose, request.headers);
    const line = `${request.method} ${request.url}`;
    log.push(line);
    const note = (fault: Fault) => {
      done.push({ purpose, fault });
      log.push(`    ${describeFault(purpose, fault)}`);
    };
    const whole = faults.find(takesAll);
    if (whole?.when === "before" && (whole.kind === "reset" || (whole.kind === "status" && whole.early))) {
      note(whole);
      return await perform(whole, response);
    }
    const body = await received(request);
    if (whole?.when === "before") {
      note(whole);
      return await perform(whole, response);
    }
    const headers = forwardedHeaders(request.headers, body, faults, note);
    const upstream = openRequest({
      host: origin.hostname,
      port: origin.port,
      method: request.method,
      path: request.url,
      headers,
      agent: false,
    });
    if (whole?.when === "within") {
      note(whole);
      upstream.on("error", () => undefined);
      upstream.write(body.subarray(0, Math.floor(body.length / 2)), () => upstream.destroy());
      return await perform(whole, response);
    }
    const answered = once(upstream, "response");
    upstream.end(body);
    const [answer]: IncomingMessage[] = await answered;
    if (!answer) throw new Error("the platform gave no answer");
    const streams = /^text\/event-stream/.test(answer.headers["content-type"] ?? "");
    // What a client doesn't want any more, the platform need not finish.
    response.once("close", () => answer.destroy());
    if (whole) {
      if (!streams) await received(answer);
      note(whole);
      answer.destroy();
      return await perform(whole, response);
    }
    await pass(answer, response, faults, streams, note);
  }

  function forwardedHeaders(
    given: IncomingHttpHeaders,
    body: Buffer,
    faults: readonly Fault[],
    note: (fault: Fault) => void,
  ): IncomingHttpHeaders {
    const headers: IncomingHttpHeaders = { ...withoutHops(given), host: origin.host };
    if (body.length > 0) headers["content-length"] = String(body.length);
    if (options.ignoresKeys) delete headers["idempotency-key"];
    const forget = faults.find(({ kind }) => kind === "forget");
    if (forget && headers["last-event-id"] !== undefined) {
      note(forget);
      delete headers["last-event-id"];
    }
    return headers;
  }

  /** Passes an answer on, disturbed as the faults say. */
  async function pass(
    answer: IncomingMessage,
    response: ServerResponse,
    faults: readonly Fault[],
    streams: boolean,
    note: (fault: Fault) => void,
  ): Promise<void> {
    const headers = withoutHops(answer.headers);
    const trickle = faults.find((fault) => fault.kind === "trickle");
    const cut = faults.find((fault) => fault.kind === "cut");
    let left = cut?.byte ?? Number.POSITIVE_INFINITY;
    let chunks: AsyncIterable<Uint8Array> = answer;
    if (streams) {
      // The platform tells the length of a stream that has ended at once; disturbed, it is another.
      delete headers["content-length"];
      chunks = bytesOf(disturbedFrames(frames(answer), faults, chance, note), options.prelude);
    } else if (cut) {
      const text = await received(answer);
      left = text.length === 0 ? 0 : cut.byte % text.length;
      chunks = (async function* () {
        yield text;
      })();
      // Cut "clean", it must look whole: what is announced is what comes.
      if (cut.ending !== "clean") headers["content-length"] = String(text.length);
      else if (cut.lengthTold) headers["content-length"] = String(left);
      else delete headers["content-length"];
    }
    if (trickle) note(trickle);
    response.writeHead(answer.statusCode ?? 0, headers);
    response.flushHeaders();
    for await (const chunk of chunks) {
      const piece = chunk.subarray(0, left);
      left -= piece.length;
      await write(response, piece, trickle?.bytes);
      if (response.destroyed) return;
      if (cut && left === 0) {
        note(cut);
        answer.destroy();
        return await end(response, cut.ending);
      }
    }
    response.end();
  }

  return {
    baseURL: `http://127.0.0.1:${address.port}/v1`,
    done,
    log,
    surprises,
    busy: () => open,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

type WholeFault = Extract<Fault, { when: unknown }>;

/** Whether nothing of the platform's answer comes through. */
function takesAll(fault: Fault): fault is WholeFault {
  return "when" in fault;
}

async function perform(fault: WholeFault, response: ServerResponse): Promise<void> {
  switch (fault.kind) {
    case "reset":
      return await end(response, "reset");
    case "hold":
      return await end(response, "silence");
    case "page":
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      response.end("<!doctype html><html><title>Sign in</title><p>Please sign in to go on.</p></html>");
      return;
    case "status": {
      const json = fault.wait?.as !== "date";
      const error = { message: "Busy. Come back later.", type: "server_error", param: null, code: null };
      response.writeHead(fault.status, {
        "content-type": json ? "application/json" : "text/html",
        ...waitHeaders(fault.wait),
      });
      response.end(json ? JSON.stringify({ error }) : "<h1>Busy</h1>");
    }
  }
}

function waitHeaders(wait: Wait | undefined): Record<string, string> {
  switch (wait?.as) {
    case "seconds":
      return { "retry-after": String(wait.seconds) };
    case "date":
      return { "retry-after": new Date(Date.now() + wait.seconds * 1_000).toUTCString() };
    case "ms":
      return { "retry-after-ms": String(wait.ms) };
    default:
      return {};
  }
}

async function end(response: ServerResponse, how: Extract<Fault, { kind: "cut" }>["ending"]): Promise<void> {
  switch (how) {
    case "clean":
      response.end();
      return;
    case "closed":
      response.socket?.destroySoon();
      return;
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "silence":
      if (!response.closed) await once(response, "close");
  }
}

async function write(response: ServerResponse, piece: Uint8Array, bytes: number | undefined): Promise<void> {
  const size = bytes ?? piece.length;
  for (let start = 0; start < piece.length && !response.destroyed; start += size) {
    // Counted as written when it has gone to the system: a reset behind it would take it along.
    await new Promise<void>((resolve) => {
      response.once("close", resolve);
      response.write(piece.subarray(start, start + size), () => {
        response.off("close", resolve);
        resolve();
      });
    });
    if (bytes !== undefined) await delay(1);
  }
}

async function* bytesOf(texts: AsyncIterable<string>, prelude = ""): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  if (prelude) yield encoder.encode(prelude);
  for await (const text of texts) yield encoder.encode(text);
}

async function received(message: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** What belongs to one connection, and not to the message. */
function withoutHops(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { connection, "keep-alive": _, "transfer-encoding": __, ...rest } = headers;
  return rest;
}

function purposeOf({ method, url = "" }: IncomingMessage): Purpose {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  if (pathname.endsWith("/chat/completions")) return "chat";
  if (method === "POST") return pathname.startsWith("/v1/fine_tuning") ? "create" : "upload";
  if (searchParams.has("stream")) return "events";
  return "poll";
}
