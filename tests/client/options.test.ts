import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { ConfigurationError } from "../../src/client/errors.ts";
import { Fermion } from "../../src/client/fermion.ts";
import type { ClientOptions } from "../../src/client/options.ts";
import { VERSION } from "../../src/client/version.ts";
import { json, KEY, rejection, wireServer } from "./wire-server.ts";

const baseURL = "http://127.0.0.1:9/v1";

/** What a caller without types may give. */
function clientOf(options: Record<string, unknown>): Fermion {
  return new Fermion({ baseURL, apiKey: KEY, ...options } satisfies Record<string, unknown> & ClientOptions);
}

describe("options of the client", () => {
  test.each([
    [{ maxRetries: Number.NaN }, "maxRetries must be a whole number from 0, not NaN."],
    [{ maxRetries: 1.5 }, "maxRetries must be a whole number from 0, not 1.5."],
    [{ maxRetries: "2" }, "maxRetries must be a whole number from 0, not a string."],
    [{ timeout: 0 }, "timeout must be a number of milliseconds above 0, up to 2³¹−1, not 0."],
    [{ timeout: Number.POSITIVE_INFINITY }, "not Infinity."],
    [{ idleTimeout: 2 ** 31 }, "idleTimeout must be a number of milliseconds above 0"],
    [{ connectTimeout: -1 }, "connectTimeout must be a number of milliseconds above 0"],
    [{ maxRetryDelay: Number.NaN }, "maxRetryDelay must be a number of milliseconds from 0"],
    [{ apiKey: 42 }, "apiKey must be a string, not 42."],
    [{ baseURL: new URL(baseURL) }, "baseURL must be a string, not an object."],
    [{ defaultHeaders: { "x-count": 1 } }, "defaultHeaders must be an object of names and strings"],
    [
      { defaultHeaders: [["a", "b"]] },
      "defaultHeaders must be an object of names and strings, not an array.",
    ],
    [{ adapter: "xhr" }, 'adapter must be "http" or "fetch", not a string.'],
    [{ fetch: "fetch" }, "fetch must be a function, not a string."],
    [{ adapter: "http", fetch: globalThis.fetch }, 'adapter is "http", and fetch is given'],
    [{ adapter: "fetch", ca: "-----BEGIN CERTIFICATE-----" }, 'ca works with the adapter "http" alone'],
    [{ fetch: globalThis.fetch, proxy: "http://127.0.0.1:1" }, 'proxy works with the adapter "http" alone'],
    [{ ca: "/etc/ssl/ca.pem" }, "ca must be a certificate in PEM"],
    [{ proxy: "proxy.example:8080" }, 'proxy must be false, or a URL such as "http://proxy.example:8080"'],
    [{ middleware: [1] }, "middleware must be an array of functions"],
    [{ validation: "loose" }, 'validation must be "strict" or "warn" or "off"'],
    [{ logger: { warn() {} } }, "logger must be an object with the functions error, warn, info and debug"],
    [{ logLevel: "trace" }, "logLevel must be"],
    [{ onRetry: true }, "onRetry must be a function, not true."],
    [{ baseUrl: baseURL }, 'There is no option "baseUrl" in the options of a client. Did you mean baseURL?'],
    [{ api_key: KEY }, "Did you mean apiKey?"],
    [{ retries: 3 }, "There are: baseURL, apiKey,"],
    [{ onRetries: () => undefined }, 'There is no option "onRetries"'],
    [{ Fetch: globalThis.fetch }, "Did you mean fetch?"],
  ])("%j is refused by name", (options, message) => {
    const make = () => clientOf(options);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(message);
  });

  test("absent values are fine, as undefined and as null", () => {
    expect(() => clientOf({ organization: null, timeout: undefined, maxRetries: undefined })).not.toThrow();
  });

  test("an object that has methods beside the options can be given whole, such as a local platform", () => {
    const platform = { baseURL, apiKey: KEY, close: async () => undefined };
    expect(new Fermion(platform).baseURL).toBe(baseURL);
  });

  test("nothing that can be looked at shows the key", () => {
    const client = clientOf({ defaultHeaders: { "x-api-key": "another-secret-value" } });
    for (const shown of [inspect(client, { depth: 20, showHidden: true }), JSON.stringify(client)]) {
      expect(shown).not.toContain(KEY);
      expect(shown).not.toContain("another-secret-value");
    }
  });

  test("the version is the package's", () => {
    expect(JSON.parse(readFileSync("package.json", "utf8"))).toMatchObject({ version: VERSION });
  });
});

describe("options of a call", () => {
  test.each([
    [{ timeout: Number.NaN }, "timeout must be a number of milliseconds"],
    [{ totalTimeout: -5 }, "totalTimeout must be a number of milliseconds"],
    [{ maxRetries: Number.NaN }, "maxRetries must be a whole number from 0, not NaN."],
    [{ signal: new AbortController() }, "signal must be an AbortSignal, not an object."],
    [{ headers: { "x-a": 1 } }, "headers must be an object of names and strings"],
    [{ headers: { "x-a": "one\r\nx-b: two" } }, "The header x-a has characters that no header can carry"],
    [{ headers: { "x a": "1" } }, '"x a" can\'t be the name of a header'],
    [{ idempotencyKey: "" }, "idempotencyKey must be 1 to 255 printable ASCII characters"],
    [{ extraBody: "x" }, "extraBody must be an object"],
    [{ retries: 1 }, 'There is no option "retries" in the options of a call.'],
  ])("%j is refused by name, and nothing is sent", async (options, message) => {
    await using server = await wireServer((response) => json(response, 200, {}));
    const error = await rejection(
      server.client().fineTuning.jobs.create({ model: "m", training_file: "f" }, { ...options } as object),
    );
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toHaveProperty("message", expect.stringContaining(message));
    expect(server.requests).toHaveLength(0);
  });

  test("extraBody is refused where there is no body", async () => {
    await using server = await wireServer((response) => json(response, 200, {}));
    const error = await rejection(server.client().models.retrieve("m", { extraBody: { a: 1 } }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(server.requests).toHaveLength(0);
  });
});
