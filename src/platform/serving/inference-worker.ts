import { parentPort } from "node:worker_threads";
import type { ToInference } from "./protocol.ts";
import { createScheduler } from "./scheduler.ts";

/** The program of the thread that answers: a decoding step blocks it, and must not block the server. */
if (!parentPort) throw new Error("inference-worker is started by the platform, as a thread");
const port = parentPort;
const hear = createScheduler((message) => port.postMessage(message));
port.on("message", (message: ToInference) => hear(message));
