import { encodePrompt } from "../../engine/chat-template.ts";
import { ContextLengthError, type Generation } from "../../engine/decoder.ts";
import { createTextStream } from "../../engine/text-stream.ts";
import { createLogprobStream, type LogprobStream } from "./logprobs.ts";
import { createModelsInMemory, type ReadyModel } from "./models-in-memory.ts";
import type { FromInference, GenerationRequest, ToInference } from "./protocol.ts";

/** So many answers are worked on at once, a token of each in turn. */
const SLOTS = 4;

/** So many models stay in memory. */
const MODELS = 3;

/** A bias for a token that the model's vocabulary doesn't have. */
class UnknownTokenError extends Error {
  override readonly name = "UnknownTokenError";
  readonly unknownToken: { readonly token: number; readonly vocabularySize: number };

  constructor(token: number, vocabularySize: number) {
    super(`there is no token ${token}: the vocabulary has ${vocabularySize}`);
    this.unknownToken = { token, vocabularySize };
  }
}

interface Active {
  readonly id: number;
  readonly model: ReadyModel;
  readonly generation: Generation;
  readonly text: ReturnType<typeof createTextStream>;
  /** Where log-probabilities are asked for. */
  readonly logprobs: LogprobStream | undefined;
  tokens: number;
}

/**
 * Works on several answers in turn: one token of each, then the next of each, so that a long answer never holds up a
 * short one. What doesn't fit waits in the order in which it came.
 *
 * @param say - tells the platform
 * @returns what hears the platform
 */
export function createScheduler(say: (message: FromInference) => void): (message: ToInference) => void {
  const models = createModelsInMemory(MODELS, SLOTS);
  const waiting: { readonly id: number; readonly model: ReadyModel; start(): Active }[] = [];
  const active: Active[] = [];
  /** Those whose model is being loaded: they are neither active nor waiting yet, and can be cancelled all the same. */
  const admitting = new Set<number>();
  const cancelled = new Set<number>();
  let turning = false;

  const fail = (id: number, error: unknown) => {
    const tooLong =
      error instanceof ContextLengthError
        ? { promptTokens: error.promptTokens, contextLength: error.contextLength }
        : undefined;
    const message = error instanceof Error ? error.message : String(error);
    const unknownToken = error instanceof UnknownTokenError ? error.unknownToken : undefined;
    say({
      type: "failed",
      id,
      message,
      ...(tooLong ? { tooLong } : {}),
      ...(unknownToken ? { unknownToken } : {}),
    });
  };

  async function admit(id: number, request: GenerationRequest): Promise<void> {
    let model: ReadyModel;
    admitting.add(id);
    try {
      model = await models.acquire(request.directory);
    } catch (error) {
      if (!cancelled.delete(id)) fail(id, error);
      return;
    } finally {
      admitting.delete(id);
    }
    if (cancelled.delete(id)) {
      models.release(model);
      return;
    }
    try {
      const { vocabularySize } = model.tokenizer;
      for (const token of request.logitBias.keys()) {
        if (token >= vocabularySize) throw new UnknownTokenError(token, vocabularySize);
      }
      const prompt = encodePrompt(model.tokenizer, request.messages);
      const { contextLength } = model.decoder;
      if (prompt.length >= contextLength) throw new ContextLengthError(prompt.length, contextLength);
      say({ type: "accepted", id, promptTokens: prompt.length });
      waiting.push({ id, model, start: () => startGeneration(id, model, prompt, request) });
      turn();
    } catch (error) {
      models.release(model);
      fail(id, error);
    }
  }

  /** Goes round until there is nothing to do. Between rounds the thread hears what the platform says. */
  function turn(): void {
    if (turning) return;
    turning = true;
    const round = () => {
      fillSlots();
      for (const one of [...active]) advance(one);
      if (active.length > 0 || waiting.length > 0) setImmediate(round);
      else turning = false;
    };
    setImmediate(round);
  }

  function fillSlots(): void {
    while (active.length < SLOTS) {
      const next = waiting.shift();
      if (!next) return;
      if (cancelled.delete(next.id)) {
        models.release(next.model);
        continue;
      }
      try {
        active.push(next.start());
      } catch (error) {
        models.release(next.model);
        fail(next.id, error);
      }
    }
  }

  function advance(one: Active): void {
    if (cancelled.delete(one.id)) {
      end(one);
      return;
    }
    try {
      const result = one.generation.next();
      if ("finished" in result) {
        const { text, stopped } = one.text.end();
        tell(one, text);
        finish(one, stopped ? "stop" : result.finished);
        return;
      }
      one.tokens++;
      if (result.logprobs) one.logprobs?.push(result.logprobs);
      const { text, stopped } = one.text.push(result.token);
      tell(one, text);
      if (stopped) finish(one, "stop");
    } catch (error) {
      end(one);
      fail(one.id, error);
    }
  }

  function tell({ id, logprobs }: Active, text: string): void {
    if (!text) return;
    say({ type: "text", id, text, ...(logprobs ? { logprobs: logprobs.release(text) } : {}) });
  }

  function finish(one: Active, reason: "stop" | "length"): void {
    end(one);
    say({ type: "finished", id: one.id, reason, completionTokens: one.tokens });
  }

  function end(one: Active): void {
    active.splice(active.indexOf(one), 1);
    one.generation.close();
    models.release(one.model);
  }

  return (message) => {
    switch (message.type) {
      case "generate":
        void admit(message.id, message.request);
        break;
      case "cancel":
        // Only one that is known: an id that is finished already would be remembered for ever.
        if (admitting.has(message.id) || [...active, ...waiting].some(({ id }) => id === message.id)) {
          cancelled.add(message.id);
        }
        break;
      case "forget":
        models.forget(message.directory);
        break;
    }
  };
}

function startGeneration(
  id: number,
  model: ReadyModel,
  prompt: readonly number[],
  request: GenerationRequest,
): Active {
  const { tokenizer, decoder } = model;
  const { maxTokens, topLogprobs, stop } = request;
  const generation = decoder.start(prompt, {
    maxTokens: maxTokens ?? decoder.contextLength - prompt.length,
    temperature: request.temperature,
    topP: request.topP,
    seed: request.seed,
    frequencyPenalty: request.frequencyPenalty,
    presencePenalty: request.presencePenalty,
    logitBias: request.logitBias,
    ...(topLogprobs === null ? {} : { topLogprobs }),
    // Every token of structure ends an answer: a model that begins another turn has finished its own.
    stopTokens: [...tokenizer.specialTokens.values()],
  });
  return {
    id,
    model,
    generation,
    text: createTextStream(tokenizer.createDecoder(), stop),
    logprobs: topLogprobs === null ? undefined : createLogprobStream(tokenizer),
    tokens: 0,
  };
}
