import type { LocalPlatform, LocalPlatformOptions } from "./platform/start.ts";

export type { ChatTokenizer, DialogueToken, TemplateMessage } from "./contract/chat-tokenizer.ts";
export { loadChatTokenizer } from "./platform/chat-tokenizer.ts";
export {
  BaseModelError,
  DataDirInUseError,
  LocalPlatformOptionError,
  PortInUseError,
} from "./platform/errors.ts";
export type {
  ConnectionResetFault,
  CutStreamFault,
  ErrorAfterWorkFault,
  Fault,
  FaultControl,
  FaultTarget,
  RateLimitFault,
  SlowRequestBodyFault,
  StallStreamFault,
  StruckFault,
  TrainingCrashFault,
} from "./platform/faults/fault.ts";
export type { LocalPlatform, LocalPlatformOptions } from "./platform/start.ts";

/** The packages that only the platform needs, with the versions that it was made for. */
const peers = {
  "@fastify/busboy": "^3.2.0",
  "@hono/node-server": "^2.1.0",
  hono: "^4.13.0",
  libsql: "^0.5.29",
} as const;

/** Packages are missing that the local platform needs, and that an application which only streams does not. */
export class MissingPeersError extends Error {
  override readonly name = "MissingPeersError";
  /** The packages that are missing, each as `name@range`. */
  readonly missing: readonly string[];

  constructor(missing: readonly string[]) {
    super(
      `The local platform needs ${missing.length === 1 ? "a package" : "packages"} that fermion doesn't install by itself. ` +
        `Install ${missing.length === 1 ? "it" : "them"} with:\n\n  npm install ${missing.map((name) => `"${name}"`).join(" ")}\n`,
    );
    this.missing = missing;
  }
}

/**
 * Starts a platform on this machine: it keeps files, fine-tunes models in a process of its own, and serves them, on
 * 127.0.0.1 and without a network.
 *
 * @example
 * ```ts
 * import { Fermion } from "fermion";
 * import { startLocalPlatform } from "fermion/local";
 *
 * const platform = await startLocalPlatform({ dataDir: "./data", port: 0 });
 * const client = new Fermion({ baseURL: platform.baseURL, apiKey: platform.apiKey });
 * console.log((await client.models.list()).data);
 * await platform.close();
 * ```
 *
 * @throws {@link MissingPeersError} when packages that only the platform needs are not installed; it says which
 * @throws {@link LocalPlatformOptionError} when an option can't be used as it is; it says which, and what to give
 * @throws {@link DataDirInUseError} when another platform works with the data directory
 * @throws {@link PortInUseError} when the port is taken
 * @throws {@link BaseModelError} when a base model can't be loaded
 */
export async function startLocalPlatform(options: LocalPlatformOptions): Promise<LocalPlatform> {
  await requirePeers();
  // Loaded here and not above, so that this module can be imported, and can say what is missing, without the peers.
  const { start } = await import("./platform/start.ts");
  return await start(options);
}

async function requirePeers(): Promise<void> {
  const missing: string[] = [];
  for (const [name, range] of Object.entries(peers)) {
    try {
      await import(name);
    } catch (error) {
      // One that is there and broken is another problem, and its own message says more.
      if (!isMissing(error, name)) throw error;
      missing.push(`${name}@${range}`);
    }
  }
  if (missing.length > 0) throw new MissingPeersError(missing);
}

function isMissing(error: unknown, name: string): boolean {
  if (!(error instanceof Error) || !("code" in error)) return false;
  const codes: readonly unknown[] = ["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"];
  return codes.includes(error.code) && error.message.includes(name);
}
