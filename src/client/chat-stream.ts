import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionMessage,
  CompletionUsage,
} from "../contract/chat.ts";
import { listenForAbort } from "./abort-listeners.ts";
import { type ChatAccumulator, createChatAccumulator } from "./chat-accumulator.ts";
import { ChatEmitter, type ChatStreamEvents, type ChatStreamListener } from "./chat-events.ts";
import type { FromReadableStreamOptions } from "./chat-lines.ts";
import { emitChunks, firstText } from "./chat-text.ts";
import { APIUserAbortError, FermionError } from "./errors.ts";
import { flattened } from "./flattened.ts";
import { createStreamClock, type StreamTiming } from "./stream-timing.ts";

/** Where the chunks of a stream come from. */
export interface ChatStreamSource {
  /** Asks for the answer, and promises its beginning. Called once, when something is first read. */
  readonly open: (signal: AbortSignal) => Promise<OpenChatStream>;
  /** The caller's. */
  readonly signal?: AbortSignal | null | undefined;
}

/** An answer that has begun. Nothing of it may know the stream, or streams that nobody wants would never be given up. */
export interface OpenChatStream {
  /** The chunks in batches as they arrive, each added to the accumulator. Returns only if the answer is whole. */
  batches(accumulator: ChatAccumulator): AsyncGenerator<readonly ChatCompletionChunk[]>;
  /** Gives the answer up. Harmless when it is over. */
  dispose(): void;
}

type Outcome = "whole" | { readonly error: unknown };

/**
 * Ends the answers of streams that were never read, nor aborted, and that nobody can reach any more: each would hold a
 * connection, and a listener on its caller's signal.
 */
const abandoned =
  typeof FinalizationRegistry === "undefined"
    ? undefined
    : new FinalizationRegistry<() => void>((giveUp) => giveUp());

