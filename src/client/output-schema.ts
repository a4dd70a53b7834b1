import type { ChatCompletion, ChatCompletionChoice, ChatCompletionMessage } from "../contract/chat.ts";
import type { ChatCompletionCreateParamsBase } from "../contract/chat-params.ts";

/**
 * A schema of zod, or of any library that follows Standard Schema. To describe itself to the platform it needs Standard
 * JSON Schema too; zod and zod/mini 4 need nothing more.
 */
export interface OutputSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => OutputResult<Output> | Promise<OutputResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    readonly jsonSchema?: {
      readonly input: (options: { readonly target: "draft-2020-12" }) => Record<string, unknown>;
    };
  };
}

type OutputResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly OutputIssue[] };

/** Where an answer doesn't fit its schema. */
export interface OutputIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** A schema, and what the platform is told beside it. */
export interface NamedOutput<Input = unknown, Output = Input> {
  readonly schema: OutputSchema<Input, Output>;
  /**
   * What the answer is called: letters, digits, `_` and `-`.
   * @default "answer"
   */
  readonly name?: string | undefined;
  /** What the answer is for, for the model. */
  readonly description?: string | undefined;
  /**
   * Whether the platform must keep the model to the schema.
   * @default true
   */
  readonly strict?: boolean | undefined;
}

/** What an answer should look like. */
export type OutputFormat<Input = unknown, Output = Input> =
  | OutputSchema<Input, Output>
  | NamedOutput<Input, Output>;

/** What `parse()` takes: as `create`, with a schema as `response_format`. */
export type ChatCompletionParseParams<Input, Output> = {
  [Name in keyof ChatCompletionCreateParamsBase as Name extends "response_format" | "stream"
    ? never
    : Name]: ChatCompletionCreateParamsBase[Name];
} & { response_format: OutputFormat<Input, Output> };

/** What the assistant said, and what it means. */
export interface ParsedChatCompletionMessage<Output> extends ChatCompletionMessage {
  /** `null` if the model refused, or asked for tools instead. */
  parsed: Output | null;
}

/** One of the `n` answers. */
export interface ParsedChatCompletionChoice<Output> extends ChatCompletionChoice {
  message: ParsedChatCompletionMessage<Output>;
}

/** A whole answer whose texts are objects. */
export interface ParsedChatCompletion<Output> extends ChatCompletion {
  choices: ParsedChatCompletionChoice<Output>[];
}

/** A value that is still being written: fields may be missing, lists and texts short. */
export type DeepPartial<Value> = Value extends readonly (infer Item)[]
  ? DeepPartial<Item>[]
  : Value extends object
    ? { [Name in keyof Value]?: DeepPartial<Value[Name]> }
    : Value;

export function isOutputFormat(value: unknown): value is OutputFormat {
  return isOutputSchema(value) || (isObject(value) && "schema" in value && isOutputSchema(value.schema));
}

export function isOutputSchema(value: unknown): value is OutputSchema {
  return isObject(value) && "~standard" in value;
}

/** Some libraries make schemas that can be called. */
function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
