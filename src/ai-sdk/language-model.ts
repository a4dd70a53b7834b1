import type {
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3GenerateResult,
  LanguageModelV3StreamPart,
  LanguageModelV3StreamResult,
  SharedV3Warning,
} from "@ai-sdk/provider";
import type { ChatCompletionChunk } from "../contract/chat.ts";
import { toContent, toFinishReason, toResponseMetadata, toUsage } from "./answer.ts";
import { toCallBody } from "./call-body.ts";
import type { ChatClient, ChatStream } from "./chat-client.ts";
import { isAbort, toAISDKError } from "./errors.ts";
import { loadProviderPackage } from "./peer.ts";
import { createPartWriter, type PartWriter } from "./stream-parts.ts";

/** A model of a platform as the AI SDK calls it. */
export function createLanguageModel(client: ChatClient, modelId: string): LanguageModelV3 {
  /** What both kinds of calls have in common. */
  async function prepared(options: LanguageModelV3CallOptions) {
    const provider = await loadProviderPackage();
    const { body, extraBody, warnings } = toCallBody(modelId, options, provider);
    const sent = { ...body, ...extraBody };
    const failed = {
      url: `${client.baseURL}/chat/completions`,
      body: sent,
      abortSignal: options.abortSignal,
    };
    return {
      provider,
      body,
      sent,
      warnings,
      explained: (error: unknown) => toAISDKError(error, failed, provider),
      requestOptions: {
        extraBody,
        headers: options.headers,
        signal: options.abortSignal,
        // The AI SDK repeats calls by itself: together they would make nine tries of three.
        maxRetries: 0,
      },
    };
  }

  return {
    specificationVersion: "v3",
    provider: "fermion.chat",
    modelId,
    supportedUrls: {},

    async doGenerate(options): Promise<LanguageModelV3GenerateResult> {
      const { provider, body, sent, warnings, explained, requestOptions } = await prepared(options);
      const { data, response } = await client.chat.completions
        .create(body, requestOptions)
        .withResponse()
        .catch((error: unknown) => {
          throw explained(error);
        });
      return {
        content: toContent(data),
        finishReason: toFinishReason(data.choices[0]?.finish_reason),
        usage: toUsage(data.usage, provider),
        warnings,
        request: { body: sent },
        response: {
          ...toResponseMetadata(data),
          headers: Object.fromEntries(response.headers),
          body: data,
        },
      };
    },

    async doStream(options): Promise<LanguageModelV3StreamResult> {
      const { provider, body, sent, warnings, explained, requestOptions } = await prepared(options);
      const streamed = { ...body, stream: true, stream_options: { include_usage: true } } as const;
      const { data, response } = await client.chat.completions
        .create(streamed, requestOptions)
        .withResponse()
        .catch((error: unknown) => {
          throw explained(error);
        });
      return {
        stream: partStream(data, {
          writer: createPartWriter(provider),
          warnings,
          raw: options.includeRawChunks ?? false,
          explained,
        }),
        request: { body: { ...streamed, ...sent } },
        response: { headers: Object.fromEntries(response.headers) },
      };
    },
  };
}

interface PartStreamOptions {
  readonly writer: PartWriter;
  readonly warnings: SharedV3Warning[];
  /** Whether the chunks themselves are wanted, too. */
  readonly raw: boolean;
  readonly explained: (error: unknown) => unknown;
}

/** The parts of an answer that has begun, read no faster than they are wanted. */
function partStream(
  answer: ChatStream,
  { writer, warnings, raw, explained }: PartStreamOptions,
): ReadableStream<LanguageModelV3StreamPart> {
  const batches = answer.batches();
  const partsOf = (chunk: ChatCompletionChunk): LanguageModelV3StreamPart[] => [
    ...(raw ? [{ type: "raw" as const, rawValue: chunk }] : []),
    ...writer.add(chunk),
  ];
  let cancelled = false;
  return new ReadableStream<LanguageModelV3StreamPart>({
    start(controller) {
      controller.enqueue({ type: "stream-start", warnings });
    },
    async pull(controller) {
      try {
        // Until there is a part: a stream isn't asked again that was asked and gave nothing.
        for (let given = 0; given === 0; ) {
          const next = await batches.next();
          if (cancelled) {
            return;
          }
          const parts = next.done ? writer.finish() : next.value.flatMap(partsOf);
          for (const part of parts) {
            controller.enqueue(part);
          }
          given = parts.length;
          if (next.done) {
            controller.close();
          }
        }
      } catch (error) {
        if (cancelled) {
          // The abort that `cancel` made: there is nobody left to tell.
          return;
        }
        const shown = explained(error);
        if (isAbort(shown)) {
          // That is how the AI SDK learns of an abort.
          controller.error(shown);
        } else {
          controller.enqueue({ type: "error", error: shown });
          controller.close();
        }
      }
    },
    cancel() {
      cancelled = true;
      answer.abort();
    },
  });
}
