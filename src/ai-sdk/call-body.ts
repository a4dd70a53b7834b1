import type { LanguageModelV3CallOptions, SharedV3Warning } from "@ai-sdk/provider";
import type { ChatCompletionCreateParamsBase } from "../contract/chat-params.ts";
import type { FunctionTool } from "../contract/chat-tools.ts";
import type { ProviderPackage } from "./peer.ts";
import { toMessages } from "./prompt.ts";

/** The body of a request, and what of the call it can't express. */
export interface CallBody {
  readonly body: Omit<ChatCompletionCreateParamsBase, "stream">;
  /** What the caller wants put on top of the body. */
  readonly extraBody: Readonly<Record<string, unknown>>;
  readonly warnings: SharedV3Warning[];
}

/** Turns a call of the AI SDK into the body of a request. */
export function toCallBody(
  modelId: string,
  options: LanguageModelV3CallOptions,
  { UnsupportedFunctionalityError }: ProviderPackage,
): CallBody {
  const warnings: SharedV3Warning[] = [];
  if (options.topK !== undefined) {
    warnings.push({
      type: "unsupported",
      feature: "topK",
      details: "There is no such parameter on the wire.",
    });
  }
  const tools = functionTools(options.tools, warnings);
  const body: CallBody["body"] = {
    model: modelId,
    messages: toMessages(options.prompt, UnsupportedFunctionalityError),
    max_completion_tokens: options.maxOutputTokens,
    temperature: options.temperature,
    top_p: options.topP,
    stop: options.stopSequences?.length ? options.stopSequences : undefined,
    seed: options.seed,
    presence_penalty: options.presencePenalty,
    frequency_penalty: options.frequencyPenalty,
    response_format: responseFormat(options.responseFormat),
    ...(tools.length > 0 ? { tools, tool_choice: toolChoice(options.toolChoice) } : {}),
  };
  return { body, extraBody: options.providerOptions?.fermion ?? {}, warnings };
}

function responseFormat(
  format: LanguageModelV3CallOptions["responseFormat"],
): ChatCompletionCreateParamsBase["response_format"] {
  if (format?.type !== "json") {
    return undefined;
  }
  return format.schema
    ? {
        type: "json_schema",
        json_schema: {
          name: format.name ?? "response",
          description: format.description,
          schema: { ...format.schema },
          strict: true,
        },
      }
    : { type: "json_object" };
}

function functionTools(
  tools: LanguageModelV3CallOptions["tools"],
  warnings: SharedV3Warning[],
): FunctionTool[] {
  return (tools ?? []).flatMap((tool): FunctionTool[] => {
    if (tool.type === "provider") {
      warnings.push({ type: "unsupported", feature: `the provider-defined tool ${tool.id}` });
      return [];
    }
    const { name, description, inputSchema, strict } = tool;
    return [{ type: "function", function: { name, description, parameters: { ...inputSchema }, strict } }];
  });
}

function toolChoice(
  choice: LanguageModelV3CallOptions["toolChoice"],
): ChatCompletionCreateParamsBase["tool_choice"] {
  return choice?.type === "tool" ? { type: "function", function: { name: choice.toolName } } : choice?.type;
}
