import { setMaxListeners } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { keptApiKey } from "./api-key.ts";
import { createBlobs } from "./blobs.ts";
import { DataDirInUseError } from "./errors.ts";
import type { Fault, FaultControl } from "./faults/fault.ts";
import { createFaults, noFaults } from "./faults/registry.ts";
import { createFileLibrary } from "./file-library.ts";
import { createChanges } from "./jobs/changes.ts";
import { createJobLifecycle } from "./jobs/lifecycle.ts";
import { createJobRunner } from "./jobs/runner.ts";
import { listen } from "./listen.ts";
import { createModelCatalog } from "./models.ts";
import { checkOptions, makeDataDir } from "./options.ts";
import { packageRoot, packageVersion } from "./package-root.ts";
import { createHandle } from "./server.ts";
import { createInference } from "./serving/inference.ts";
import { tryLock } from "./store/database.ts";
import { openStore } from "./store/store.ts";
import { createWebhookDelivery } from "./webhooks/delivery.ts";
import { createTargets } from "./webhooks/targets.ts";

/** How a local platform is started. */
export interface LocalPlatformOptions {
  /** Where files, jobs and models are kept; created if it isn't there. One platform at a time can use it. */
  readonly dataDir: string;
  /**
   * The port on 127.0.0.1, 0–65535; 0 takes a free one.
   *
   * @default 4242
   */
  readonly port?: number;
  /**
   * The key that requests must carry; visible ASCII, without spaces.
   *
   * @default made at the first start, and kept in `dataDir`
   */
  readonly apiKey?: string;
  /**
   * How many threads train, from 1. The weights are the same to the bit for any number.
   *
   * @default one for each core, four at most
   */
  readonly threads?: number;
  /**
   * The directory of each base model, in the Hugging Face layout, by the name that requests use.
   *
   * @default the `photon-nano` that comes with the package
   */
  readonly bases?: Readonly<Record<string, string>>;
  /**
   * The origins of web pages that may call the platform from a browser, such as `http://localhost:5173`. A browser keeps
   * the answers from every other page; programs outside of browsers are not concerned.
   *
   * @default none
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * Hosts beyond this machine that webhooks may be sent to, by name or address, such as `hooks.example.com`. A name that
   * leads to a link-local address, where clouds keep credentials, is refused all the same.
   *
   * @default none: webhooks go to localhost, 127.0.0.0/8 and [::1]
   */
  readonly webhookHosts?: readonly string[];
  /**
   * What is to go wrong on purpose, so that a test sees what comes of it. With it, even with an empty list, the header
   * `x-fermion-fault` on a request asks for a fault too, and {@link LocalPlatform.faults} takes more.
   *
   * @default no faults, and the header is ignored
   */
  readonly faults?: readonly Fault[];
  /**
   * Hears what goes wrong inside: crashes of training, requests that failed with 500.
   *
   * @default writes to standard error
   */
  readonly log?: (message: string) => void;
}

/** A local platform that runs. */
export interface LocalPlatform {
  /** Such as `http://127.0.0.1:4242/v1`. */
  readonly baseURL: string;
  /** The key that requests must carry. */
  readonly apiKey: string;
  /** What is to go wrong on purpose, and what has. */
  readonly faults: FaultControl;
  /**
   * Ends the platform. A job that runs keeps its state, and goes on at the next start on the same directory. A second
   * call gives the same promise.
   */
  close(): Promise<void>;
}

/** What has expired is looked for so often. */
const EXPIRY_MS = 10 * 60_000;

/** Starts a platform; see `startLocalPlatform`, which loads this. */
export async function start(options: LocalPlatformOptions): Promise<LocalPlatform> {
  checkOptions(options);
  const dataDir = makeDataDir(options.dataDir);
  const log = options.log ?? ((message) => console.error(message));
  const lock = takeLock(dataDir);
  // What has to be undone, in this order, when the platform closes or its start fails.
  const undo: (() => void | Promise<void>)[] = [() => lock.release()];
  const unwind = async () => {
    const failures: unknown[] = [];
    for (const step of undo.splice(0)) {
      // One that fails must not keep the others from being done, the lock least of all.
      await (async () => step())().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  };
  try {
    const now = () => Math.floor(Date.now() / 1000);
    const store = openStore(join(dataDir, "platform.db"), now);
    undo.unshift(store.close);
    const blobs = createBlobs(join(dataDir, "blobs"));
    const library = createFileLibrary(store, blobs, now);
    const models = await createModelCatalog(options.bases ?? packagedBases(), dataDir, store);
    library.expire();
    library.sweep();
    await models.sweep();

    const changes = createChanges();
    const version = packageVersion();
    const webhookTargets = createTargets(options.webhookHosts ?? []);
    const sending = { store: store.webhooks, targets: webhookTargets, version, now, log };
    const webhooks = createWebhookDelivery(sending);
    undo.unshift(webhooks.close);
    const lifecycle = createJobLifecycle({ store, library, changes, webhooks, now });
    const { threads } = options;
    const faults = options.faults && createFaults(options.faults);
    const runner = createJobRunner({ store, blobs, models, lifecycle, dataDir, threads, faults, log });
    undo.unshift(runner.close);
    const inference = createInference(log);
    undo.unshift(inference.close);
    const expiry = setInterval(() => {
      try {
        library.expire();
      } catch (error) {
        // A full disk, perhaps. Thrown in a timer, it would end the platform; what has expired is looked for again.
        log(`Taking away what has expired failed: ${error instanceof Error ? error.stack : String(error)}`);
      }
    }, EXPIRY_MS).unref();
    undo.unshift(() => clearInterval(expiry));

    const closing = new AbortController();
    // Each stream of a job's events listens for the end; Node would take more than ten of them for a leak, and say so.
    setMaxListeners(0, closing.signal);
    const apiKey = options.apiKey ?? keptApiKey(dataDir);
    const parts = {
      store,
      blobs,
      library,
      models,
      changes,
      lifecycle,
      runner,
      inference,
      webhookTargets,
      faults,
    };
    const allowedOrigins = options.allowedOrigins ?? [];
    const about = { version, apiKey, allowedOrigins };
    const handle = createHandle({ ...parts, ...about, now, closing: closing.signal, log });
    const server = await listen(handle, options.port ?? 4242);
    undo.unshift(() => {
      closing.abort();
      return server.close();
    });
    // What was still to be sent when the platform ended.
    webhooks.wake();
    let closed: Promise<void> | undefined;
    return {
      baseURL: `http://127.0.0.1:${server.port}/v1`,
      apiKey,
      faults: faults?.control ?? noFaults,
      close: () => {
        closed ??= unwind();
        return closed;
      },
    };
  } catch (error) {
    await unwind();
    throw error;
  }
}

function takeLock(dataDir: string) {
  const lock = tryLock(join(dataDir, "lock.db"));
  const holder = join(dataDir, "platform.pid");
  if (!lock) throw new DataDirInUseError(dataDir, processName(holder));
  // For the message above alone: the lock itself is the operating system's.
  writeFileSync(holder, String(process.pid));
  return {
    release() {
      rmSync(holder, { force: true });
      lock.release();
    },
  };
}

function processName(path: string): string {
  try {
    return ` (process ${Number(readFileSync(path, "utf8"))})`;
  } catch {
    return "";
  }
}

function packagedBases(): Record<string, string> {
  return { "photon-nano": fileURLToPath(new URL("models/photon-nano", packageRoot)) };
}
