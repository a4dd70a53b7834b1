import type { Script } from "../client/wire-server.ts";

/** Does what the script says, for pages of `origin`. */
export function crossOrigin(origin: string, script: Script): Script {
  let asked = 0;
  return async (response, received, index) => {
    response.setHeader("access-control-allow-origin", origin);
    if (received.method === "OPTIONS") {
      asked++;
      // The wildcard doesn't stand for `authorization`.
      response.writeHead(204, { "access-control-allow-headers": "authorization, *" }).end();
    } else {
      await script(response, received, index - asked);
    }
  };
}
