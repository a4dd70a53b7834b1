import { isOpenTelemetryAPI, type OpenTelemetryAPI } from "./api.ts";
import type { CallTelemetry, TelemetryCall } from "./call-telemetry.ts";

/** Where every copy of `@opentelemetry/api` of version 1 keeps what an application has registered. */
const REGISTRY = Symbol.for("opentelemetry.js.api.1");

let registered: Promise<OpenTelemetryAPI | undefined> | undefined;

/**
 * Starts what tells OpenTelemetry of a call; `undefined` where nobody listens, which one look at the global object tells.
 * Nothing is loaded before somebody does.
 *
 * @param option what the client was given: the package, `false` for never, or nothing for "if it is registered"
 */
export function startTelemetry(
  option: OpenTelemetryAPI | false | undefined,
  call: () => TelemetryCall,
): Promise<CallTelemetry | undefined> | undefined {
  if (option === false || (option === undefined && !(REGISTRY in globalThis))) {
    return undefined;
  }
  return start(option, call);
}

async function start(
  option: OpenTelemetryAPI | undefined,
  call: () => TelemetryCall,
): Promise<CallTelemetry | undefined> {
  registered ??= option ? undefined : loadRegistered();
  const api = option ?? (await registered);
  if (!api) {
    return undefined;
  }
  const { startCallTelemetry } = await import("./call-telemetry.ts");
  return startCallTelemetry(api, call());
}

async function loadRegistered(): Promise<OpenTelemetryAPI | undefined> {
  // No literal inside `import()`: bundlers would want to resolve a package that most applications don't have.
  const name = "@opentelemetry/api";
  try {
    const loaded: unknown = await import(/* webpackIgnore: true */ /* @vite-ignore */ name);
    return isOpenTelemetryAPI(loaded) ? loaded : undefined;
  } catch {
    // The application is bundled, or its package manager keeps the package from this one. Observing is optional, and a
    // call must not fail for it; such an application gives the package as an option.
    return undefined;
  }
}
