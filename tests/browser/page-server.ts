import { once } from "node:events";
import { createServer } from "node:http";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** A website of its own origin that ships the built package. */
export interface PageServer extends AsyncDisposable {
  readonly origin: string;
}

const HTML = `<!doctype html>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<title>Fermion in a browser</title>
<input type="file" id="file">
<script type="module" src="/app.js"></script>
`;

/** What careful websites send: a page may run its own scripts, and talk to what it knows. */
const POLICY = "default-src 'self'; script-src 'self'; connect-src http://127.0.0.1:*; img-src data:";

/** Bundles `app.ts`, and with it `dist` and what that depends on, as an application does, and serves it on a page. */
export async function servePage(): Promise<PageServer> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("app.ts", import.meta.url))],
    bundle: true,
    splitting: true,
    write: false,
    outdir: "/",
    format: "esm",
    platform: "browser",
    target: "es2022",
    logLevel: "error",
  });
  const scripts = new Map(outputFiles.map(({ path, contents }) => [`/${basename(path)}`, contents]));

  const server = createServer(({ url = "" }, response) => {
    const script = scripts.get(url);
    if (script) {
      response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    } else if (url === "/") {
      response.writeHead(200, { "content-type": "text/html", "content-security-policy": POLICY }).end(HTML);
    } else {
      response.writeHead(404).end();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
