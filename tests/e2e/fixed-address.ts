import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import type { ServedPlatform } from "./served.ts";

/** One address for whichever platform is there at the moment. */
export async function fixedAddress() {
  let target: number | undefined;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    if (target === undefined) {
      socket.destroy();
      return;
    }
    const onward = connect(target, "127.0.0.1");
    onward.on("error", () => socket.destroy());
    onward.on("close", () => socket.destroy());
    socket.on("close", () => onward.destroy());
    socket.pipe(onward).pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const at = server.address();
  const port = typeof at === "object" && at ? at.port : 0;
  return {
    baseURL: `http://127.0.0.1:${port}/v1`,
    leadTo(platform: ServedPlatform | undefined) {
      target = platform && Number(new URL(platform.baseURL).port);
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
