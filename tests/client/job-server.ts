import type { ServerResponse } from "node:http";
import * as z from "zod";
import { cut, job } from "./samples.ts";
import { apiError, json, type WireServer, wireServer } from "./wire-server.ts";

/** What becomes of one POST: whether the job is made, and what the caller hears of it. */
export type PostFault =
  | "ok"
  | "reset-before"
  | "reset-after"
  | "500-before"
  | "500-after"
  | "504-before"
  | "504-after"
  | "timeout-before"
  | "timeout-after"
  | "html-after"
  | "429";

/** What becomes of one look at the list. */
export type ListFault = "ok" | "reset" | "500" | "403";

export interface JobServerOptions {
  /** What becomes of the n-th POST; beyond the end all is well. */
  readonly posts?: readonly PostFault[];
  readonly lists?: readonly ListFault[];
  /** How long a new job is missing in the list, in milliseconds. */
  readonly lag?: number;
  /** How the list takes `metadata[key]=value`. */
  readonly filter?: "supported" | "ignored" | "refused";
  /** Forgets metadata, as a server does that doesn't know it. */
  readonly dropsMetadata?: boolean;
  /** Says on its lists that it honours keys, and does. */
  readonly honoursKeys?: boolean;
  /** Jobs that are there already, oldest first. */
  readonly earlier?: readonly StoredJob[];
  /** How far the server's clock is from ours, in seconds. */
  readonly skew?: number;
  /** Doesn't say what time it is. */
  readonly withoutDate?: boolean;
}

export type StoredJob = typeof job & { metadata?: Record<string, string>; visibleAt?: number };

const body = z.looseObject({
  training_file: z.string(),
  metadata: z.record(z.string(), z.string()).nullish(),
});

/** A server that, unlike ours, makes a job of every POST, whatever its idempotency key. */
export async function jobServer(
  options: JobServerOptions = {},
): Promise<WireServer & { readonly jobs: readonly StoredJob[]; posts(): number; lists(): string[] }> {
  const { posts = [], lists = [], lag = 0, filter = "supported", skew = 0 } = options;
  const jobs: StoredJob[] = [...(options.earlier ?? [])];
  const keys = new Map<string, StoredJob>();
  let posted = 0;
  let listed = 0;
  const now = () => Math.floor(Date.now() / 1_000 + skew);

  function make(text: string, key: string | undefined): StoredJob {
    const known = options.honoursKeys && key !== undefined ? keys.get(key) : undefined;
    if (known) {
      return known;
    }
    const { training_file, metadata } = body.parse(JSON.parse(text));
    const made = {
      ...{ ...job, id: `ftjob-${jobs.length + 1}`, training_file, created_at: now() },
      ...(options.dropsMetadata ? {} : { metadata: metadata ?? {} }),
      visibleAt: Date.now() + lag,
    };
    jobs.push(made);
    keys.set(key ?? "", made);
    return made;
  }

  function list(response: ServerResponse, query: URLSearchParams): void {
    const wanted = [...query].flatMap(([name, value]) => {
      const key = /^metadata\[(.+)\]$/.exec(name)?.[1];
      return key === undefined ? [] : [[key, value] as const];
    });
    if (wanted.length > 0 && filter === "refused") {
      apiError(response, 400, { message: "Unknown parameter: metadata" });
      return;
    }
    const matching = jobs
      .filter(({ visibleAt = 0 }) => visibleAt <= Date.now())
      .filter(
        ({ metadata }) => filter === "ignored" || wanted.every(([key, value]) => metadata?.[key] === value),
      )
      .reverse();
    const start = query.has("after") ? matching.findIndex(({ id }) => id === query.get("after")) + 1 : 0;
    const size = Math.min(100, Number(query.get("limit") ?? 20));
    json(
      response,
      200,
      { object: "list", data: matching.slice(start, start + size), has_more: start + size < matching.length },
      {
        ...(options.withoutDate ? {} : { date: new Date(now() * 1_000).toUTCString() }),
        ...(options.honoursKeys ? { "idempotency-retention": "86400" } : {}),
      },
    );
  }

  const server = await wireServer((response, request) => {
    response.sendDate = false;
    if (request.method === "GET") {
      const fault = lists[listed++] ?? "ok";
      if (fault === "reset") cut(response);
      else if (fault === "500") apiError(response, 500, { message: "no list" }, { "retry-after-ms": "1" });
      else if (fault === "403") apiError(response, 403, { message: "not for this key" });
      else list(response, new URL(request.url, "http://x").searchParams);
      return;
    }
    const fault = posts[posted++] ?? "ok";
    const isMade = fault === "ok" || fault.endsWith("-after");
    const key = request.headers["idempotency-key"];
    const made = isMade ? make(request.body, key === undefined ? undefined : String(key)) : undefined;
    const [kind] = fault.split("-");
    if (kind === "ok") json(response, 200, made);
    else if (kind === "429") apiError(response, 429, { message: "slow down" }, { "retry-after-ms": "1" });
    else if (kind === "reset") cut(response);
    else if (kind === "html") response.writeHead(200, { "content-type": "text/html" }).end("<html>");
    else if (kind !== "timeout")
      apiError(response, Number(kind), { message: "who knows" }, { "retry-after-ms": "1" });
  });
  return Object.assign(server, {
    jobs,
    posts: () => posted,
    lists: () => server.requests.filter(({ method }) => method === "GET").map(({ url }) => url),
  });
}
