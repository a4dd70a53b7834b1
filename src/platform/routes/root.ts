import { openApiDocument } from "../../contract/openapi.ts";
import type { Platform } from "../platform.ts";
import { type App, route } from "./route.ts";

/** What is answered without a key. */
export function rootRoutes(app: App, { version }: Platform): void {
  const document = openApiDocument({ version });
  route(app, "/healthz", { GET: () => Response.json({ status: "ok", version }) });
  route(app, "/openapi.json", { GET: () => Response.json(document) });
}
