import type { Context, Hono } from "hono";
import { clipped, invalidRequest } from "../api-error.ts";

/** The connection that a request came over. */
export interface Connection {
  /** Ends it in the middle of an answer, once what has been written of that is sent. */
  cut(): Promise<void>;
  /** Breaks it off at once. */
  reset(): void;
}

/** What every handler finds in its context. */
export type Env = { Bindings: { connection?: Connection | undefined }; Variables: { requestId: string } };

/** An HTTP application of the platform. */
export type App = Hono<Env>;

type Handler = (context: Context<Env>) => Response | Promise<Response>;
type Method = "GET" | "POST" | "DELETE";

/** Answers a path: each method by its handler, every other one by 405 with the methods that there are. */
export function route(app: App, path: string, handlers: Partial<Record<Method, Handler>>): void {
  for (const [method, handler] of Object.entries(handlers)) app.on(method, path, handler);
  const allow = Object.keys(handlers).join(", ");
  app.all(path, (context) => {
    throw invalidRequest(`${clipped(context.req.method, 20)} is not possible here; ${allow} is.`, {
      status: 405,
      code: "method_not_allowed",
      headers: { allow },
    });
  });
}

/** A part of the path. */
export function pathPart(context: Context, name: string): string {
  return context.req.param(name) ?? "";
}

/** The parameters of the query string as an object; of a repeated one the last counts. */
export function queryOf(context: Context<Env>): Record<string, string> {
  return Object.fromEntries(new URL(context.req.url).searchParams);
}
