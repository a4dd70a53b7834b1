import type { RequestOptions } from "../client/options.ts";
import type { ChatCompletion, ChatCompletionChunk } from "../contract/chat.ts";
import type {
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionCreateParamsStreaming,
} from "../contract/chat-params.ts";

/**
 * What the provider needs of a client; every `Fermion` is one.
 *
 * It is described by its shape and not as the class: an application that is CommonJS in one part and an ES module in
 * another holds two copies of the class, and a client of either must do.
 */
export interface ChatClient {
  /** Where the platform's API begins. */
  readonly baseURL: string;
  readonly chat: {
    readonly completions: {
      create(body: ChatCompletionCreateParamsNonStreaming, options?: RequestOptions): Answer<ChatCompletion>;
      create(body: ChatCompletionCreateParamsStreaming, options?: RequestOptions): Answer<ChatStream>;
    };
  };
}

interface Answer<Data> {
  withResponse(): Promise<{ readonly data: Data; readonly response: { readonly headers: Headers } }>;
}

/** What the provider needs of a streamed answer. */
export interface ChatStream {
  batches(): AsyncIterator<readonly ChatCompletionChunk[], void, undefined>;
  abort(): void;
}
