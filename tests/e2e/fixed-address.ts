import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { type ServedPlatform, servePlatform } from "./served.ts";

/** A platform in a process of its own that can be killed, and comes back behind the same address. */
export async function platformAtFixedAddress(dataDir: string, base: string) {
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
  const serve = async (): Promise<ServedPlatform> => {
    const served = await servePlatform(dataDir, base);
    target = Number(new URL(served.baseURL).port);
    return served;
  };
  let platform = await serve();
  return {
    baseURL: `http://127.0.0.1:${port}/v1`,
    apiKey: platform.apiKey,
    get pid() {
      return platform.child.pid;
    },
    /** Kills it by SIGKILL and starts it again on the same data. */
    async restart() {
      target = undefined;
      await platform.end("SIGKILL");
      platform = await serve();
    },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await platform.end("SIGKILL");
    },
  };
}
