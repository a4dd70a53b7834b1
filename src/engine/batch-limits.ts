import { MICRO_BATCH_TOKENS, microBatches } from "./batches.ts";
import type { Example } from "./example.ts";
import type { BatchLimits } from "./model-memory.ts";

/** What a batch of just these examples has. */
export function limitsOf(group: readonly Example[]): BatchLimits {
  const longest = group.reduce((most, { tokens }) => Math.max(most, tokens.length), 0);
  const tokens = group.reduce((sum, example) => sum + example.tokens.length, 0);
  return { tokens, longest, examples: group.length };
}

/** Room for either. */
export function greater(a: BatchLimits, b: BatchLimits): BatchLimits {
  return {
    tokens: Math.max(a.tokens, b.tokens),
    longest: Math.max(a.longest, b.longest),
    examples: Math.max(a.examples, b.examples),
  };
}

/** What a micro-batch can have when it is made of some of these examples: a selection may be packed tighter than all. */
export function mostOfAnySelection(examples: readonly Example[]): BatchLimits {
  const { tokens, longest } = limitsOf(examples);
  const shortestFirst = [...examples].sort((a, b) => a.tokens.length - b.tokens.length);
  return {
    tokens: Math.min(tokens, Math.max(longest, MICRO_BATCH_TOKENS)),
    longest,
    examples: microBatches(shortestFirst)[0]?.length ?? 0,
  };
}
