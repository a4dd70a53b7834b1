import type {
  LanguageModelV3Message,
  LanguageModelV3Prompt,
  LanguageModelV3ToolResultPart,
} from "@ai-sdk/provider";
import type { ChatCompletionMessageParam } from "../contract/chat-params.ts";
import type { ProviderPackage } from "./peer.ts";

type AssistantContent = Extract<LanguageModelV3Message, { role: "assistant" }>["content"];
type Unsupported = ProviderPackage["UnsupportedFunctionalityError"];

/**
 * The AI SDK's prompt as messages on the wire.
 *
 * @throws UnsupportedFunctionalityError for what these platforms can't take: files, images, tools that a provider runs
 */
export function toMessages(
  prompt: LanguageModelV3Prompt,
  Unsupported: Unsupported,
): ChatCompletionMessageParam[] {
  return prompt.flatMap((message) => messagesOf(message, Unsupported));
}

/** One message of the AI SDK is one on the wire, but for the results of tools: each is a message of its own. */
function messagesOf(message: LanguageModelV3Message, Unsupported: Unsupported): ChatCompletionMessageParam[] {
  switch (message.role) {
    case "system":
      return [{ role: "system", content: message.content }];
    case "user": {
      const texts = message.content.map((part) => {
        if (part.type !== "text") {
          throw unsupported(Unsupported, `a file (${part.mediaType}) in a user message`);
        }
        return { type: "text" as const, text: part.text };
      });
      // The plain form is what every server takes.
      return [{ role: "user", content: texts.length === 1 && texts[0] ? texts[0].text : texts }];
    }
    case "assistant":
      return [assistantMessage(message.content, Unsupported)];
    case "tool":
      return message.content.flatMap((part): ChatCompletionMessageParam[] =>
        // An approval is between the application and its user; what the tool gave, or that it was denied, is a result.
        part.type === "tool-approval-response"
          ? []
          : [{ role: "tool", tool_call_id: part.toolCallId, content: toolResult(part, Unsupported) }],
      );
  }
}

function assistantMessage(content: AssistantContent, Unsupported: Unsupported): ChatCompletionMessageParam {
  let text = "";
  let reasoning = "";
  const calls: { id: string; type: "function"; function: { name: string; arguments: string } }[] = [];
  for (const part of content) {
    switch (part.type) {
      case "text":
        text += part.text;
        break;
      case "reasoning":
        reasoning += part.text;
        break;
      case "tool-call":
        calls.push({
          id: part.toolCallId,
          type: "function",
          function: { name: part.toolName, arguments: JSON.stringify(part.input ?? {}) },
        });
        break;
      default:
        throw unsupported(Unsupported, `a part of type ${part.type} in an assistant message`);
    }
  }
  return {
    role: "assistant",
    content: text || (calls.length > 0 ? null : ""),
    // As servers with reasoning send it, so that they get back what they sent.
    ...(reasoning ? { reasoning_content: reasoning } : {}),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
}

function toolResult({ output, toolName }: LanguageModelV3ToolResultPart, Unsupported: Unsupported): string {
  switch (output.type) {
    case "text":
    case "error-text":
      return output.value;
    case "json":
    case "error-json":
      return JSON.stringify(output.value);
    case "execution-denied":
      return output.reason ?? "The user denied the execution of this tool.";
    case "content":
      return output.value
        .map((part) => {
          if (part.type !== "text") {
            throw unsupported(
              Unsupported,
              `a part of type ${part.type} in the result of the tool ${toolName}`,
            );
          }
          return part.text;
        })
        .join("\n");
  }
}

function unsupported(Unsupported: Unsupported, functionality: string) {
  return new Unsupported({
    functionality,
    message: `The platforms that Fermion is for take text alone, and the prompt has ${functionality}.`,
  });
}
