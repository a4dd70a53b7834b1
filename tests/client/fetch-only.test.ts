import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { chunk, event, file, job, wholeAnswer } from "./samples.ts";
import { apiError, eventStream, json, KEY, sse, wireServer } from "./wire-server.ts";

/** What the runtimes at the edge of networks have in common, beside the language itself. */
const webGlobals = [
  ...["fetch", "Headers", "Request", "Response", "FormData", "Blob", "File", "URL", "URLSearchParams"],
  ...["ReadableStream", "WritableStream", "TransformStream", "TextDecoder", "TextEncoder", "DOMException"],
  ...["AbortController", "AbortSignal", "Event", "EventTarget", "crypto", "performance"],
  ...["setTimeout", "clearTimeout", "setInterval", "clearInterval", "queueMicrotask", "structuredClone"],
];

/**
 * Runs the program in a thread where every other name is undefined, `globalThis` has only these, and `import()` fails.
 * They are hidden and not deleted, because Node's own fetch works with some of them.
 */
const runtime = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { compileFunction, createContext, runInContext } = require("node:vm");
  const language = runInContext("Object.getOwnPropertyNames(globalThis)", createContext());
  const kept = new Set([...language, ...workerData.webGlobals].filter((name) => name !== "globalThis"));
  const hidden = Object.getOwnPropertyNames(globalThis).filter((name) => !kept.has(name) && name !== "globalThis");
  const world = Object.fromEntries([...kept].map((name) => [name, globalThis[name]]));
  const code = workerData.code + ";return app.program(baseURL, apiKey);";
  const run = compileFunction(code, ["globalThis", "baseURL", "apiKey", "require", ...hidden]);
  run(world, workerData.baseURL, workerData.apiKey).then((result) => parentPort.postMessage(result));
`;

test("a runtime that has only fetch uploads, streams, follows, aborts and gets typed errors", async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("fetch-only-program.ts", import.meta.url))],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "app",
    platform: "browser",
    // As the package itself is built for browsers.
    alias: { "axios/unsafe/adapters/http.js": "./scripts/stand-ins/http-adapter.mjs" },
    target: "es2022",
    logLevel: "error",
  });
  await using server = await wireServer((response, { url, headers, body }) => {
    if (headers.authorization !== `Bearer ${KEY}`) {
      apiError(response, 401, { message: "Who are you?" });
    } else if (url.endsWith("/files")) {
      json(response, 200, file);
    } else if (url.includes("/events")) {
      eventStream(response);
      response.write(sse(event(1), { id: "1" }));
      const succeeded = { ...job, status: "succeeded", fine_tuned_model: "ft:x" };
      response.end(sse(succeeded, { event: "status" }) + sse("{}", { event: "done" }));
    } else {
      eventStream(response);
      if (body.includes('"endless"')) {
        response.write(sse(chunk({ role: "assistant", content: "One" })));
      } else {
        response.end(wholeAnswer.join(""));
      }
    }
  });

  const workerData = { webGlobals, code: outputFiles[0]?.text, baseURL: server.baseURL, apiKey: KEY };
  const worker = new Worker(runtime, { eval: true, workerData });
  // A promise that nobody keeps ends the thread without a word.
  const ended = once(worker, "exit").then(([code]) => {
    throw new Error(`The thread ended with ${code} before it had a result.`);
  });
  const [result] = await Promise.race([once(worker, "message"), ended]);
  await worker.terminate();

  const bytes = Buffer.byteLength("größe\n".repeat(100_000));
  expect(result).toMatchObject({
    file,
    texts: ["Hel", "lo"],
    usage: { total_tokens: 7 },
    updates: ["event 1", "succeeded"],
    aborted: true,
    refused: "req_1",
    onDisk: expect.stringContaining("Node only"),
    runtime: "undefined",
  });
  expect(result.progress[0]).toBe(0);
  expect(result.progress.at(-1)).toBe(bytes);
  expect(Buffer.from(server.requests[0]?.body ?? "", "latin1").toString()).toContain(
    "größe\n".repeat(100_000),
  );
});
