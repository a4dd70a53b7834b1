import { startLocalPlatform } from "fermion/local";

/**
 * A platform as it is shipped: `serve.ts DATA_DIR BASE_DIRECTORY`. Each job starts two processes, and from the sources
 * they would take three times as long.
 */
const [dataDir, base] = process.argv.slice(2);
if (!dataDir || !base) throw new Error("usage: serve.ts DATA_DIR BASE_DIRECTORY");
const platform = await startLocalPlatform({ dataDir, port: 0, threads: 1, bases: { "photon-nano": base } });
console.log(JSON.stringify({ base_url: platform.baseURL, api_key: platform.apiKey }));
process.once("SIGTERM", () => void platform.close());
