import { cursorParamsSchema } from "../../contract/cursor-params.ts";
import { RETENTION_HEADER } from "../../contract/idempotency.ts";
import {
  jobCreateParamsSchema,
  jobEventsParamsSchema,
  jobListParamsSchema,
} from "../../contract/job-params.ts";

import { clipped, invalidRequest, notFound } from "../api-error.ts";
import { readJson } from "../http/body.ts";
import { checked } from "../http/checked.ts";
import type { AnswerOnce } from "../http/idempotency.ts";
import { newJob } from "../jobs/create-job.ts";
import { jobEventStream } from "../jobs/event-stream.ts";
import { checkpointObject, eventObject, jobObject } from "../jobs/job-object.ts";
import type { Platform } from "../platform.ts";
import { RETENTION_SECONDS } from "../store/idempotency.ts";
import { type App, pathPart, queryOf, route } from "./route.ts";

const DEFAULT_LIMIT = { jobs: 20, events: 20, checkpoints: 10 } as const;

/** `/v1/fine_tuning/jobs` */
export function fineTuningRoutes(app: App, platform: Platform, answerOnce: AnswerOnce): void {
  const { store, lifecycle, runner, changes, closing } = platform;
  const existing = (id: string) => {
    const job = store.jobs.get(id);
    if (!job) throw notFound("fine-tuning job", id);
    return job;
  };

  route(app, "/v1/fine_tuning/jobs", {
    POST: async ({ req }) => {
      const { value, hash } = await readJson(req.raw, jobCreateParamsSchema);
      return await answerOnce({
        request: req.raw,
        parts: [hash],
        prepare: () => () => {
          const job = newJob(value, platform);
          lifecycle.create(job);
          // Heard once this transaction is over: nothing else runs before.
          queueMicrotask(() => runner.wake(job.id));
          return jobObject(job);
        },
      });
    },
    GET: (context) => {
      const {
        after,
        limit = DEFAULT_LIMIT.jobs,
        metadata,
      } = checked(jobListParamsSchema, jobListQuery(queryOf(context)));
      const { data, hasMore } = store.jobs.list({
        after,
        limit,
        metadata: metadata === "null" ? null : metadata,
      });
      return Response.json(
        { object: "list", data: data.map(jobObject), has_more: hasMore },
        { headers: { [RETENTION_HEADER]: String(RETENTION_SECONDS) } },
      );
    },
  });

  route(app, "/v1/fine_tuning/jobs/:job", {
    GET: (context) => Response.json(jobObject(existing(pathPart(context, "job")))),
  });

  for (const verb of ["cancel", "pause", "resume"] as const) {
    route(app, `/v1/fine_tuning/jobs/:job/${verb}`, {
      POST: (context) => {
        const job = lifecycle[verb](pathPart(context, "job"));
        runner.wake(job.id);
        return Response.json(jobObject(job));
      },
    });
  }

  route(app, "/v1/fine_tuning/jobs/:job/events", {
    GET: (context) => {
      const { id } = existing(pathPart(context, "job"));
      const { after, limit, stream } = checked(jobEventsParamsSchema, queryOf(context));
      if (stream === "true") {
        if (limit !== undefined) {
          throw invalidRequest("A stream of events goes on to the end of the job: it takes no limit.", {
            param: "limit",
          });
        }
        // A reader that has seen nothing yet may send the header empty.
        const last = context.req.header("last-event-id") || after;
        const body = jobEventStream({ store, changes, jobId: id, after: startBehind(id, last), closing });
        return new Response(body, { headers: EVENT_STREAM });
      }
      const { data, hasMore } = store.events.list(id, { after, limit: limit ?? DEFAULT_LIMIT.events });
      return Response.json({ object: "list", data: data.map(eventObject), has_more: hasMore });
    },
  });

  /** A stream goes on behind a sequence number, which was its `id:`, or behind the id of an event. */
  function startBehind(jobId: string, last: string | undefined): number {
    if (last === undefined) return 0;
    const sequence = /^\d{1,15}$/.test(last) ? Number(last) : store.events.sequenceOf(jobId, last);
    // Behind a number that is yet to come, the events up to it would be passed over.
    if (sequence === 0 || (sequence !== undefined && store.events.has(jobId, sequence))) return sequence;
    throw invalidRequest(`There is no event "${clipped(last)}" of this job to go on behind.`, {
      param: "after",
      code: "invalid_cursor",
    });
  }

  route(app, "/v1/fine_tuning/jobs/:job/checkpoints", {
    GET: (context) => {
      const { id } = existing(pathPart(context, "job"));
      const { after, limit = DEFAULT_LIMIT.checkpoints } = checked(cursorParamsSchema, queryOf(context));
      const { data, hasMore } = store.checkpoints.list(id, { after, limit });
      return Response.json({
        object: "list",
        data: data.map(checkpointObject),
        has_more: hasMore,
        first_id: data[0]?.id ?? null,
        last_id: data.at(-1)?.id ?? null,
      });
    },
  });
}

/** How server-sent events are sent; proxies are asked not to hold them back. */
export const EVENT_STREAM = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache",
  "x-accel-buffering": "no",
} as const;

/** `metadata[key]=value` is how a query string spells a record, and `metadata=null` the absence of one. */
function jobListQuery(query: Record<string, string>): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  const metadata: [string, string][] = [];
  for (const [name, value] of Object.entries(query)) {
    const key = /^metadata\[(.+)\]$/.exec(name)?.[1];
    if (key === undefined) plain[name] = value;
    else metadata.push([key, value]);
  }
  return metadata.length > 0 ? { ...plain, metadata: Object.fromEntries(metadata) } : plain;
}
