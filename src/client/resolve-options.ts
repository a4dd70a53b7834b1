import { ownAliases } from "./aliases/own-aliases.ts";
import {
  abortSignal,
  callback,
  checkOptions,
  milliseconds,
  type OptionRule,
  type OptionRules,
  oneOf,
  record,
  string,
  strings,
  wholeNumber,
} from "./check-options.ts";
import { ConfigurationError } from "./errors.ts";
import { LOG_LEVELS, type LogLevel, leveled } from "./logger.ts";
import { isNode } from "./node-modules.ts";
import type { ClientConfig, ClientOptions, UploadRequestOptions } from "./options.ts";
import { createRedactor } from "./redact.ts";
import { isOpenTelemetryAPI } from "./telemetry/api.ts";
import { checkedSecrets } from "./webhook-secrets.ts";

const adapters = oneOf(["http", "fetch"]);
const validations = oneOf(["strict", "warn", "off"]);
const logger: OptionRule = {
  expected: "an object with the functions error, warn, info and debug, such as console",
  accepts: (value) =>
    typeof value === "object" &&
    value !== null &&
    ["error", "warn", "info", "debug"].every((name) => callback.accepts(Reflect.get(value, name))),
};

const clientRules: OptionRules<ClientOptions> = {
  baseURL: string,
  apiKey: string,
  // Looked at closely by `checkedSecrets`.
  webhookSecret: { expected: "a webhook secret, or an array of them", accepts: () => true },
  organization: string,
  project: string,
  timeout: milliseconds,
  idleTimeout: milliseconds,
  connectTimeout: milliseconds,
  maxRetries: wholeNumber,
  maxRetryDelay: {
    expected: "a number of milliseconds from 0, up to 2³¹−1",
    accepts: (value) => value === 0 || milliseconds.accepts(value),
  },
  defaultHeaders: strings,
  defaultQuery: strings,
  adapter: adapters,
  fetch: callback,
  ca: {
    expected: "a certificate in PEM, or an array of them",
    accepts: (value) =>
      [value].flat().every((item) => typeof item === "string" && item.includes("-----BEGIN")),
  },
  proxy: {
    expected: 'false, or a URL such as "http://proxy.example:8080"',
    accepts: (value) =>
      value === false || (typeof value === "string" && /^https?:/.test(value) && URL.canParse(value)),
  },
  middleware: {
    expected: "an array of functions",
    accepts: (value) => Array.isArray(value) && value.every(callback.accepts),
  },
  validation: validations,
  onDrift: callback,
  logger,
  logLevel: oneOf(LOG_LEVELS),
  onRetry: callback,
  openTelemetry: {
    expected: "the package @opentelemetry/api, or false",
    accepts: (value) => value === false || isOpenTelemetryAPI(value),
  },
  aliases: {
    expected: 'the path of a file, or names with models such as { claims: "ft:…" }',
    accepts: (value) => (typeof value === "string" && value !== "") || record.accepts(value),
  },
};

const requestRules: OptionRules<UploadRequestOptions> = {
  signal: abortSignal,
  timeout: milliseconds,
  idleTimeout: milliseconds,
  totalTimeout: milliseconds,
  maxRetries: wholeNumber,
  headers: strings,
  query: strings,
  extraBody: record,
  idempotencyKey: {
    expected: "1 to 255 printable ASCII characters",
    accepts: (value) => typeof value === "string" && /^[\x20-\x7e]{1,255}$/.test(value),
  },
  onProgress: callback,
};

/**
 * Refuses what can't be meant, before anything is sent.
 *
 * @throws ConfigurationError that names the option
 */
export function checkRequestOptions(options: object): void {
  checkOptions(options, requestRules, "the options of a call");
}

