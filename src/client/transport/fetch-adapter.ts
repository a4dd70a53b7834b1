import { getFetch } from "axios/unsafe/adapters/fetch.js";
import { ConfigurationError } from "../errors.ts";
import { type Adapter, COMMON } from "./adapter.ts";

/** Sends by `fetch`: the runtime's own, or the one that the caller gives. */
export function createFetchAdapter(fetch: typeof globalThis.fetch | undefined): Adapter {
  const adapter = getFetch({ env: { fetch } });
  if (!adapter) {
    throw new ConfigurationError("This runtime has no fetch. Give one as the option fetch.");
  }
  return (request) => adapter({ ...COMMON, ...request });
}
