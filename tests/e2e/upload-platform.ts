import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect, type Socket } from "node:net";
import { Fermion } from "../../src/client/fermion.ts";
import type { ClientOptions } from "../../src/client/options.ts";
import { listen } from "../../src/platform/listen.ts";
import { createHandle } from "../../src/platform/server.ts";
import { createTestPlatform } from "../platform/test-platform.ts";

/** A request as it passed by. */
export interface Passed {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** What was answered; `undefined` until then. */
  status: number | undefined;
  replayed: boolean;
}

/** What becomes of a request: passed on, passed on and its answer lost, or answered with a status at once. */
export type Fate = "pass" | "lose the answer" | number;

/** The real platform on a real socket, and in front of it a proxy that writes down every request and may disturb it. */
export async function uploadPlatform() {
  const { platform, close: closePlatform, clock } = await createTestPlatform();
  const listening = await listen(createHandle(platform), 0);
  const passed: Passed[] = [];
  const rules: {
    /** Milliseconds by which answers come later. */
    delay: number;
    /** What an answer waits for. */
    hold: (path: string) => Promise<unknown> | undefined;
    fate: (path: string, index: number) => Fate;
  } = { delay: 0, hold: () => undefined, fate: () => "pass" };
  const proxy = createServer((request, response) => {
    const path = request.url ?? "";
    const entry: Passed = {
      method: request.method ?? "",
      path,
      headers: request.headers,
      status: undefined,
      replayed: false,
    };
    const fate = rules.fate(path, passed.push(entry) - 1);
    if (typeof fate === "number") {
      request.resume().on("end", () => {
        response.writeHead(fate, { "content-type": "application/json", "retry-after-ms": "1" });
        response.end(JSON.stringify({ error: { message: "as the test says", type: null } }));
      });
      return;
    }
    const onward = httpRequest(
      { host: "127.0.0.1", port: listening.port, method: request.method, path, headers: request.headers },
      (answer) => {
        setTimeout(async () => {
          await rules.hold(path);
          entry.status = answer.statusCode;
          entry.replayed = answer.headers["idempotent-replayed"] === "true";
          if (fate === "lose the answer") {
            request.socket.destroy();
            answer.resume();
            return;
          }
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        }, rules.delay);
      },
    );
    onward.on("error", () => response.destroy());
    request.on("close", () => {
      if (!request.complete) {
        onward.destroy();
      }
    });
    request.pipe(onward);
  });
  const connections = new Set<Socket>();
  proxy.on("connection", (socket) => {
    connections.add(socket);
    socket.on("close", () => connections.delete(socket));
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = proxy.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const baseURL = `http://127.0.0.1:${port}/v1`;
  return {
    baseURL,
    apiKey: platform.apiKey,
    clock,
    passed,
    rules,
    store: platform.store,
    client: (options: ClientOptions = {}) => new Fermion({ baseURL, apiKey: platform.apiKey, ...options }),
    /** All files, and the states of all uploads, as the platform knows them. */
    files: () => platform.store.files.list({ limit: 1_000, order: "asc", after: undefined }).data,
    /** The states of the uploads that were begun since `passed` was emptied. */
    uploadStates: () =>
      [...new Set(passed.flatMap(({ path }) => /\/uploads\/([^/]+)/.exec(path)?.[1] ?? []))].map(
        (id) => platform.store.uploads.get(id)?.status,
      ),
    connections: connections as ReadonlySet<Socket>,
    /**
     * Waits until all that a client sent before it died has come, given the connections that there were before it: what
     * lies in a socket outlives its process.
     */
    async settled(earlier: ReadonlySet<Socket>) {
      // Connections are accepted in their order, so that all of the client's are, once this one is.
      const own = connect(port, "127.0.0.1");
      await once(own, "connect");
      const { localPort } = own;
      while (![...connections].some(({ remotePort }) => remotePort === localPort)) {
        await once(proxy, "connection");
      }
      own.destroy();
      for (const socket of connections) {
        if (earlier.has(socket) || socket.closed) continue;
        await new Promise((resolve) => socket.once("close", resolve));
      }
    },
    /** Forgets what happened, for the next test. */
    reset() {
      passed.length = 0;
      rules.delay = 0;
      rules.hold = () => undefined;
      rules.fate = () => "pass";
      for (const { id } of platform.store.files.list({ limit: 1_000, order: "asc", after: undefined }).data) {
        platform.library.delete(id);
      }
    },
    async close() {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
      await listening.close();
      await closePlatform();
    },
  };
}

/** Such a platform. */
export type UploadPlatform = Awaited<ReturnType<typeof uploadPlatform>>;
