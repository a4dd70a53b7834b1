import { once } from "node:events";
import { createServer } from "node:http";

// The other end of the streaming benchmark, in a process of its own, so that it costs the reader nothing. It answers
// every request with as many chunks as the body's `seed` asks for. All bytes are made before the first is sent, and
// they go out in pieces of 64 chunks, as fast as the reader takes them.

const bodies = new Map<number, readonly string[]>();

function pieces(count: number): readonly string[] {
  const known = bodies.get(count);
  if (known) {
    return known;
  }
  const chunks = [
    chunk({ role: "assistant", content: "" }),
    ...Array.from({ length: count - 2 }, (_, i) => chunk({ content: ` word${i % 1_000}` })),
    chunk({}, "stop"),
  ];
  const made: string[] = [];
  for (let i = 0; i < chunks.length; i += 64) {
    made.push(chunks.slice(i, i + 64).join(""));
  }
  made.push("data: [DONE]\n\n");
  bodies.set(count, made);
  return made;
}

function chunk(delta: object, finish: string | null = null): string {
  const value = {
    id: "chatcmpl-9f8b6a5c4d3e2f1a0b9c8d7e6f5a4b3c",
    object: "chat.completion.chunk",
    created: 1_700_000_000,
    model: "ft:photon-nano:org:claims:a1b2c3d4",
    system_fingerprint: "fp_0123456789",
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  };
  return `data: ${JSON.stringify(value)}\n\n`;
}

const server = createServer(async (request, response) => {
  let body = "";
  for await (const piece of request.setEncoding("utf8")) {
    body += piece;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const piece of pieces(Number(JSON.parse(body).seed))) {
    if (!response.write(piece)) {
      await once(response, "drain");
    }
  }
  response.end();
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.(typeof address === "object" && address ? address.port : 0);
});
process.on("disconnect", () => process.exit());
