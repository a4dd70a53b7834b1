import { ConfigurationError } from "./errors.ts";
import { formFields } from "./form-fields.ts";
import type { StreamBody } from "./multipart.ts";
import { isNode } from "./node-modules.ts";
import type { ClientConfig, RequestOptions } from "./options.ts";
import { randomId } from "./random-id.ts";
import type { Redactor } from "./redact.ts";
import type { ApiCall } from "./requester.ts";
import { lowerCased } from "./resolve-options.ts";
import { requestURL } from "./url.ts";
import { VERSION } from "./version.ts";

/** What all tries of a call have in common: above all the idempotency key, and the bytes of a form. */
export interface PreparedCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string | null | undefined>>;
  readonly json: string | undefined;
  readonly form: StreamBody | undefined;
  /** Knows the secrets of this call's own headers too. */
  readonly redactor: Redactor;
}

/** @throws ConfigurationError if a header or the body can't be sent as it is */
export async function prepareCall(
  call: ApiCall,
  options: RequestOptions,
  config: ClientConfig,
): Promise<PreparedCall> {
  const { extraBody } = options;
  if (extraBody && call.method === "GET") {
    // `fetch` sends no such request at all, and says so as if a connection had failed.
    throw new ConfigurationError(
      "extraBody is for calls with a body. What belongs into the URL goes into query.",
    );
  }
  const form = call.form && (await formBody(call.form, extraBody));
  const json = !form && (call.body || extraBody) ? toJSON({ ...call.body, ...extraBody }) : undefined;
  const creates = call.creates || options.idempotencyKey != null;
  const own = lowerCased(options.headers ?? {});
  const headers = {
    "user-agent": userAgent(),
    ...config.headers,
    // `null`: axios would call an empty body a form.
    "content-type": form?.contentType ?? (json === undefined ? null : "application/json"),
    ...(form?.length === undefined ? {} : { "content-length": String(form.length) }),
    ...(creates ? { "idempotency-key": options.idempotencyKey ?? `fermion-${randomId()}` } : {}),
    ...call.headers,
    ...own,
  };
  checkHeaders(headers);
  return {
    url: requestURL(config.baseURL, call.path, { ...config.query, ...call.query, ...options.query }),
    headers,
    json,
    form,
    redactor: config.redactor.with({ ...own, ...options.query }),
  };
}

async function formBody(
  { fields, fileField, file }: NonNullable<ApiCall["form"]>,
  extraBody: RequestOptions["extraBody"],
): Promise<StreamBody> {
  const { multipartBody } = await import("./multipart.ts");
  return multipartBody({ ...fields, ...formFields(extraBody ?? {}) }, fileField, await file());
}

function toJSON(body: object): string {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError(`The parameters can't be written as JSON: ${why}`);
  }
}

/** Found out here, since what the runtime says of it looks like a connection that broke. */
function checkHeaders(headers: Readonly<Record<string, string | null | undefined>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
      throw new ConfigurationError(`${JSON.stringify(name)} can't be the name of a header.`);
    }
    if (value != null && /[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      throw new ConfigurationError(
        `The header ${name} has characters that no header can carry, such as line ends or letters outside Latin-1.`,
      );
    }
  }
}

/** `null` in browsers, which say for themselves what they are. */
function userAgent(): string | null {
  const { process, navigator, document } = globalThis;
  if (isNode) {
    return `fermion/${VERSION} (node/${process.versions.node}; ${process.platform} ${process.arch})`;
  }
  return typeof document === "undefined" ? `fermion/${VERSION} (${navigator?.userAgent ?? "unknown"})` : null;
}
