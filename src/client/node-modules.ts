import { ConfigurationError } from "./errors.ts";

/** Node's own modules that files are read and sent with, loaded when they are needed: on other runtimes they never are. */
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
  const [stream, fs, path, url, os, crypto] = await Promise.all(
    ["stream", "fs", "path", "url", "os", "crypto"].map(loadNodeModule),
  );
  return { stream, fs, path, url, os, crypto };
}

/**
 * One of Node's own modules. Its name is no literal inside `import()`, because bundlers for browsers resolve those whether
 * they are reached or not.
 */
export function loadNodeModule(name: string) {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ `node:${name}`);
}
