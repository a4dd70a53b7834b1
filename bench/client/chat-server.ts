import { once } from "node:events";
import { createServer } from "node:http";

const chunk = (delta: object, finish: string | null = null) => ({
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  created: 1_700_000_000,
  model: "m",
  choices: [{ index: 0, delta, finish_reason: finish, logprobs: null }],
});

/** What `chatServer` answers, put together. */
export const ANSWER = "Within nine days.";

const EVENTS = [
  chunk({ role: "assistant", content: "" }),
  ...ANSWER.split(/(?= )/).map((content) => chunk({ content })),
  chunk({}, "stop"),
]
  .map((data) => `data: ${JSON.stringify(data)}\n\n`)
  .join("");

/** Answers every request with the same short stream of a chat. */
export async function chatServer() {
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(200, { "content-type": "text/event-stream" }).end(`${EVENTS}data: [DONE]\n\n`);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || !address) {
    throw new Error("The server has no port.");
  }
  return {
    baseURL: `http://127.0.0.1:${address.port}/v1`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
