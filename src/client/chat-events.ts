import type { ChatCompletionChunk, ChatCompletionMessage } from "../contract/chat.ts";
import type { APIUserAbortError } from "./errors.ts";

/** What a chat stream tells its listeners of, each with what they are called with. */
export interface ChatStreamEvents {
  /** The answer has begun. */
  connect: [];
  chunk: [chunk: ChatCompletionChunk];
  /** A piece of the first choice's text, and the text up to and with it. */
  content: [delta: string, snapshot: string];
  /** The answer is whole; this is the message of its first choice. */
  message: [message: ChatCompletionMessage];
  /** As `message`. */
  finalMessage: [message: ChatCompletionMessage];
  /** The stream ended in another way than by being whole or aborted. */
  error: [error: unknown];
  /** The caller ended the stream, or stopped reading it. */
  abort: [error: APIUserAbortError];
  /** The stream has ended, whichever way. Comes last. */
  end: [];
}

/** Called with what an event brings. */
export type ChatStreamListener<Name extends keyof ChatStreamEvents> = (
  ...values: ChatStreamEvents[Name]
) => unknown;

interface Entry<Name extends keyof ChatStreamEvents> {
  readonly listener: ChatStreamListener<Name>;
  readonly once: boolean;
}

/** Calls those who want to know. */
export class ChatEmitter {
  readonly #entries: { readonly [Name in keyof ChatStreamEvents]: Entry<Name>[] } = {
    connect: [],
    chunk: [],
    content: [],
    message: [],
    finalMessage: [],
    error: [],
    abort: [],
    end: [],
  };

  add<Name extends keyof ChatStreamEvents>(name: Name, entry: Entry<Name>): void {
    const entries: Entry<Name>[] = this.#entries[name];
    entries.push(entry);
  }

  remove<Name extends keyof ChatStreamEvents>(name: Name, listener: ChatStreamListener<Name>): void {
    const entries: Entry<Name>[] = this.#entries[name];
    const index = entries.findIndex((entry) => entry.listener === listener);
    if (index >= 0) {
      entries.splice(index, 1);
    }
  }

  has(name: keyof ChatStreamEvents): boolean {
    return this.#entries[name].length > 0;
  }

  /**
   * Calls the listeners in the order in which they were added. One that throws concerns neither the others nor the
   * stream: its error is thrown where nobody stands in between, as `EventTarget` does it.
   */
  emit<Name extends keyof ChatStreamEvents>(name: Name, ...values: ChatStreamEvents[Name]): void {
    const entries: Entry<Name>[] = this.#entries[name];
    // A copy, because listeners may take themselves away.
    for (const { listener, once } of [...entries]) {
      if (once) {
        this.remove(name, listener);
      }
      try {
        listener(...values);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
