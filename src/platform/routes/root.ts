import { openApiDocument } from "../../contract/openapi.ts";
import type { Platform } from "../platform.ts";
import { type App, route } from "./route.ts";

/** What is answered without a key. */
export function rootRoutes(app: App, { version }: Platform): void {
  const document = openApiDocument({ version });
  // For whoever opens the address in a browser to see whether it works.
  route(app, "/", {
    GET: () =>
      Response.json({ name: "fermion", version, openapi: "/openapi.json", health: "/healthz", api: "/v1" }),
  });
  route(app, "/healthz", { GET: () => Response.json({ status: "ok", version }) });
  route(app, "/openapi.json", { GET: () => Response.json(document) });
}
