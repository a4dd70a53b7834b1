// One process of the upload benchmark: the server that throws everything away, or one sender. Plain JavaScript on the
// built package, so that no loader is in what is measured.
import { createReadStream, statSync } from "node:fs";
import { createServer, request } from "node:http";
import { basename } from "node:path";

const [role = "", baseURL = "", path = ""] = process.argv.slice(2);

const file = {
  id: "file-1",
  object: "file",
  bytes: 1,
  created_at: 1,
  filename: "a.jsonl",
  purpose: "fine-tune",
  status: "processed",
};
const upload = {
  id: "upload_1",
  object: "upload",
  bytes: 1,
  created_at: 1,
  expires_at: 3_601,
  filename: "a.jsonl",
  purpose: "fine-tune",
  status: "pending",
};

function serve() {
  let parts = 0;
  const server = createServer({ highWaterMark: 1024 * 1024 }, (message, response) => {
    message.resume();
    message.on("end", () => {
      const url = message.url ?? "";
      const body = url.endsWith("/files")
        ? file
        : url.endsWith("/parts")
          ? { id: `part_${++parts}`, object: "upload.part", created_at: 1, upload_id: upload.id }
          : url.endsWith("/complete")
            ? { ...upload, status: "completed", file }
            : upload;
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    });
  });
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    console.log(JSON.stringify({ baseURL: `http://127.0.0.1:${port}/v1` }));
  });
}

/** The floor: what Node does with a form around a read stream. */
function sendRaw() {
  const boundary = "raw-boundary";
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nfine-tune\r\n--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${basename(path)}"\r\nContent-Type: application/octet-stream\r\n\r\n`;
  const tail = `\r\n--${boundary}--\r\n`;
  return new Promise((resolve, reject) => {
    const outgoing = request(`${baseURL}/files`, {
      method: "POST",
      headers: {
        "content-type": `multipart/form-data; boundary=${boundary}`,
        "content-length": head.length + statSync(path).size + tail.length,
      },
    });
    outgoing.on("error", reject);
    outgoing.on("response", (response) => {
      response.resume();
      response.on("end", resolve);
    });
    outgoing.write(head);
    const bytes = createReadStream(path, { highWaterMark: 256 * 1024 });
    bytes.on("error", reject);
    bytes.on("end", () => outgoing.end(tail));
    bytes.pipe(outgoing, { end: false });
  });
}

/** @returns {Promise<() => Promise<unknown>>} what sends, its client made and loaded */
async function sender() {
  if (role === "raw") {
    return sendRaw;
  }
  if (role === "openai") {
    const { OpenAI } = await import("openai");
    const client = new OpenAI({ baseURL, apiKey: "key", maxRetries: 0 });
    return () => client.files.create({ file: createReadStream(path), purpose: "fine-tune" });
  }
  const { Fermion } = await import("fermion");
  const client = new Fermion({ baseURL, apiKey: "key", maxRetries: 0 });
  return role === "create"
    ? () => client.files.create({ file: { path }, purpose: "fine-tune" })
    : () => client.files.upload(path, { purpose: "fine-tune" });
}

if (role === "sink") {
  serve();
} else {
  const send = await sender();
  const idle = process.memoryUsage.rss();
  const cpu = process.cpuUsage();
  const start = performance.now();
  await send();
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  // Kilobytes, on every system that Node runs on.
  const peak = process.resourceUsage().maxRSS * 1024;
  console.log(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, idle, peak }));
}
