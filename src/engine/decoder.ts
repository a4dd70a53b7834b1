import { planMemory, startKernelThreads } from "./kernels/threads.ts";
import { type LogProbabilities, logProbabilities } from "./log-probabilities.ts";
import { GEMM_SCRATCH } from "./model.ts";
import {
  attentionWidth,
  headSize,
  type ModelConfig,
  parameterCount,
  parameterOffsets,
} from "./parameters.ts";
import { createSampler, type SamplerOptions } from "./sampler.ts";

/** How many tokens of a prompt are worked on at once. */
const PROMPT_ROWS = 64;

export interface DecoderOptions {
  readonly config: ModelConfig;
  /** All weights in the order of `parameterLayout`; copied. */
  readonly weights: Float32Array;
  /** How many generations can be open at once; each has a cache of its own. @default 1 */
  readonly slots?: number;
}

export interface SamplingOptions extends SamplerOptions {
  /** The most tokens to generate; the context's end may come earlier. */
  readonly maxTokens: number;
  /** Tokens that end the generation, themselves not given. */
  readonly stopTokens: readonly number[];
  /** With how many of the likeliest tokens beside it each token's log-probability is given. @default none is given */
  readonly topLogprobs?: number;
}

/** A token, or why there are no more. */
export type GenerationStep =
  | {
      readonly token: number;
      /**
       * Where `topLogprobs` asks for it. Of the model's own distribution, the softmax of its logits: bias, penalties,
       * temperature and topP decide which token is chosen, and don't change how likely the model finds it.
       */
      readonly logprobs?: LogProbabilities;
    }
  | {
      /** `stop`: a stop token came; `length`: `maxTokens` or the context's end was reached. */
      readonly finished: "stop" | "length";
    };

/** One text in the making. */
export interface Generation {
  /** Works out the next token; the first call reads the whole prompt. Blocks its thread. */
  next(): GenerationStep;
  /** Frees its slot. A generation that finished by itself has done so already. */
  close(): void;
}

/** A model that generates. Several generations may be open and take turns. */
export interface ModelDecoder {
  readonly contextLength: number;
  /**
   * Opens a generation.
   *
   * @throws ContextLengthError when the prompt leaves no room for an answer
   * @throws NoSlotError when all slots are taken
   * @throws RangeError when the prompt is empty, an option is out of range or names a token that isn't there
   */
  start(prompt: readonly number[], options: SamplingOptions): Generation;
  /** Ends the decoder; its memory is freed with it. */
  close(): void;
}

/** A prompt that the model's context can't hold together with an answer. */
export class ContextLengthError extends Error {
  override readonly name = "ContextLengthError";
  readonly promptTokens: number;
  readonly contextLength: number;

  constructor(promptTokens: number, contextLength: number) {
    super(
      `The prompt has ${promptTokens} tokens, and the model's context ${contextLength}, the answer included. ` +
        "Shorten the messages.",
    );
    this.promptTokens = promptTokens;
    this.contextLength = contextLength;
  }
}

/** As many generations are open as the decoder has slots. */
export class NoSlotError extends Error {
  override readonly name = "NoSlotError";
  constructor(slots: number) {
    super(`All ${slots} slots are taken. Close a generation first, or make the decoder with more slots.`);
  }
}

/**
 * Loads a model for decoding with a cache of keys and values.
 *
 * @throws EngineMemoryError when it doesn't fit in 4 GiB
 * @throws ModelConfigError when no such model can exist
 */
