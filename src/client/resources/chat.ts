import { type ChatCompletion, chatCompletionSchema } from "../../contract/chat.ts";
import type {
  ChatCompletionCreateParams,
  ChatCompletionCreateParamsBase,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionCreateParamsStreaming,
} from "../../contract/chat-params.ts";
import { APIPromise } from "../api-promise.ts";
import { ChatCompletionStream, type ChatStreamSource } from "../chat-stream.ts";
import type { RequestOptions } from "../options.ts";
import { type OpenAnswer, type Requester, withResponse } from "../requester.ts";
import { chatChunks } from "../stream-chat.ts";

const COMPLETIONS = "/chat/completions";

/** Lets models continue dialogues. */
export class Completions {
  readonly #requester: Requester;

  /** @internal */
  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /**
   * Asks for an answer: whole, or with `stream: true` as an iterable of chunks once it has begun.
   *
   * @throws NotFoundError if there is no such model
   * @throws BadRequestError if a parameter is wrong, or can't be honoured by the model; `param` names it
   *
   * @example
   * ```ts
   * const completion = await client.chat.completions.create({
   *   model: "photon-nano",
   *   messages: [{ role: "user", content: "By when must I report hail?" }],
   * });
   * console.log(completion.choices[0]?.message.content);
   * ```
   */
  create(body: ChatCompletionCreateParamsNonStreaming, options?: RequestOptions): APIPromise<ChatCompletion>;
  create(
    body: ChatCompletionCreateParamsStreaming,
    options?: RequestOptions,
  ): APIPromise<ChatCompletionStream>;
  create(
    body: ChatCompletionCreateParams,
    options?: RequestOptions,
  ): APIPromise<ChatCompletion | ChatCompletionStream>;
  create(
    body: ChatCompletionCreateParams,
    options?: RequestOptions,
  ): APIPromise<ChatCompletion> | APIPromise<ChatCompletionStream> {
    if (body.stream) {
      return new APIPromise<ChatCompletionStream>(
        new Promise((resolve, reject) => {
          const stream = new ChatCompletionStream(
            this.#source(body, options, (answer) => resolve(withResponse(answer, stream))),
          );
          stream.connect().catch(reject);
        }),
      );
    }
    return this.#requester.json({ method: "POST", path: COMPLETIONS, body }, chatCompletionSchema, options);
  }

  /**
   * A stream of an answer, with helpers: its text, its final message, its usage. The request is sent when something is
   * first read. Unless `stream_options` says otherwise, the platform is asked for the usage too.
   *
   * @example
   * ```ts
   * const stream = client.chat.completions.stream({ model, messages });
   * for await (const text of stream.text()) {
   *   process.stdout.write(text);
   * }
   * ```
   */
  stream(body: ChatCompletionStreamParams, options?: RequestOptions): ChatCompletionStream {
    return new ChatCompletionStream(
      this.#source({ stream_options: { include_usage: true }, ...body, stream: true }, options),
    );
  }

  #source(
    body: ChatCompletionCreateParamsStreaming,
    options: RequestOptions = {},
    onAnswer?: (answer: OpenAnswer) => void,
  ): ChatStreamSource {
    const { signal } = options;
    const call = {
      method: "POST",
      path: COMPLETIONS,
      headers: { accept: "text/event-stream" },
      body,
    } as const;
    const { redact } = this.#requester.config;
    const expected = { choices: body.n ?? 1, usage: body.stream_options?.include_usage ?? false };
    return {
      signal,
      open: async (ownSignal) => {
        const answer = await this.#requester.open(call, { ...options, signal: ownSignal });
        onAnswer?.(answer);
        return {
          batches: (accumulator) => chatChunks(answer, { accumulator, expected, redact }),
          dispose: answer.exchange.dispose,
        };
      },
    };
  }
}

/** What `stream()` takes: as `create`, where `stream` goes without saying. */
export interface ChatCompletionStreamParams extends ChatCompletionCreateParamsBase {
  stream?: true;
}

/** Dialogues with models. */
export class Chat {
  readonly completions: Completions;

  /** @internal */
  constructor(requester: Requester) {
    this.completions = new Completions(requester);
  }
}
