import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionMessage,
  CompletionUsage,
} from "../contract/chat.ts";
import { createChatAccumulator } from "./chat-accumulator.ts";
import { APIUserAbortError, FermionError } from "./errors.ts";
import type { OpenAnswer } from "./requester.ts";
import { chatChunks, type StreamExpectations } from "./stream-chat.ts";

/** How long a stream took, in milliseconds since it was asked for; `undefined` for what hasn't happened yet. */
export interface StreamTiming {
  /** Until the answer began. */
  readonly opened: number | undefined;
  /** Until the first text, or the first piece of a tool call. */
  readonly firstToken: number | undefined;
  /** Until the end. */
  readonly total: number | undefined;
}

/** What a stream is made of. */
export interface ChatStreamSource {
  /** Asks for the answer. Called once, when something is first read. */
  readonly open: (signal: AbortSignal) => Promise<OpenAnswer>;
  readonly signal: AbortSignal | null | undefined;
  readonly expected: StreamExpectations;
  readonly redact: (text: string) => string;
}

/**
 * An answer that arrives in chunks. It can be read once: by iterating over it, by {@link text}, by {@link batches}, or
 * by asking for the final message, which reads it to its end if nobody else does.
 *
 * Reading ends without an error only if the answer is whole. Otherwise it throws one of: `StreamTruncatedError`,
 * `StreamStalledError`, `StreamRefusedError`, `StreamFailedError` or `APIUserAbortError`; each has what came in
 * `received`. Before the answer begins, it may throw all that any other call does.
 *
 * @example
 * ```ts
 * const stream = client.chat.completions.stream({ model, messages });
 * for await (const text of stream.text()) {
 *   process.stdout.write(text);
 * }
 * console.log(stream.usage, (await stream.finalMessage()).content);
 * ```
 */
export class ChatCompletionStream implements AsyncIterable<ChatCompletionChunk> {
  /** Aborting it ends the stream, as {@link abort} does. */
  readonly controller = new AbortController();
  readonly #source: ChatStreamSource;
  readonly #accumulator = createChatAccumulator();
  readonly #end: Promise<ChatCompletion>;
  #settle: { resolve: (completion: ChatCompletion) => void; reject: (reason: unknown) => void } | undefined;
  #answer: Promise<OpenAnswer> | undefined;
  #disconnect: () => void = () => undefined;
  #begun = false;
  #started = performance.now();
  #timing: StreamTiming = { opened: undefined, firstToken: undefined, total: undefined };

  /** @internal */
  constructor(source: ChatStreamSource) {
    this.#source = source;
    this.#end = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Whoever reads gets the error; that nobody asked for the final message too is no second one.
    this.#end.catch(() => undefined);
  }

  /**
   * Asks for the answer, if nobody has yet, and promises its beginning.
   *
   * @internal
   */
  connect(): Promise<OpenAnswer> {
    this.#answer ??= this.#open();
    return this.#answer;
  }

