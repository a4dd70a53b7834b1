import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatLogprobs,
  CompletionUsage,
  TokenLogprob,
} from "../../contract/chat.ts";
import { ApiError, errorEnvelope } from "../api-error.ts";
import { newId } from "../ids.ts";
import type { ServableModel } from "../models.ts";
import type { ChatRequest } from "./chat-request.ts";
import type { Inference, RunningGeneration } from "./inference.ts";

interface Answering {
  readonly request: ChatRequest;
  readonly model: ServableModel;
  readonly inference: Inference;
  /** The caller went away. */
  readonly signal: AbortSignal;
  /** Unix seconds. */
  readonly created: number;
}

/** Generates the answers, one after the other, and gives them as one object. */
export async function answerWhole(answering: Answering): Promise<ChatCompletion> {
  const choices: ChatCompletion["choices"] = [];
  let promptTokens = 0;
  let completionTokens = 0;
  for (let index = 0; index < answering.request.count; index++) {
    const generation = await begin(answering, index);
    let content = "";
    const logprobs = noLogprobs(answering.request);
    for (;;) {
      const { done, value } = await generation.next();
      if (!done) {
        content += value.text;
        logprobs?.content.push(...(value.logprobs ?? []));
        continue;
      }
      promptTokens = generation.promptTokens;
      completionTokens += value.completionTokens;
      choices.push({
        index,
        message: { role: "assistant", content, refusal: null, annotations: [] },
        logprobs,
        finish_reason: value.reason,
      });
      break;
    }
  }
  return {
    ...envelope(answering),
    object: "chat.completion",
    choices,
    usage: usage(promptTokens, completionTokens),
  };
}

/**
 * Generates the answers and gives them as server-sent events.
 *
 * Resolves when the first prompt was accepted, so that what is wrong with a request still becomes a status. What goes
 * wrong later is a frame with `error`, behind which no `[DONE]` comes.
 */
export async function answerStream(answering: Answering): Promise<ReadableStream<Uint8Array>> {
  // Whether the caller went away or the stream is read no further: the answer that is being made is given up.
  const unread = new AbortController();
  const signal = AbortSignal.any([answering.signal, unread.signal]);
  const wanted = { ...answering, signal };
  const first = await begin(wanted, 0);
  const frames = chunks(wanted, first);
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await frames.next();
        if (done) {
          controller.enqueue(encoder.encode("data: [DONE]\n\n"));
          controller.close();
        } else controller.enqueue(encoder.encode(`data: ${JSON.stringify(value)}\n\n`));
      } catch (error) {
        const told =
          error instanceof ApiError
            ? error
            : new ApiError("server_error", "The answer could not be finished.");
        controller.enqueue(encoder.encode(`data: ${JSON.stringify(errorEnvelope(told))}\n\n`));
        controller.close();
      }
    },
    cancel: () => unread.abort(),
  });
}

async function* chunks(answering: Answering, first: Answer): AsyncGenerator<ChatCompletionChunk> {
  const { request } = answering;
  const base = { ...envelope(answering), object: "chat.completion.chunk" as const };
  // With usage asked for, every chunk has the field, and all but the last have null in it.
  const noUsage = request.includeUsage ? { usage: null } : {};
  const chunk = (
    index: number,
    delta: ChatCompletionChunk["choices"][number]["delta"],
    logprobs: ChatLogprobs | null,
    finish_reason: "stop" | "length" | null = null,
  ): ChatCompletionChunk => ({
    ...base,
    choices: [{ index, delta, logprobs, finish_reason }],
    ...noUsage,
  });

  let completionTokens = 0;
  for (let index = 0; index < request.count; index++) {
    const generation = index === 0 ? first : await begin(answering, index);
    // An empty list, so that an answer without a token has one, too, as a whole answer does.
    yield chunk(index, { role: "assistant", content: "", refusal: null }, noLogprobs(request));
    for (;;) {
      const { done, value } = await generation.next();
      if (!done) {
        const { text, logprobs } = value;
        yield chunk(index, { content: text }, logprobs ? { content: [...logprobs], refusal: null } : null);
        continue;
      }
      completionTokens += value.completionTokens;
      yield chunk(index, {}, null, value.reason);
      break;
    }
  }
  if (request.includeUsage) {
    yield { ...base, choices: [], usage: usage(first.promptTokens, completionTokens) };
  }
}

/** Log-probabilities where they are asked for, and none yet. */
function noLogprobs({ generation }: ChatRequest): { content: TokenLogprob[]; refusal: null } | null {
  return generation.topLogprobs === null ? null : { content: [], refusal: null };
}

interface Answer {
  readonly promptTokens: number;
  next: ReturnType<RunningGeneration["pieces"]>["next"];
}

async function begin({ request, model, inference, signal }: Answering, index: number): Promise<Answer> {
  const { generation } = request;
  // Seeds are 32 bits wide.
  const seed = (generation.seed + index) >>> 0;
  const running = await inference.generate({ ...generation, seed, directory: model.directory });
  const pieces = running.pieces();
  if (signal.aborted) running.cancel();
  else signal.addEventListener("abort", running.cancel, { once: true });
  return { promptTokens: running.promptTokens, next: () => pieces.next() };
}

function envelope({ model, created }: Answering) {
  const weights = model.files.find(({ name }) => name.endsWith(".safetensors"));
  return {
    id: newId("chatcmpl-"),
    created,
    model: model.id,
    service_tier: "default",
    // With it and a seed the same: the same answer, as long as the engine is the same.
    system_fingerprint: `fp_${(weights?.sha256 ?? "0000000000").slice(0, 10)}`,
  };
}

function usage(prompt_tokens: number, completion_tokens: number): CompletionUsage {
  return {
    prompt_tokens,
    completion_tokens,
    total_tokens: prompt_tokens + completion_tokens,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
