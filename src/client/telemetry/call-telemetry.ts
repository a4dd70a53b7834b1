import type { OpenTelemetryAPI, TelemetryAttributes, TelemetryValue } from "./api.ts";
import { requestAttributes, responseAttributes } from "./chat-attributes.ts";
import { chatMetrics } from "./metrics.ts";
import { urlTemplate } from "./url-template.ts";

/** A call that is about to be made. */
export interface TelemetryCall {
  readonly method: string;
  /** Below the base URL. */
  readonly path: string;
  readonly baseURL: string;
  /** The body, where it is JSON. */
  readonly params: Readonly<Record<string, unknown>>;
}

/** What OpenTelemetry is told of one call, whatever the number of its tries. The first end is the one that counts. */
export interface CallTelemetry {
  /** What carries the trace to the platform: sent with each try. */
  readonly headers: Readonly<Record<string, string>>;
  /** Runs a try, so that what instruments HTTP itself puts its spans below this one. */
  run<Result>(attempt: () => Result): Result;
  onRetry(notice: { readonly attempt: number; readonly delay: number; readonly error: Error }): void;
  /** An answer has begun. */
  onResponse(response: {
    readonly status: number;
    readonly requestId: string | undefined;
    readonly attempt: number;
  }): void;
  /** These chunks of a stream have arrived, together. */
  onChunks(chunks: readonly { readonly model: string }[]): void;
  /** The call is over and succeeded, with this. */
  end(result?: unknown): void;
  /** The reader of a stream left before its end; this is what had come. */
  leave(received: unknown): void;
  /** The call failed; this is what had come of a stream. */
  fail(error: unknown, received?: unknown): void;
}

/** `SpanKind.CLIENT` and `SpanStatusCode.ERROR`: numbers that OpenTelemetry promises not to change. */
const CLIENT = 2;
const ERROR = 2;

/**
 * Starts the span of a call below the one that is active. Neither the dialogue nor what the model says goes into it,
 * and no message of an error either, because servers quote both in theirs.
 */
export function startCallTelemetry(
  api: OpenTelemetryAPI,
  { method, path, baseURL, params }: TelemetryCall,
): CallTelemetry {
  const server = serverAttributes(baseURL);
  const model = typeof params.model === "string" ? params.model : undefined;
  // What spans and metrics of a dialogue have in common; `undefined` for all other calls, which have no metrics.
  const chat: TelemetryAttributes | undefined =
    method === "POST" && path === "/chat/completions"
      ? {
          "gen_ai.operation.name": "chat",
          "gen_ai.provider.name": "fermion",
          ...(model ? { "gen_ai.request.model": model } : {}),
          ...server,
        }
      : undefined;
  const template = urlTemplate(path);

  const parent = api.context.active();
  const span = api.trace.getTracer("fermion").startSpan(
    chat ? (model ? `chat ${model}` : "chat") : `${method} ${template}`,
    {
      kind: CLIENT,
      attributes: chat
        ? { ...chat, ...requestAttributes(params) }
        : {
            "http.request.method": method,
            "url.template": template,
            // Without a query: some platforms want a key in it.
            "url.full": `${baseURL}${path}`,
            ...server,
          },
    },
    parent,
  );
  const context = api.trace.setSpan(parent, span);
  const headers: Record<string, string> = {};
  api.propagation.inject(context, headers);

  const started = performance.now();
  let lastChunk: number | undefined;
  let over = false;

  function settle(result: unknown, error?: { readonly type: string }): void {
    if (over) {
      return;
    }
    over = true;
    const failed: TelemetryAttributes = error ? { "error.type": error.type } : {};
    const answered = chat ? responseAttributes(result) : {};
    span.setAttributes({ ...answered, ...failed });
    if (error) {
      span.setStatus({ code: ERROR });
    }
    if (chat) {
      record(chat, answered, failed);
    }
    span.end();
  }

  function record(
    common: TelemetryAttributes,
    answered: TelemetryAttributes,
    failed: TelemetryAttributes,
  ): void {
    const metrics = chatMetrics(api);
    const attributes = measured(common, answered["gen_ai.response.model"]);
    metrics.duration.record((performance.now() - started) / 1_000, { ...attributes, ...failed }, context);
    for (const type of ["input", "output"] as const) {
      const count = answered[`gen_ai.usage.${type}_tokens`];
      if (typeof count === "number") {
        metrics.tokens.record(count, { ...attributes, "gen_ai.token.type": type }, context);
      }
    }
  }

  return {
    headers,
    run: (attempt) => api.context.with(context, attempt),
    onRetry({ attempt, delay, error }) {
      span.addEvent("retry", {
        "http.request.resend_count": attempt,
        "error.type": error.name,
        "fermion.retry.delay": delay / 1_000,
      });
    },
    onResponse({ status, requestId, attempt }) {
      span.setAttributes({
        "http.response.status_code": status,
        ...(requestId === undefined ? {} : { "http.response.header.x-request-id": [requestId] }),
        ...(attempt > 1 ? { "http.request.resend_count": attempt - 1 } : {}),
      });
    },
    onChunks(chunks) {
      const now = performance.now();
      if (lastChunk === undefined) {
        span.setAttributes({ "gen_ai.response.time_to_first_chunk": (now - started) / 1_000 });
      }
      if (chat) {
        const { timeToFirstChunk, timePerOutputChunk } = chatMetrics(api);
        for (const [index, { model: answering }] of chunks.entries()) {
          const first = index === 0 && lastChunk === undefined;
          // Those that arrive together have taken no time of their own.
          const time = index === 0 ? (now - (lastChunk ?? started)) / 1_000 : 0;
          (first ? timeToFirstChunk : timePerOutputChunk).record(time, measured(chat, answering), context);
        }
      }
      lastChunk = now;
    },
    end: (result) => settle(result),
    leave(received) {
      if (!over) {
        span.setAttributes({ "fermion.stream.left_early": true });
        settle(received);
      }
    },
    fail: (error, received) => settle(received, { type: error instanceof Error ? error.name : "_OTHER" }),
  };
}

/** What a measurement is described with: few values, or there would be too many series. */
function measured(common: TelemetryAttributes, answering: TelemetryValue | undefined): TelemetryAttributes {
  return answering ? { ...common, "gen_ai.response.model": answering } : common;
}

function serverAttributes(baseURL: string): TelemetryAttributes {
  const { hostname, port, protocol } = new URL(baseURL);
  return {
    "server.address": hostname.replace(/^\[(.*)\]$/, "$1"),
    "server.port": port ? Number(port) : protocol === "https:" ? 443 : 80,
  };
}
