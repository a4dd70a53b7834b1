import type { LanguageModelV3, ProviderV3 } from "@ai-sdk/provider";
import type { ClientOptions } from "../client/options.ts";
// From the entrance: the build leaves it there, so that no second client is bundled into this one.
import { Fermion } from "../index.ts";
import type { ChatClient } from "./chat-client.ts";
import { createLanguageModel } from "./language-model.ts";
import { NoSuchModelKindError } from "./no-such-model.ts";

/** A provider for the Vercel AI SDK: call it with the name of a model. */
export interface FermionProvider extends ProviderV3 {
  (modelId: string): LanguageModelV3;
  /** The model of this name: a base, one that you tuned (`ft:…`), or a checkpoint of it. Nothing is sent yet. */
  languageModel(modelId: string): LanguageModelV3;
  /** As {@link languageModel}, under the name that it has in other providers. */
  chat(modelId: string): LanguageModelV3;
  /** @throws `NoSuchModelError` always: there are only language models */
  embeddingModel(modelId: string): never;
  /** @throws `NoSuchModelError` always: there are only language models */
  imageModel(modelId: string): never;
}

/**
 * Makes a provider for the Vercel AI SDK (`ai`), from a client that you have or from the options of one.
 *
 * What concerns the AI SDK:
 *
 * - `ai` repeats calls that failed in a way that may pass, as its own `maxRetries` says; the client's is not used, or
 *   they would multiply. An answer that has begun is never repeated.
 * - Errors are `APICallError`s; `cause` is the client's own. A stream that is cut, stalls or fails gives an `error` part
 *   and no `finish`.
 * - `providerOptions.fermion` is put on top of the body of the request, as it is.
 *
 * @param client a `Fermion`, or what one is made of; with nothing, the environment's FERMION_BASE_URL and FERMION_API_KEY
 * @throws ConfigurationError if there is no base URL or no key
 *
 * @example
 * ```ts
 * import { streamText } from "ai";
 * import { createFermion } from "fermion/ai-sdk";
 *
 * const fermion = createFermion({ baseURL: "http://127.0.0.1:4242/v1", apiKey: "…" });
 * const { textStream } = streamText({ model: fermion("photon-nano"), prompt: "By when must I report hail?" });
 * for await (const text of textStream) {
 *   process.stdout.write(text);
 * }
 * ```
 */
export function createFermion(client: ChatClient | ClientOptions = {}): FermionProvider {
  const chatClient: ChatClient = "chat" in client ? client : new Fermion(client);
  const languageModel = (modelId: string) => createLanguageModel(chatClient, modelId);
  return Object.assign((modelId: string) => languageModel(modelId), {
    specificationVersion: "v3" as const,
    languageModel,
    chat: languageModel,
    embeddingModel(modelId: string): never {
      throw new NoSuchModelKindError(modelId, "embeddingModel");
    },
    imageModel(modelId: string): never {
      throw new NoSuchModelKindError(modelId, "imageModel");
    },
  });
}
