import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { LocalPlatformOptionError } from "./errors.ts";
import { checkFaults } from "./faults/fault-schema.ts";
import type { LocalPlatformOptions } from "./start.ts";

/**
 * Checks what a platform is started with. JavaScript can give anything, or nothing: what is wrong is told here, by the
 * name of the option, and not by whatever would trip over it later.
 *
 * @throws LocalPlatformOptionError
 */
export function checkOptions(options: Partial<LocalPlatformOptions> | undefined): void {
  const { dataDir, port, apiKey, threads, allowedOrigins, webhookHosts, faults } = options ?? {};
  if (typeof dataDir !== "string" || dataDir.trim() === "") {
    throw new LocalPlatformOptionError(
      "dataDir",
      'must be the path of a directory, such as "./data"; it is created if it isn\'t there.',
    );
  }
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new LocalPlatformOptionError(
      "port",
      `must be a whole number from 0 to 65535, and is ${port}. 0 takes a port that is free.`,
    );
  }
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1)) {
    throw new LocalPlatformOptionError(
      "threads",
      `must be a whole number from 1, and is ${threads}. Leave it out for one thread a core, four at most.`,
    );
  }
  // Anything else could not be sent in a header, so no request would ever be let in.
  if (apiKey !== undefined && !(typeof apiKey === "string" && /^[\x21-\x7e]+$/.test(apiKey))) {
    throw new LocalPlatformOptionError(
      "apiKey",
      "must have at least one character, and only visible ASCII. Leave it out for a key that is made and kept.",
    );
  }
  checkOrigins(allowedOrigins);
  checkHosts(webhookHosts);
  if (faults !== undefined) checkFaults(faults);
}

/** Compared with the host that a URL has, which it spells in lower case. */
function checkHosts(hosts: unknown): void {
  if (hosts === undefined) return;
  const isHost = (host: unknown) =>
    typeof host === "string" &&
    !host.includes("*") &&
    URL.canParse(`http://${host}`) &&
    new URL(`http://${host}`).hostname === host;
  if (Array.isArray(hosts) && hosts.every(isHost)) return;
  const wrong = Array.isArray(hosts) ? hosts.find((host) => !isHost(host)) : hosts;
  throw new LocalPlatformOptionError(
    "webhookHosts",
    'must be a list of host names or addresses in lower case, such as ["hooks.example.com"], without a scheme, a port ' +
      `or a wildcard; not ${JSON.stringify(wrong)}.`,
  );
}

/** A browser compares what it is answered with its own spelling, letter by letter: no other would ever match. */
function checkOrigins(origins: unknown): void {
  if (origins === undefined) return;
  if (Array.isArray(origins) && origins.every(isOrigin)) return;
  const wrong = Array.isArray(origins) ? origins.find((origin) => !isOrigin(origin)) : origins;
  throw new LocalPlatformOptionError(
    "allowedOrigins",
    'must be a list of origins as a browser spells them, such as ["http://localhost:5173"]: scheme, host and port, ' +
      `without a slash at the end; not ${JSON.stringify(wrong)}. Wildcards are not taken.`,
  );
}

function isOrigin(value: unknown): boolean {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  const { origin, protocol, host } = new URL(value);
  // Of a scheme that isn't the web's own, such as an extension's, the URL says "null".
  return value === (origin === "null" ? `${protocol}//${host}` : origin) && host !== "";
}

/**
 * Makes the data directory, unless it is there.
 *
 * @returns its absolute path
 * @throws LocalPlatformOptionError when it is a file, or can't be made
 */
export function makeDataDir(given: string): string {
  const dataDir = resolve(given);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    const isFile = error instanceof Error && "code" in error && error.code === "EEXIST";
    const reason = error instanceof Error ? error.message : String(error);
    throw new LocalPlatformOptionError(
      "dataDir",
      isFile
        ? `must be a directory, and ${dataDir} is a file.`
        : `must be a directory that can be made: ${reason}.`,
    );
  }
  return dataDir;
}
