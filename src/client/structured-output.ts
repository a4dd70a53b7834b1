import type { ChatCompletion, ChatCompletionChoice } from "../contract/chat.ts";
import type { ChatCompletionCreateParamsBase } from "../contract/chat-params.ts";
import { ConfigurationError } from "./errors.ts";
import {
  ContentFilterFinishReasonError,
  LengthFinishReasonError,
  OutputMismatchError,
} from "./output-errors.ts";
import {
  isOutputSchema,
  type OutputFormat,
  type OutputSchema,
  type ParsedChatCompletion,
  type ParsedChatCompletionChoice,
} from "./output-schema.ts";

/**
 * What the platform is told of the format.
 *
 * @throws ConfigurationError if the schema can't be described as JSON Schema
 */
export async function responseFormat(
  format: OutputFormat,
): Promise<NonNullable<ChatCompletionCreateParamsBase["response_format"]>> {
  const {
    schema,
    name = "answer",
    description,
    strict = true,
  } = isOutputSchema(format) ? { schema: format } : format;
  const { $schema: _, ...described } = await jsonSchema(schema);
  return {
    type: "json_schema",
    json_schema: {
      name,
      strict,
      schema: strict ? closed(described) : described,
      ...(description === undefined ? {} : { description }),
    },
  };
}

/**
 * The answer with what its texts mean.
 *
 * @throws LengthFinishReasonError, ContentFilterFinishReasonError, OutputMismatchError
 */
export async function parseCompletion<Output>(
  completion: ChatCompletion,
  format: OutputFormat<unknown, Output>,
): Promise<ParsedChatCompletion<Output>> {
  const schema = "~standard" in format ? format : format.schema;
  const choices = await Promise.all(
    completion.choices.map((choice) => parseChoice(choice, completion, schema)),
  );
  return { ...completion, choices };
}

async function parseChoice<Output>(
  choice: ChatCompletionChoice,
  completion: ChatCompletion,
  schema: OutputSchema<unknown, Output>,
): Promise<ParsedChatCompletionChoice<Output>> {
  const { message, finish_reason } = choice;
  if (finish_reason === "length") {
    throw new LengthFinishReasonError(completion);
  }
  if (finish_reason === "content_filter") {
    throw new ContentFilterFinishReasonError(completion);
  }
  const text = message.content ?? "";
  const calls = Boolean(message.tool_calls?.length || message.function_call);
  if (message.refusal || (text === "" && calls)) {
    return { ...choice, message: { ...message, parsed: null } };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new OutputMismatchError({ text, issues: [{ message: String(error) }], completion });
  }
  const result = await schema["~standard"].validate(value);
  if (result.issues) {
    throw new OutputMismatchError({ text, issues: result.issues, completion });
  }
  return { ...choice, message: { ...message, parsed: result.value } };
}

async function jsonSchema(schema: OutputSchema): Promise<Record<string, unknown>> {
  const { jsonSchema: converter, vendor } = schema["~standard"];
  try {
    if (converter) {
      return converter.input({ target: "draft-2020-12" });
    }
    // The schemas of zod/mini leave it out, to be small. The application has zod, so it isn't bundled here once more.
    const { core, toJSONSchema } = await import("zod/v4");
    if (schema instanceof core.$ZodType) {
      return { ...toJSONSchema(schema, { io: "input", target: "draft-2020-12" }) };
    }
  } catch (error) {
    throw new ConfigurationError(`response_format can't be described as JSON Schema: ${String(error)}`, {
      cause: error,
    });
  }
  throw new ConfigurationError(
    `response_format is a schema of ${vendor} that can't describe itself as JSON Schema. ` +
      "Use zod 4, or a library with Standard JSON Schema (`~standard.jsonSchema`).",
  );
}

/** Platforms that keep a model to a schema want every object closed; a schema takes such an object as well. */
function closed(schema: unknown): Record<string, unknown>;
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) {
    return schema.map(closed);
  }
  if (typeof schema !== "object" || schema === null) {
    return schema;
  }
  const made = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [name, VALUES.has(name) ? value : closed(value)]),
  );
  return made.type === "object" && made.properties && made.additionalProperties === undefined
    ? { ...made, additionalProperties: false }
    : made;
}

/** What stands under these is data, and no schema. */
const VALUES: ReadonlySet<string> = new Set(["const", "default", "enum", "examples"]);