/** Fills in the defaults and refuses what can't work, in words that never contain the key. */
export function resolveOptions(options: ClientOptions): ClientConfig {
  checkOptions(options, clientRules, "the options of a client");
  const givenKey = options.apiKey ?? environment("FERMION_API_KEY");
  const baseURL = checkedBaseURL(options.baseURL ?? environment("FERMION_BASE_URL"), givenKey);
  const apiKey = checkedKey(givenKey);
  const defaultHeaders = lowerCased(options.defaultHeaders ?? {});
  const webhookSecrets = checkedSecrets(
    options.webhookSecret ?? environment("FERMION_WEBHOOK_SECRET")?.split(/\s+/) ?? [],
    "webhookSecret",
  );
  return {
    baseURL,
    apiKey,
    timeout: options.timeout ?? 60_000,
    idleTimeout: options.idleTimeout ?? 60_000,
    connectTimeout: options.connectTimeout ?? 10_000,
    maxRetries: options.maxRetries ?? 2,
    maxRetryDelay: options.maxRetryDelay ?? 60_000,
    headers: {
      accept: "application/json",
      "openai-organization": options.organization,
      "openai-project": options.project,
      ...defaultHeaders,
    },
    query: options.defaultQuery ?? {},
    adapter: checkedAdapter(options),
    fetch: options.fetch,
    ca: options.ca,
    proxy: options.proxy,
    middleware: [...(options.middleware ?? [])],
    validation: options.validation ?? "strict",
    onDrift: options.onDrift,
    logger: leveled(options.logger ?? console, options.logLevel ?? environmentLogLevel()),
    onRetry: options.onRetry,
    openTelemetry: options.openTelemetry,
    webhookSecrets,
    aliases: options.aliases == null ? undefined : ownAliases(options.aliases),
    redactor: createRedactor([apiKey, ...webhookSecrets]).with({
      ...defaultHeaders,
      ...options.defaultQuery,
    }),
  };
}

function checkedAdapter({ adapter, fetch, ca, proxy }: ClientOptions): "http" | "fetch" {
  const chosen = adapter ?? (isNode && !fetch ? "http" : "fetch");
  if (chosen === "http" && (fetch || !isNode)) {
    throw new ConfigurationError(
      fetch
        ? 'adapter is "http", and fetch is given, which only the adapter "fetch" uses. Leave one of them out.'
        : 'adapter is "http", which only Node has. Leave it out here.',
    );
  }
  if (chosen === "fetch" && (ca !== undefined || proxy !== undefined)) {
    throw new ConfigurationError(
      `${ca === undefined ? "proxy" : "ca"} works with the adapter "http" alone: fetch has its own settings.`,
    );
  }
  return chosen;
}

function environmentLogLevel(): LogLevel {
  const given = environment("FERMION_LOG");
  const level = LOG_LEVELS.find((known) => known === given);
  if (given && !level) {
    throw new ConfigurationError(
      `FERMION_LOG must be ${oneOf(LOG_LEVELS).expected}, not ${JSON.stringify(given)}.`,
    );
  }
  return level ?? "warn";
}

/** Header names are the same in any case, and only one spelling may survive a merge. */
export function lowerCased<Value>(headers: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function checkedKey(apiKey: string | undefined): string {
  const key = apiKey?.trim();
  if (!key) {
    throw new ConfigurationError(
      'There is no API key. Give one with `new Fermion({ apiKey: "…" })` or FERMION_API_KEY; a local platform prints ' +
        "its own when it is started with `npx fermion local`.",
    );
  }
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new ConfigurationError(
      "The API key has characters that no header can carry (spaces, line ends or others outside ASCII). " +
        "Was it copied whole, and without the text around it?",
    );
  }
  return key;
}

function checkedBaseURL(baseURL: string | undefined, apiKey: string | undefined): string {
  const text = baseURL?.trim();
  if (!text) {
    throw new ConfigurationError(
      "There is no base URL, and no default platform. Give one of: " +
        '`new Fermion({ baseURL: "https://your-platform.example/v1" })`; the environment variable FERMION_BASE_URL; ' +
        "or start a platform on this machine with `npx fermion local`, which prints the variables to set.",
    );
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:")) {
    // The two are easily mixed up, and then it is the key that would be shown.
    const shown = (apiKey ? text.replaceAll(apiKey, "[redacted]") : text).replace(
      /\/\/[^/@]*@/,
      "//[redacted]@",
    );
    throw new ConfigurationError(
      `The base URL ${JSON.stringify(shown)} is no http(s) URL. It looks like "http://127.0.0.1:4242/v1".`,
    );
  }
  if (url.username || url.password) {
    throw new ConfigurationError(
      "The base URL contains a user or a password. Give the key as apiKey instead.",
    );
  }
  if (url.search || url.hash) {
    throw new ConfigurationError(
      "The base URL ends in a query or a fragment. Give a query as defaultQuery instead.",
    );
  }
  return url.href.replace(/\/+$/, "");
}

/** Browsers have no `process`, and some runtimes one without `env`. */
function environment(name: string): string | undefined {
  return globalThis.process?.env?.[name] || undefined;
}
