import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";

/** A webhook as it arrived. */
export interface ReceivedWebhook {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the n-th webhook (from 0) is answered: a status, or nothing at all. */
export type Answers = (index: number) => number | "silence";

/** A receiver of webhooks on a real socket. */
export interface WebhookReceiver extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly received: readonly ReceivedWebhook[];
  /** Resolves once so many have come. */
  has(count: number): Promise<void>;
  answer: Answers;
}

export async function webhookReceiver(
  answer: Answers = () => 204,
  host = "127.0.0.1",
): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const waiting = new Set<() => void>();
  const server = createServer(async (message, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of message) pieces.push(piece);
    const index = received.length;
    received.push({
      path: message.url ?? "",
      headers: message.headers,
      body: Buffer.concat(pieces).toString(),
    });
    for (const wake of waiting) wake();
    const status = receiver.answer(index);
    if (status === "silence") return;
    response.writeHead(status, status === 302 ? { location: `${receiver.url}/elsewhere` } : {}).end();
  });
  server.listen(0, host);
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const receiver: WebhookReceiver = {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    received,
    answer,
    async has(count) {
      while (received.length < count) {
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
        });
      }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return receiver;
}