  async #open(): Promise<OpenAnswer> {
    const { open, signal } = this.#source;
    const onAbort = () => this.controller.abort();
    if (signal?.aborted) {
      onAbort();
    }
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#disconnect = () => signal?.removeEventListener("abort", onAbort);
    this.#started = performance.now();
    try {
      const answer = await open(this.controller.signal);
      this.#timing = { ...this.#timing, opened: this.#elapsed() };
      return answer;
    } catch (error) {
      this.#disconnect();
      throw error;
    }
  }

  /** The texts of the first choice, as they arrive. */
  async *text(): AsyncGenerator<string, void, undefined> {
    for await (const batch of this.batches()) {
      for (const { choices } of batch) {
        if (this.controller.signal.aborted) {
          break;
        }
        const content = choices.find(({ index }) => index === 0)?.delta.content;
        if (content) {
          yield content;
        }
      }
    }
  }

  /** The chunks of all choices, as they arrive. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ChatCompletionChunk, void, undefined> {
    for await (const batch of this.batches()) {
      for (const chunk of batch) {
        if (this.controller.signal.aborted) {
          break;
        }
        yield chunk;
      }
    }
  }

  /** The chunks that arrived together, together: the fastest way to read, with a promise per batch and not per chunk. */
  async *batches(): AsyncGenerator<readonly ChatCompletionChunk[], void, undefined> {
    if (this.#begun) {
      throw new FermionError(
        "This stream has been read already, and it can be read only once. Keep its chunks, or ask it for finalCompletion().",
      );
    }
    this.#begun = true;
    let outcome: "left" | "whole" | { error: unknown } = "left";
    let telemetry: OpenAnswer["telemetry"];
    try {
      const answer = await this.connect();
      telemetry = answer.telemetry;
      const { expected, redact } = this.#source;
      for await (const batch of chatChunks(answer, { accumulator: this.#accumulator, expected, redact })) {
        telemetry?.onChunks(batch);
        if (this.#timing.firstToken === undefined && batch.some(hasToken)) {
          this.#timing = { ...this.#timing, firstToken: this.#elapsed() };
        }
        yield batch;
        // The rest may have come already, and the connection would not show that nobody wants it any more.
        if (this.controller.signal.aborted) {
          throw new APIUserAbortError({ received: this.snapshot });
        }
      }
      outcome = "whole";
    } catch (error) {
      outcome = { error };
      throw error;
    } finally {
      this.#disconnect();
      this.#timing = { ...this.#timing, total: this.#elapsed() };
      this.#conclude(outcome);
      // When the call itself failed, there was no answer, and whoever made the call has told of it.
      if (outcome === "whole") {
        telemetry?.end(this.snapshot);
      } else if (outcome === "left") {
        telemetry?.leave(this.snapshot);
      } else {
        telemetry?.fail(outcome.error, this.snapshot);
      }
    }
  }

  /** The whole answer. Rejects with what reading throws. */
  async finalCompletion(): Promise<ChatCompletion> {
    if (!this.#begun) {
      for await (const _ of this.batches()) {
        // The accumulator has them.
      }
    }
    return this.#end;
  }

  /** As {@link finalCompletion}, under the name that it has in the `openai` package. */
  finalChatCompletion(): Promise<ChatCompletion> {
    return this.finalCompletion();
  }

  /** The text of the first choice, whole; `null` if there is none. Rejects with what reading throws. */
  async finalContent(): Promise<string | null> {
    return (await this.finalMessage()).content ?? null;
  }

  /** The message of the first choice, whole. Rejects with what reading throws. */
  async finalMessage(): Promise<ChatCompletionMessage> {
    const { choices } = await this.finalCompletion();
    const first = choices[0];
    if (!first) {
      throw new FermionError("The answer has no choice, so there is no message.");
    }
    return first.message;
  }

  /** The answer as far as it has come; `undefined` before the first chunk. */
  get snapshot(): ChatCompletion | undefined {
    return this.#accumulator.snapshot();
  }

  /** How many tokens went in and came out, once the server has said it: at the end. */
  get usage(): CompletionUsage | undefined {
    return this.#accumulator.usage;
  }

  get timing(): StreamTiming {
    return this.#timing;
  }

  /** Ends the stream; whoever reads it gets an `APIUserAbortError`. */
  abort(): void {
    this.controller.abort();
  }

  #conclude(outcome: "left" | "whole" | { error: unknown }): void {
    const completion = this.snapshot;
    if (typeof outcome === "object") {
      this.#settle?.reject(outcome.error);
    } else if (outcome === "whole" && completion) {
      this.#settle?.resolve(completion);
    } else {
      // The reader left early: to whoever waits for the final message that is an abort.
      this.#settle?.reject(new APIUserAbortError({ received: completion }));
    }
  }

  #elapsed(): number {
    return performance.now() - this.#started;
  }
}

function hasToken({ choices }: ChatCompletionChunk): boolean {
  return choices.some(({ delta }) => delta.content || delta.refusal || delta.tool_calls?.length);
}
