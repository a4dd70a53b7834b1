import type { ChatCompletion, ChatCompletionChunk } from "../../contract/chat.ts";
import type {
  ChatCompletionCreateParams,
  ChatCompletionCreateParamsBase,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionCreateParamsStreaming,
} from "../../contract/chat-params.ts";
import { withoutAlias } from "../aliases/own-aliases.ts";
import { APIPromise } from "../api-promise.ts";
import { ChatCompletionStream, type ChatStreamSource } from "../chat-stream.ts";
import type { RequestOptions } from "../options.ts";
import {
  type ChatCompletionParseParams,
  isOutputFormat,
  type ParsedChatCompletion,
} from "../output-schema.ts";
import { ParsedChatCompletionStream } from "../parsed-chat-stream.ts";
import { type OpenAnswer, type Requester, withResponse } from "../requester.ts";
import { openChat } from "../stream-chat.ts";

const contract = () => import("../../contract/chat.ts");
const chatCompletionChunk = async () => (await contract()).chatCompletionChunkSchema;
const chatCompletion = async () => (await contract()).chatCompletionSchema;

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
    return this.#whole(body, options);
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
  stream<Input, Output>(
    body: ChatCompletionParseParams<Input, Output>,
    options?: RequestOptions,
  ): ParsedChatCompletionStream<Input, Output>;
  stream(body: ChatCompletionStreamParams, options?: RequestOptions): ChatCompletionStream;
  stream(
    body: ChatCompletionStreamParams | ChatCompletionParseParams<unknown, unknown>,
    options?: RequestOptions,
  ): ChatCompletionStream {
    const source = this.#source({ stream_options: { include_usage: true }, ...body }, options);
    const { response_format } = body;
    return isOutputFormat(response_format)
      ? new ParsedChatCompletionStream(source, response_format)
      : new ChatCompletionStream(source);
  }

  /**
   * Asks for an answer that is an object, and checks it: `message.parsed` is what the schema makes of it, or `null` if the
   * model refused (`message.refusal`) or asked for tools.
   *
   * `response_format` is a schema of zod, or of any library with Standard Schema and Standard JSON Schema; or
   * `{ schema, name, description, strict }`.
   *
   * @throws ConfigurationError if the schema can't be described as JSON Schema
   * @throws LengthFinishReasonError, ContentFilterFinishReasonError if the answer ended before its object did
   * @throws OutputMismatchError if the answer doesn't fit the schema
   *
   * @example
   * ```ts
   * const Claim = z.object({ event: z.string(), days: z.number() });
   * const { choices } = await client.chat.completions.parse({ model, messages, response_format: Claim });
   * console.log(choices[0]?.message.parsed?.days);
   * ```
   */
  parse<Input, Output>(
    body: ChatCompletionParseParams<Input, Output>,
    options?: RequestOptions,
  ): APIPromise<ParsedChatCompletion<Output>> {
    const parsed = async () => {
      const { parseCompletion } = await import("../structured-output.ts");
      const { data, ...rest } = await this.#whole(await sent(body), options).withResponse();
      return { ...rest, data: await parseCompletion<Output>(data, body.response_format) };
    };
    return new APIPromise(parsed());
  }

  #whole(body: ChatCompletionCreateParamsBase, options?: RequestOptions): APIPromise<ChatCompletion> {
    const { aliases } = this.#requester.config;
    const ask = (resolved: object) =>
      this.#requester.json({ method: "POST", path: COMPLETIONS, body: resolved }, chatCompletion, options);
    return aliases
      ? new APIPromise(withoutAlias(body, aliases).then((resolved) => ask(resolved).withResponse()))
      : ask(body);
  }

  #source(
    body: ChatCompletionStreamParams | ChatCompletionParseParams<unknown, unknown>,
    options: RequestOptions = {},
    onAnswer?: (answer: OpenAnswer) => void,
  ): ChatStreamSource {
    const { signal } = options;
    const expected = { choices: body.n ?? 1, usage: body.stream_options?.include_usage ?? false };
    return {
      signal,
      open: async (ownSignal) => {
        const call = {
          method: "POST",
          path: COMPLETIONS,
          headers: { accept: "text/event-stream" },
          body: { ...(await withoutAlias(await sent(body), this.#requester.config.aliases)), stream: true },
        } as const;
        // Loaded before, because whoever has an answer must not fail before its reader has it.
        const inspect = await this.#inspector();
        const answer = await this.#requester.open(call, { ...options, signal: ownSignal });
        onAnswer?.(answer);
        return openChat(answer, { expected, signal: ownSignal, inspect });
      },
    };
  }

  /** Whoever listens hears of what is new in chunks too. */
  async #inspector(): Promise<((chunk: ChatCompletionChunk) => void) | undefined> {
    const { config } = this.#requester;
    if (!config.onDrift || config.validation === "off") {
      return undefined;
    }
    const { reportDrift } = await import("../drift.ts");
    const schema = await chatCompletionChunk();
    return (chunk) => reportDrift({ method: "POST", path: COMPLETIONS }, schema, chunk, config);
  }
}

/** The body as the platform takes it: a schema becomes its description, and how to do that is loaded only then. */
async function sent(
  body: ChatCompletionStreamParams | ChatCompletionParseParams<unknown, unknown>,
): Promise<ChatCompletionCreateParamsBase> {
  const { response_format, ...rest } = body;
  if (isOutputFormat(response_format)) {
    const { responseFormat } = await import("../structured-output.ts");
    return { ...rest, response_format: await responseFormat(response_format) };
  }
  return response_format === undefined ? rest : { ...rest, response_format };
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