/**
 * An answer that arrives in chunks. It can be read once: by iterating over it, by {@link text}, by {@link batches}, by
 * {@link tee} or {@link toReadableStream}. Where nobody does, asking for the final message or listening to an event reads
 * it to its end, from the moment at which the answer begins.
 *
 * Reading ends without an error only if the answer is whole. Otherwise it throws one of: `StreamTruncatedError`,
 * `StreamStalledError`, `StreamRefusedError`, `StreamFailedError` or `APIUserAbortError`; each has what came in
 * `received`. Before the answer begins, it may throw all that any other call does.
 *
 * What hasn't been read stays with the sender, so a reader that takes its time costs no memory; nor does its time count
 * as a stall.
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
  readonly #clock = createStreamClock();
  readonly #emitter = new ChatEmitter();
  readonly #end: Promise<ChatCompletion>;
  #settle: { resolve: (completion: ChatCompletion) => void; reject: (reason: unknown) => void } | undefined;
  #answer: Promise<OpenChatStream> | undefined;
  #disconnect: () => void = () => undefined;
  /** Somebody has begun to read it, or has the right to. */
  #claimed = false;
  #flows = false;
  /** Somebody learns of an error: a reader, or whoever has a promise of the end. */
  #watched = false;
  #aborted: APIUserAbortError | undefined;

  /** @internal */
  constructor(source: ChatStreamSource) {
    this.#source = source;
    this.#end = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Whoever reads gets the error; that nobody asked for the final message too is no second one.
    this.#end.catch(() => undefined);
    ChatCompletionStream.#listen(new WeakRef(this), this.controller.signal);
  }

  /**
   * The caller's signal and the open connection know the controller, and would keep the stream with it. So its listener
   * knows the stream weakly, and is made where no other closure has brought `this` along.
   */
  static #listen(self: WeakRef<ChatCompletionStream>, signal: AbortSignal): void {
    const onAbort = () => {
      const stream = self.deref();
      if (stream) {
        stream.#onAbort();
      }
    };
    signal.addEventListener("abort", onAbort, { once: true });
  }

  /**
   * The stream that was written to `readable` by {@link toReadableStream}, or by the method of the same name in the
   * `openai` package: a chunk of JSON on each line. It ends with the same verdicts as the stream it was made of. As these
   * lines have no end mark, it is whole when every choice has its `finish_reason`, so say how many were asked for.
   *
   * @param readable - such as the body of a `fetch` to your own web server
   *
   * @example
   * ```ts
   * const response = await fetch("/answer");
   * if (response.body) {
   *   const stream = ChatCompletionStream.fromReadableStream(response.body);
   *   for await (const text of stream.text()) {
   *     show(text);
   *   }
   * }
   * ```
   */
  static fromReadableStream(
    readable: ReadableStream<Uint8Array>,
    options: FromReadableStreamOptions = {},
  ): ChatCompletionStream {
    return new ChatCompletionStream({
      signal: options.signal,
      open: async (signal) => (await import("./chat-lines.ts")).openLines(readable, options, signal),
    });
  }

  /**
   * Asks for the answer, if nobody has yet, and promises its beginning.
   *
   * @internal
   */
  connect(): Promise<OpenChatStream> {
    this.#answer ??= this.#open();
    return this.#answer;
  }

  async #open(): Promise<OpenChatStream> {
    const { open, signal } = this.#source;
    const { controller } = this;
    const onAbort = () => controller.abort();
    if (signal?.aborted) {
      onAbort();
    }
    const disconnect = listenForAbort(signal, onAbort);
    this.#disconnect = disconnect;
    this.#clock.start();
    try {
      const answer = await open(controller.signal);
      this.#clock.opened();
      if (this.#settle) {
        abandoned?.register(
          this,
          () => {
            disconnect();
            answer.dispose();
          },
          this,
        );
        this.#emitter.emit("connect");
      } else {
        answer.dispose();
      }
      return answer;
    } catch (error) {
      this.#conclude({ error });
      throw this.#aborted ?? error;
    }
  }

  /** The texts of the first choice, as they arrive. */
  text(): AsyncIterableIterator<string, void, undefined> {
    return flattened(this.batches(), firstText, this.controller.signal);
  }

  /** The chunks of all choices, as they arrive. */
  [Symbol.asyncIterator](): AsyncIterableIterator<ChatCompletionChunk, void, undefined> {
    return flattened(this.batches(), (chunk) => chunk, this.controller.signal);
  }

  /** The chunks that arrived together, together: the fastest way to read, with a promise per batch and not per chunk. */
  async *batches(): AsyncGenerator<readonly ChatCompletionChunk[], void, undefined> {
    this.#claim();
    yield* this.#read();
  }

  /**
   * Two streams of this answer, which can be read at their own speeds. What one of them has read and the other hasn't is
   * kept in memory, so a branch that nobody reads should be aborted. The answer is given up when both are.
   */
  tee(): [ChatCompletionStream, ChatCompletionStream] {
    this.#claim();
    const read = this.#read();
    const loadTee = import("./chat-tee.ts").then(({ teeBatches }) =>
      teeBatches(read, () => this.controller.abort()),
    );
    const branch = (index: 0 | 1) =>
      new ChatCompletionStream({
        signal: this.controller.signal,
        open: async () => (await loadTee)[index],
      });
    return [branch(0), branch(1)];
  }

  /**
   * The chunks as lines of JSON, for passing the answer on through a web server: `new Response(stream.toReadableStream())`.
   * {@link fromReadableStream} reads them at the other end, and so does the method of that name in the `openai` package.
   *
   * It asks for more only when its reader does. If the answer isn't whole, the readable fails with the stream's error; when
   * its reader gives it up, so is the answer.
   */
  toReadableStream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    this.#claim();
    const read = this.#read();
    const lines = import("./chat-lines.ts").then(({ encodeLines }) => encodeLines(read));
    return new ReadableStream(
      {
        pull: async (controller) => (await lines).pull(controller),
        cancel: () => this.controller.abort(),
      },
      // Nothing is read before somebody wants it.
      { highWaterMark: 0 },
    );
  }

  /** The whole answer. Rejects with what reading throws. */
  async finalCompletion(): Promise<ChatCompletion> {
    this.#watched = true;
    this.#flow();
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

  /** Resolves when the answer is whole. Rejects with what reading throws. */
  async done(): Promise<void> {
    await this.finalCompletion();
  }

  /**
   * Calls the listener each time that something happens, and reads the stream if nobody else does.
   *
   * A listener that throws disturbs neither the stream nor other listeners; its error is an uncaught exception, as with
   * `EventTarget`. If the stream fails, and there is neither a listener to `error`, nor a reader, nor somebody who has
   * asked for its end, the error is an unhandled rejection.
   */
  on<Name extends keyof ChatStreamEvents>(name: Name, listener: ChatStreamListener<Name>): this {
    this.#emitter.add(name, { listener, once: false });
    this.#flow();
    return this;
  }

  /** As {@link on}, for the next time alone. */
  once<Name extends keyof ChatStreamEvents>(name: Name, listener: ChatStreamListener<Name>): this {
    this.#emitter.add(name, { listener, once: true });
    this.#flow();
    return this;
  }

  /** Takes a listener away that `on` or `once` has added. */
  off<Name extends keyof ChatStreamEvents>(name: Name, listener: ChatStreamListener<Name>): this {
    this.#emitter.remove(name, listener);
    return this;
  }

  /**
   * Promises what comes first with the next such event: for `content` the piece of text, for `end` nothing. Rejects with
   * the stream's error if it ends without one.
   */
  emitted<Name extends keyof ChatStreamEvents>(name: Name): Promise<ChatStreamEvents[Name][0]> {
    this.#watched = true;
    const promise = new Promise<ChatStreamEvents[Name][0]>((resolve, reject) => {
      this.#emitter.add(name, { listener: (...values) => resolve(values[0]), once: true });
      this.#end.then(() => reject(new FermionError(`The stream ended without the event ${name}.`)), reject);
    });
    this.#flow();
    return promise;
  }

  /** The answer as far as it has come; `undefined` before the first chunk. */
  get snapshot(): ChatCompletion | undefined {
    return this.#accumulator.snapshot();
  }

  /** How many tokens went in and came out, once the server has said it: at the end. */
  get usage(): CompletionUsage | undefined {
    return this.#accumulator.usage;
  }

  /** How fast it was, as far as it has come. */
  get timing(): StreamTiming {
    return this.#clock.read(this.usage);
  }

  /** Ends the stream and frees its connection; whoever reads it gets an `APIUserAbortError`. */
  abort(): void {
    this.controller.abort();
  }

  #claim(): void {
    if (this.#claimed) {
      throw new FermionError(
        "This stream has been read already, and it can be read only once. Keep its chunks, use tee(), or ask it for finalCompletion().",
      );
    }
    this.#claimed = true;
    this.#watched = true;
  }

  /** Reads it to its end when the answer begins, unless somebody else has begun to read by then. */
  #flow(): void {
    if (this.#flows || this.#claimed) {
      return;
    }
    this.#flows = true;
    const drain = async () => {
      await this.connect();
      if (!this.#claimed) {
        this.#claimed = true;
        for await (const _ of this.#read()) {
          // The accumulator and the listeners have them.
        }
      }
    };
    // Whoever asked has the promise of the end, or listens to `error`.
    drain().catch(() => undefined);
  }

  async *#read(): AsyncGenerator<readonly ChatCompletionChunk[], void, undefined> {
    let outcome: Outcome | undefined;
    try {
      const answer = await this.connect();
      for await (const batch of answer.batches(this.#accumulator)) {
        this.#clock.record(batch);
        emitChunks(this.#emitter, batch, this.#accumulator, this.controller.signal);
        yield batch;
        // The rest may have come already, and the connection would not show that nobody wants it any more.
        if (this.#aborted) {
          throw this.#aborted;
        }
      }
      outcome = "whole";
    } catch (error) {
      outcome = { error: this.#aborted ?? error };
      throw outcome.error;
    } finally {
      // A reader that left early has ended the stream: to whoever waits for the final message that is an abort.
      this.#conclude(outcome ?? { error: new APIUserAbortError({ received: this.snapshot }) });
    }
  }

  #onAbort(): void {
    if (!this.#settle) {
      return;
    }
    this.#aborted = new APIUserAbortError({ received: this.snapshot });
    this.#conclude({ error: this.#aborted });
    // Whoever reads would end it, but perhaps nobody does.
    this.#answer?.then(
      (answer) => answer.dispose(),
      () => undefined,
    );
  }

  /** There is one end, the first. */
  #conclude(outcome: Outcome): void {
    const settle = this.#settle;
    if (!settle) {
      return;
    }
    this.#settle = undefined;
    this.#disconnect();
    abandoned?.unregister(this);
    this.#clock.end();
    const completion = this.snapshot;
    const emitter = this.#emitter;
    if (outcome === "whole" && completion) {
      settle.resolve(completion);
      const message = completion.choices[0]?.message;
      if (message) {
        emitter.emit("message", message);
        emitter.emit("finalMessage", message);
      }
    } else {
      const error =
        outcome === "whole" ? new FermionError("The stream ended without a single chunk.") : outcome.error;
      settle.reject(error);
      if (error instanceof APIUserAbortError) {
        emitter.emit("abort", error);
      } else if (emitter.has("error")) {
        emitter.emit("error", error);
      } else if (this.#flows && !this.#watched) {
        // It would be lost: who only listens to other events would never learn why they don't come.
        Promise.reject(error);
      }
    }
    emitter.emit("end");
  }
}
