import { ConfigurationError } from "./errors.ts";

/**
 * Node's own modules, loaded when they are needed: on other runtimes they never are. The names are no literals inside
 * `import()`, because bundlers for browsers resolve those whether they are reached or not.
 */
export interface NodeModules {
  readonly stream: typeof import("node:stream");
  readonly fs: typeof import("node:fs");
  readonly path: typeof import("node:path");
  readonly url: typeof import("node:url");
  readonly os: typeof import("node:os");
  readonly crypto: typeof import("node:crypto");
}

/** Whether this is Node itself, or a runtime that gives itself out as it. */
export const isNode = typeof globalThis.process?.versions?.node === "string";

export async function nodeModules(): Promise<NodeModules> {
  if (!isNode) {
    throw new ConfigurationError(
      "A file on disk can be given by its path only on Node. Here, give a File or Blob, bytes or a stream.",
    );
  }
  const load = (name: string) => import(/* webpackIgnore: true */ /* @vite-ignore */ `node:${name}`);
  const [stream, fs, path, url, os, crypto] = await Promise.all(
    ["stream", "fs", "path", "url", "os", "crypto"].map(load),
  );
  return { stream, fs, path, url, os, crypto };
}