export function createDecoder({ config, weights, slots = 1 }: DecoderOptions): ModelDecoder {
  const { hiddenSize: d, feedForwardSize: f, heads, keyValueHeads, vocabularySize, normEpsilon } = config;
  const { contextLength } = config;
  const hd = headSize(config);
  const width = attentionWidth(config);
  const attended = heads * hd;
  const size = parameterCount(config);
  if (weights.length !== size) {
    throw new RangeError(`the model has ${size} numbers, and ${weights.length} came`);
  }

  const plan = planMemory();
  const weightsAt = plan.floats(size);
  const caches = Array.from({ length: slots }, () =>
    Array.from({ length: config.layers }, () => ({
      keys: plan.floats(keyValueHeads * contextLength * hd),
      values: plan.floats(keyValueHeads * contextLength * hd),
    })),
  );
  const x = plan.floats(PROMPT_ROWS * d);
  const normed = plan.floats(PROMPT_ROWS * d);
  const scales = plan.floats(PROMPT_ROWS);
  const qkv = plan.floats(PROMPT_ROWS * width);
  const mixed = plan.floats(PROMPT_ROWS * attended);
  const gateUp = plan.floats(PROMPT_ROWS * 2 * f);
  const act = plan.floats(PROMPT_ROWS * f);
  const logitsAt = plan.floats(vocabularySize);
  const scores = plan.floats(contextLength + 4);
  const tokens = plan.floats(PROMPT_ROWS);
  const positions = plan.floats(PROMPT_ROWS);
  const ropeTable = plan.floats(contextLength * hd);
  const scratch = plan.floats(GEMM_SCRATCH);
  const kernels = startKernelThreads(plan, 1);
  const { run, runAlone } = kernels;
  kernels.floats.set(weights, weightsAt / 4);
  runAlone("ropeTable", ropeTable, contextLength, hd, config.ropeTheta);
  const logits = kernels.floats.subarray(logitsAt / 4, logitsAt / 4 + vocabularySize);

  const offsets = parameterOffsets(config);
  const weightAt = (offset: number) => weightsAt + offset * 4;
  const free = caches.map((_, slot) => slot);

  /** y (m, outer) = from (m, inner) · weightᵀ, added to y where `add` is 1. */
  function linear(y: number, from: number, weight: number, m: number, outer: number, inner: number, add = 0) {
    if (m === 1) runAlone("gemv", weight, from, y, outer, inner, add);
    else {
      const matrices = [from, inner, 1, weight, 1, inner, y, outer] as const;
      run("gemm", ...matrices, m, outer, inner, add, scratch, GEMM_SCRATCH * 4);
    }
  }

  /** Runs `m` tokens, which lie in memory, from `position` on; what they say is in `x` afterwards. */
  function forward(slot: number, m: number, position: number): void {
    run("gatherRows", x, weightAt(offsets.embedding), tokens, m, d);
    for (const [index, layer] of offsets.layers.entries()) {
      const cache = caches[slot]?.[index];
      if (!cache) throw new RangeError(`there is no slot ${slot}`);
      run("rmsNorm", normed, scales, x, weightAt(layer.norm), m, d, normEpsilon);
      linear(qkv, normed, weightAt(layer.qkv), m, width, d);
      run("rope", qkv, width, ropeTable, contextLength, positions, m, heads + keyValueHeads, hd, 1);
      const lengths = [m, position, contextLength, heads, keyValueHeads, hd] as const;
      runAlone("appendToCache", cache.keys, cache.values, qkv, ...lengths);
      runAlone("attentionCached", mixed, qkv, cache.keys, cache.values, ...lengths, scores);
      linear(x, mixed, weightAt(layer.o), m, d, attended, 1);
      run("rmsNorm", normed, scales, x, weightAt(layer.middleNorm), m, d, normEpsilon);
      linear(gateUp, normed, weightAt(layer.gateUp), m, 2 * f, d);
      run("swiGlu", act, gateUp, m, f);
      linear(x, act, weightAt(layer.down), m, d, f, 1);
    }
  }

  /** Runs more tokens of a slot; `logits` are those behind the last. */
  function read(slot: number, given: readonly number[], from: number): void {
    for (let first = 0; first < given.length; first += PROMPT_ROWS) {
      const part = given.slice(first, first + PROMPT_ROWS);
      kernels.integers.set(part, tokens / 4);
      kernels.integers.set(
        part.map((_, index) => from + first + index),
        positions / 4,
      );
      forward(slot, part.length, from + first);
      if (first + PROMPT_ROWS < given.length) continue;
      run(
        "rmsNorm",
        normed,
        scales,
        x + (part.length - 1) * d * 4,
        weightAt(offsets.lastNorm),
        1,
        d,
        normEpsilon,
      );
      linear(logitsAt, normed, weightAt(offsets.embedding), 1, vocabularySize, d);
    }
  }

  return {
    contextLength,
    start(prompt, options) {
      if (prompt.length === 0) throw new RangeError("the prompt is empty");
      const unknown = [...prompt, ...(options.logitBias?.keys() ?? [])].find(
        (token) => !(Number.isInteger(token) && token >= 0 && token < vocabularySize),
      );
      if (unknown !== undefined) throw new RangeError(`there is no token ${unknown} in the vocabulary`);
      if (prompt.length >= contextLength) throw new ContextLengthError(prompt.length, contextLength);
      if (!Number.isSafeInteger(options.maxTokens) || options.maxTokens < 0) {
        throw new RangeError(`maxTokens must be a whole number from 0 on, got ${options.maxTokens}`);
      }
      const { topLogprobs } = options;
      if (topLogprobs !== undefined && !(Number.isSafeInteger(topLogprobs) && topLogprobs >= 0)) {
        throw new RangeError(`topLogprobs must be a whole number from 0 on, got ${topLogprobs}`);
      }
      const sample = createSampler(options);
      const most = Math.min(options.maxTokens, contextLength - prompt.length);
      const stops = new Set(options.stopTokens);
      const slot = free.pop();
      if (slot === undefined) throw new NoSlotError(slots);
      let pending: readonly number[] = prompt;
      let position = 0;
      let given = 0;
      let finished: "stop" | "length" | undefined;
      const finish = (reason: "stop" | "length") => {
        if (!finished) free.push(slot);
        finished ??= reason;
        return { finished };
      };
      return {
        next() {
          if (finished) return { finished };
          if (given >= most) return finish("length");
          read(slot, pending, position);
          position += pending.length;
          const token = sample(logits);
          if (stops.has(token)) return finish("stop");
          pending = [token];
          given++;
          if (topLogprobs === undefined) return { token };
          return { token, logprobs: logProbabilities(logits, token, topLogprobs) };
        },
        close: () => void finish("stop"),
      };
    },
    close: () => kernels.close(),
  };
}
