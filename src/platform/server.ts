import { STATUS_CODES } from "node:http";
import { Hono } from "hono";
import { ApiError, clipped, errorEnvelope, invalidRequest } from "./api-error.ts";
import { isSameKey } from "./api-key.ts";
import { strike } from "./faults/strike.ts";
import { allowOrigins } from "./http/cors.ts";
import { createAnswerOnce } from "./http/idempotency.ts";
import { newId } from "./ids.ts";
import type { Platform } from "./platform.ts";
import { chatRoutes } from "./routes/chat.ts";
import { fileRoutes } from "./routes/files.ts";
import { fineTuningRoutes } from "./routes/fine-tuning.ts";
import { modelAliasRoutes } from "./routes/model-aliases.ts";
import { modelRoutes } from "./routes/models.ts";
import { rootRoutes } from "./routes/root.ts";
import type { Connection, Env } from "./routes/route.ts";
import { uploadRoutes } from "./routes/uploads.ts";
import { webhookEndpointRoutes } from "./routes/webhook-endpoints.ts";
import { UnknownCursorError } from "./store/page.ts";

/** Answers requests: the HTTP face of a platform, without a socket. Only faults on purpose use the connection. */
export type Handle = (request: Request, connection?: Connection) => Response | Promise<Response>;

/** Puts the routes of a platform together. */
export function createHandle(platform: Platform): Handle {
  const app = new Hono<Env>();

  app.use(async (context, next) => {
    const requestId = newId("req_");
    context.set("requestId", requestId);
    await next();
    context.res.headers.set("x-request-id", requestId);
    // HEAD is answered as GET is, and its body sent to nobody: the file behind it, or the watch on a job, would stay open.
    if (context.req.method === "HEAD") await context.res.body?.cancel();
  });
  // Before the key is asked for: a browser sends none when it asks what it may send.
  if (platform.allowedOrigins.length > 0) app.use(allowOrigins(platform.allowedOrigins));
  app.use("/v1/*", async ({ req }, next) => {
    requireKey(req.header("authorization"), platform.apiKey);
    await next();
  });
  if (platform.faults) app.use("/v1/*", strike(platform.faults));

  const answerOnce = createAnswerOnce(platform.store);
  rootRoutes(app, platform);
  fileRoutes(app, platform, answerOnce);
  uploadRoutes(app, platform, answerOnce);
  fineTuningRoutes(app, platform, answerOnce);
  modelRoutes(app, platform);
  modelAliasRoutes(app, platform);
  chatRoutes(app, platform);
  webhookEndpointRoutes(app, platform, answerOnce);

  app.notFound(({ req }) => {
    const message = `There is no ${clipped(req.method, 20)} ${clipped(req.path)} on this platform.`;
    return errorResponse(new ApiError("not_found_error", message, { code: "route_not_found" }));
  });
  app.onError((error, context) => {
    const told = apiErrorOf(error);
    if (told) return errorResponse(told);
    const requestId = context.get("requestId");
    platform.log(`Request ${requestId} (${context.req.method} ${context.req.path}) failed: ${error.stack}`);
    return errorResponse(
      new ApiError(
        "server_error",
        `Something failed inside the platform; its log has more under ${requestId}.`,
        {
          code: "internal_error",
        },
      ),
    );
  });
  return (request, connection) => app.fetch(request, { connection });
}

function requireKey(header: string | undefined, apiKey: string): void {
  const given = /^Bearer\s+(\S+)\s*$/i.exec(header ?? "")?.[1];
  if (given !== undefined && isSameKey(given, apiKey)) return;
  throw new ApiError(
    "authentication_error",
    given === undefined
      ? 'The request has no key: send the header "authorization: Bearer KEY".'
      : "The key is not the one of this platform. `fermion local` prints it at its start.",
    {
      code: given === undefined ? "missing_api_key" : "invalid_api_key",
      headers: { "www-authenticate": "Bearer" },
    },
  );
}

function apiErrorOf(error: Error): ApiError | undefined {
  if (error instanceof ApiError) return error;
  if (error instanceof UnknownCursorError) {
    return invalidRequest(clipped(error.message), { param: "after", code: "invalid_cursor" });
  }
  const code = "code" in error ? error.code : undefined;
  if (code === "ENOSPC" || code === "SQLITE_FULL") {
    const message = "The disk of the platform is full.";
    return new ApiError("server_error", message, { status: 507, code: "disk_full" });
  }
  return undefined;
}

/** What the caller of a request that failed is answered. */
export function errorResponse(error: ApiError): Response {
  return Response.json(errorEnvelope(error), {
    status: error.status,
    statusText: STATUS_CODES[error.status] ?? "",
    headers: error.headers,
  });
}
