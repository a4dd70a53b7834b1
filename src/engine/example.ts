import type { ModelConfig } from "./parameters.ts";

/** One thing to learn from, as tokens. */
export interface Example {
  /** The whole text, context and answers. */
  readonly tokens: Int32Array;
  /** 1 where a token is a target, 0 where it is only context; as long as `tokens`. */
  readonly learned: Uint8Array;
}

/** Learned tokens of an example; the first one can't be predicted from anything. */
export function learnedOf({ learned }: Example): number {
  let count = 0;
  for (let i = 1; i < learned.length; i++) if (learned[i]) count++;
  return count;
}

/**
 * Checks that a model of this shape can learn an example.
 *
 * @throws RangeError
 */
export function checkExample({ tokens, learned }: Example, config: ModelConfig): void {
  if (tokens.length !== learned.length) throw new RangeError("an example needs a mark for each token");
  if (tokens.length > config.contextLength) {
    throw new RangeError(`an example has ${tokens.length} tokens, and the context ${config.contextLength}`);
  }
  for (const token of tokens) {
    if (token < 0 || token >= config.vocabularySize) {
      throw new RangeError(`there is no token ${token} in a vocabulary of ${config.vocabularySize}`);
    }
  }
}
