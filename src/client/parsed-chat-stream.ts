import { ChatCompletionStream, type ChatStreamSource } from "./chat-stream.ts";
import type { DeepPartial, OutputFormat } from "./output-schema.ts";

/**
 * An answer that arrives in chunks, and whose text is an object: {@link partial} gives the object as far as it has come,
 * {@link finalParsed} the whole one, checked by its schema.
 *
 * @example
 * ```ts
 * const Claim = z.object({ event: z.string(), days: z.number() });
 * const stream = client.chat.completions.stream({ model, messages, response_format: Claim });
 * for await (const claim of stream.partial()) {
 *   console.log(claim.event);
 * }
 * const claim = await stream.finalParsed();
 * ```
 */
export class ParsedChatCompletionStream<Input, Output> extends ChatCompletionStream {
  readonly #format: OutputFormat<Input, Output>;
  #parsed: Promise<Output | null> | undefined;

  /** @internal */
  constructor(source: ChatStreamSource, format: OutputFormat<Input, Output>) {
    super(source);
    this.#format = format;
  }

  /**
   * The object of the first choice as far as it has come, each time that more of it has. It isn't checked, as it isn't
   * whole: fields may be missing, texts and lists be short. Each is a value of its own. It reads the stream, so it can be
   * used once, as {@link text}.
   */
  async *partial(): AsyncGenerator<DeepPartial<Input>, void, undefined> {
    const { createPartialJson } = await import("./partial-json.ts");
    const json = createPartialJson();
    for await (const batch of this.batches()) {
      const text = batch
        .flatMap(({ choices }) => choices)
        .filter(({ index }) => index === 0)
        .map(({ delta }) => delta.content ?? "")
        .join("");
      json.push(text);
      const value = text === "" ? undefined : json.value();
      if (isPartial<Input>(value)) {
        yield value;
      }
    }
  }

  /**
   * The object of the first choice, whole and checked; `null` if the model refused, or asked for tools instead. Rejects
   * with what reading throws.
   *
   * @throws LengthFinishReasonError, ContentFilterFinishReasonError if the answer ended before its object did
   * @throws OutputMismatchError if it doesn't fit the schema
   */
  finalParsed(): Promise<Output | null> {
    this.#parsed ??= this.#parse();
    return this.#parsed;
  }

  async #parse(): Promise<Output | null> {
    const [completion, { parseCompletion }] = await Promise.all([
      this.finalCompletion(),
      import("./structured-output.ts"),
    ]);
    const parsed = await parseCompletion<Output>(completion, this.#format);
    return parsed.choices[0]?.message.parsed ?? null;
  }
}

/** Nothing but the schema can say whether it is one, and that wants the whole: so the type is a promise of the model's. */
function isPartial<Input>(value: unknown): value is DeepPartial<Input> {
  return value !== undefined;
}
