import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { Fermion } from "../../src/client/fermion.ts";
import { apiError, rejection } from "./wire-server.ts";

async function* endless() {
  const block = new Uint8Array(256 * 1024);
  for (let i = 0; i < 400; i++) {
    yield block;
  }
}

/** Far more than the buffers between client and server take. */
const large = new Uint8Array(100_000_000);

const ways: [string, (response: ServerResponse, request: IncomingMessage) => void][] = [
  [
    "answers and reads no more",
    (response) => apiError(response, 413, { message: "Too large.", code: "file_too_large" }),
  ],
  [
    "answers and closes",
    (response) =>
      apiError(response, 413, { message: "Too large.", code: "file_too_large" }, { connection: "close" }),
  ],
  [
    "answers and closes when it has read a little",
    (response, request) =>
      request.once("data", () => {
        request.pause();
        apiError(response, 413, { message: "Too large.", code: "file_too_large" }, { connection: "close" });
      }),
  ],
  [
    "answers and breaks the connection",
    (response) => {
      apiError(response, 413, { message: "Too large.", code: "file_too_large" }, { connection: "close" });
      response.on("finish", () => response.socket?.destroy());
    },
  ],
];

for (const [what, body] of [
  ["bytes", () => large],
  ["a stream", endless],
] as const) {
  test.each(ways)(`a server that %s while it is sent ${what} is heard`, async (_, answer) => {
    const server = createServer((request, response) => answer(response, request));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const client = new Fermion({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey: "key", maxRetries: 0 });
    try {
      for (let i = 0; i < 20; i++) {
        const error = await rejection(client.files.create({ file: body(), purpose: "user_data" }));
        expect(error).toMatchObject({ status: 413, code: "file_too_large" });
      }
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
}
