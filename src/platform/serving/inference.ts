import { Worker } from "node:worker_threads";
import { ApiError, invalidRequest } from "../api-error.ts";
import { threadEntry } from "../child-entry.ts";
import type { AnswerPiece, FromInference, GenerationRequest, ToInference } from "./protocol.ts";

/** How an answer ended. */
export interface Finish {
  readonly reason: "stop" | "length";
  readonly completionTokens: number;
}

/** An answer as it comes. */
export interface RunningGeneration {
  readonly promptTokens: number;
  /** The pieces of the answer, then how it ended. */
  pieces(): AsyncGenerator<AnswerPiece, Finish>;
  /** Gives the answer up, which frees its slot at once; `pieces` then throws. Harmless when it has ended. */
  cancel(): void;
}

/** Answers of models, worked on by a thread. */
export interface Inference {
  /**
   * Resolves once the prompt was found to fit.
   *
   * @throws ApiError 400 `context_length_exceeded`, 400 when the bias is for a token that isn't there, 429 when too many
   * requests wait, 500 when the model can't be loaded
   */
  generate(request: GenerationRequest): Promise<RunningGeneration>;
  /** The model was deleted. */
  forget(directory: string): void;
  close(): Promise<void>;
}

/** So many requests may be worked on or wait; an answer is bounded by the context, so this bounds memory too. */
const MOST_REQUESTS = 128;

type Listener = (message: FromInference) => void;

/** Starts the thread when it is first needed, and again if it ever dies. @param log - hears why it died */
export function createInference(log: (message: string) => void): Inference {
  const listeners = new Map<number, Listener>();
  let worker: Worker | undefined;
  let lastId = 0;
  let closed = false;

  const start = () => {
    const started = new Worker(threadEntry("inference-worker", import.meta.url));
    started.on("message", (message: FromInference) => listeners.get(message.id)?.(message));
    started.on("error", (error) => log(`The inference thread failed: ${error.stack ?? error.message}`));
    started.once("exit", () => {
      if (worker === started) worker = undefined;
      const lost = [...listeners];
      listeners.clear();
      for (const [id, listener] of lost) {
        listener({
          type: "failed",
          id,
          message: closed ? "The platform is closing." : "The inference thread ended.",
        });
      }
    });
    return started;
  };
  const say = (message: ToInference) => {
    worker ??= start();
    worker.postMessage(message);
  };

  return {
    generate(request) {
      if (listeners.size >= MOST_REQUESTS) {
        const message = `${MOST_REQUESTS} requests are being answered already. Try again in a moment.`;
        throw new ApiError("rate_limit_error", message, {
          code: "too_many_requests",
          headers: { "retry-after": "1" },
        });
      }
      const id = ++lastId;
      const received: FromInference[] = [];
      let wake = () => {};
      listeners.set(id, (message) => {
        received.push(message);
        wake();
      });
      const next = async (): Promise<FromInference> => {
        for (;;) {
          const message = received.shift();
          if (message) return message;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      };
      const cancel = () => {
        if (!listeners.delete(id)) return;
        if (worker) say({ type: "cancel", id });
        received.push({ type: "failed", id, message: "It was cancelled." });
        wake();
      };
      say({ type: "generate", id, request });
      return accept(id, next, cancel, () => listeners.delete(id));
    },
    forget(directory) {
      if (worker) say({ type: "forget", directory });
    },
    async close() {
      closed = true;
      await worker?.terminate();
    },
  };
}

async function accept(
  id: number,
  next: () => Promise<FromInference>,
  cancel: () => void,
  settle: () => void,
): Promise<RunningGeneration> {
  const first = await next();
  if (first.type !== "accepted") {
    settle();
    throw first.type === "failed" ? failureOf(first) : new Error(`generation ${id} began with ${first.type}`);
  }
  return {
    promptTokens: first.promptTokens,
    cancel,
    async *pieces() {
      for (;;) {
        const message = await next();
        if (message.type === "text") yield message;
        else if (message.type === "finished") {
          settle();
          return { reason: message.reason, completionTokens: message.completionTokens };
        } else if (message.type === "failed") {
          settle();
          throw failureOf(message);
        }
      }
    },
  };
}

function failureOf({ message, tooLong, unknownToken }: Extract<FromInference, { type: "failed" }>): ApiError {
  if (tooLong) {
    return invalidRequest(
      `The messages have ${tooLong.promptTokens} tokens, and the context of the model has room for ${tooLong.contextLength}, the answer included. Shorten them.`,
      { code: "context_length_exceeded", param: "messages" },
    );
  }
  if (unknownToken) {
    const { token, vocabularySize } = unknownToken;
    return invalidRequest(
      `"logit_bias" has ${token}, and the model has no such token: its ids are 0 to ${vocabularySize - 1}.`,
      { code: "invalid_value", param: `logit_bias.${token}` },
    );
  }
  return new ApiError("server_error", `The model could not answer: ${message}`, { code: "inference_failed" });
}
