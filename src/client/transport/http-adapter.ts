import type { Agent } from "node:http";
import httpAdapter from "axios/unsafe/adapters/http.js";
import { ConfigurationError } from "../errors.ts";
import { loadNodeModule } from "../node-modules.ts";
import { type Adapter, COMMON } from "./adapter.ts";
import { CONNECT_TIMEOUT } from "./connection-error.ts";

/** What only the http adapter of Node can be told. */
export interface ConnectionOptions {
  /** In milliseconds. */
  readonly connectTimeout: number;
  /** Certificates of authorities to trust, in PEM, in place of those that Node comes with. */
  readonly ca: string | readonly string[] | undefined;
  /** `false` goes past those of the environment. */
  readonly proxy: string | false | undefined;
}

/** Sends by Node's own http, over connections that are kept and used again. */
export async function createHttpAdapter({ connectTimeout, ca, proxy }: ConnectionOptions): Promise<Adapter> {
  const [http, https]: [typeof import("node:http"), typeof import("node:https")] = await Promise.all([
    loadNodeModule("http"),
    loadNodeModule("https"),
  ]);
  const adapter = httpAdapter;
  if (!adapter) {
    throw new ConfigurationError(
      'This runtime has no http of Node. Leave adapter out, or give adapter: "fetch".',
    );
  }
  const httpAgent = new http.Agent({ keepAlive: true });
  const httpsAgent = new https.Agent({ keepAlive: true, ...(ca === undefined ? {} : { ca: [ca].flat() }) });
  limitConnecting(httpAgent, connectTimeout, "connect");
  limitConnecting(httpsAgent, connectTimeout, "secureConnect");
  const given = proxy ? new URL(proxy) : proxy;
  return (request) =>
    adapter({
      ...COMMON,
      ...request,
      httpAgent,
      httpsAgent,
      // A proxy of the environment is meant for the network. Behind it, loopback would be another machine.
      proxy: given === undefined && isLoopback(request.url) ? false : given,
    });
}

/** Gives a connection up that isn't made in time. Whatever waits for it fails, and has sent nothing. */
function limitConnecting(agent: Agent, limit: number, ready: "connect" | "secureConnect"): void {
  const create = agent.createConnection;
  agent.createConnection = function (this: Agent, options, callback) {
    const stream = create.call(this, options, callback);
    const timer = setTimeout(() => {
      const error = new Error(`no connection within ${limit} ms`);
      stream?.destroy(Object.assign(error, { code: CONNECT_TIMEOUT }));
    }, limit);
    const made = () => clearTimeout(timer);
    stream?.once(ready, made).once("close", made);
    return stream;
  };
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}
