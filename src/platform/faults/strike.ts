import type { MiddlewareHandler } from "hono";
import * as z from "zod";
import { ApiError, invalidRequest } from "../api-error.ts";
import type { Connection, Env } from "../routes/route.ts";
import type { CutStreamFault, Fault, StallStreamFault } from "./fault.ts";
import { FAULT_HEADER, readFaultHeader } from "./fault-header.ts";
import { faultyStream } from "./faulty-stream.ts";
import type { Faults, RequestFault } from "./registry.ts";
import { slowed } from "./slow-body.ts";

const JOBS = "/v1/fine_tuning/jobs";
const createdJob = z.looseObject({ id: z.string() });

/**
 * Lets the faults strike that are due: of those that slow a body down, of those in place of the work and of those in place
 * of the answer one each. What the header asks for comes before what the list has.
 */
export function strike(faults: Faults): MiddlewareHandler<Env> {
  return async (context, next) => {
    const { req } = context;
    const request = { method: req.method, path: req.path, id: context.get("requestId") };
    const header = req.header(FAULT_HEADER);
    const asked = header === undefined ? undefined : readFaultHeader(header);
    const isCreation = req.method === "POST" && req.path === JOBS;
    if (asked?.kind === "training_crash" && !isCreation) {
      throw invalidRequest(`"training-crash" is possible with POST ${JOBS} alone.`, {
        code: "invalid_fault",
        param: FAULT_HEADER,
      });
    }
    /** The fault that the header asks for, or the first that is due, if it can strike here. */
    const due = <Kind extends RequestFault>(
      canStrike: (fault: RequestFault) => fault is Kind,
    ): Kind | undefined => {
      if (!asked || asked.kind === "training_crash" || !canStrike(asked))
        return faults.take(request, canStrike);
      faults.record(asked, request);
      return asked;
    };

    const slow = req.raw.body ? due(isSlow) : undefined;
    if (slow) req.raw = slowed(req.raw, slow.bytesPerSecond);
    const before = due(isBeforeWork);
    if (before?.kind === "rate_limit") throw tooMany(before.retryAfter ?? 1);
    if (before) return resetResponse(context.env.connection);

    await next();
    // It failed by itself: nothing was done.
    if (!context.res.ok) return;
    if (asked?.kind === "training_crash" && !context.res.headers.has("idempotent-replayed")) {
      const { id } = createdJob.parse(await context.res.clone().json());
      faults.control.add({ ...asked, job: id });
    }
    const lost = due(isAfterWork);
    if (lost) {
      const { connection } = context.env;
      await context.res.body?.cancel();
      // Else its headers would go along with the answer that comes in its place.
      context.res = undefined;
      if (lost.kind === "error_after_work") throw lostAnswer();
      context.res = resetResponse(connection);
      return;
    }
    const { body, headers, status } = context.res;
    if (!body || !headers.get("content-type")?.startsWith("text/event-stream")) return;
    const broken = due(isOnStream);
    if (!broken) return;
    const { connection } = context.env;
    context.res = new Response(faultyStream(body, broken, connection?.cut ?? noConnection), {
      status,
      headers,
    });
  };
}

type FaultOf<Kind extends Fault["kind"]> = Extract<Fault, { kind: Kind }>;

const isSlow = (fault: RequestFault): fault is FaultOf<"slow_request_body"> =>
  fault.kind === "slow_request_body";
const isBeforeWork = (fault: RequestFault): fault is FaultOf<"rate_limit" | "connection_reset"> =>
  fault.kind === "rate_limit" || (fault.kind === "connection_reset" && !fault.afterWork);
const isAfterWork = (fault: RequestFault): fault is FaultOf<"error_after_work" | "connection_reset"> =>
  fault.kind === "error_after_work" || (fault.kind === "connection_reset" && fault.afterWork === true);
const isOnStream = (fault: RequestFault): fault is CutStreamFault | StallStreamFault =>
  fault.kind === "cut_stream" || fault.kind === "stall_stream";

function tooMany(seconds: number): ApiError {
  return new ApiError("rate_limit_error", "Too many requests: a fault on purpose.", {
    code: "rate_limit_exceeded",
    headers: { "retry-after": String(seconds) },
  });
}

function lostAnswer(): ApiError {
  return new ApiError("server_error", "The work was done and its answer lost: a fault on purpose.", {
    code: "internal_error",
  });
}

/** Nobody gets it: the connection is gone. */
function resetResponse(connection: Connection | undefined): Response {
  connection?.reset();
  return new Response(null, { status: 500 });
}

const noConnection = () => Promise.reject(new Error("there is no connection to cut"));
