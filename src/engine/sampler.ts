import { createLogitProcessor, type LogitOptions } from "./logit-processor.ts";
import { createRandom } from "./random.ts";

/** How the next token is chosen; the logits are changed first, if at all. */
export interface SamplerOptions extends LogitOptions {
  /** What logits are divided by; 0 always takes the likeliest token. */
  readonly temperature: number;
  /** Only the likeliest tokens that together have at least this probability can be chosen; 1 leaves all. */
  readonly topP: number;
  /** The same seed and logits give the same tokens. */
  readonly seed: number;
}

/** Chooses a token from logits (V), which stay as they are. With penalties it remembers what it chose. */
export type Sampler = (logits: Float32Array) => number;

/**
 * Temperature and nucleus sampling (Holtzman et al. 2020, section 3.1), or greedy decoding at temperature 0; of logits
 * to which the bias was added and from which the penalties were taken, where there are any.
 *
 * @throws RangeError when the temperature is negative, topP is not in [0, 1], or a penalty or bias is no finite number
 */
export function createSampler(options: SamplerOptions): Sampler {
  const choose = createChoice(options);
  const processor = createLogitProcessor(options);
  if (!processor) return choose;
  return (logits) => {
    const token = choose(processor.apply(logits));
    processor.count(token);
    return token;
  };
}

function createChoice({ temperature, topP, seed }: SamplerOptions): Sampler {
  if (!(temperature >= 0)) throw new RangeError(`temperature must be 0 or more, got ${temperature}`);
  if (!(topP >= 0 && topP <= 1)) throw new RangeError(`topP must be from 0 to 1, got ${topP}`);
  if (temperature === 0) return likeliest;
  const random = createRandom(seed);
  return (logits) => {
    const weights = softmax(logits, temperature);
    const nucleus = topP < 1 ? nucleusOf(weights, topP) : undefined;
    const count = nucleus?.length ?? weights.length;
    const at = (index: number) => nucleus?.[index] ?? index;
    let sum = 0;
    for (let i = 0; i < count; i++) sum += weights[at(i)] ?? 0;
    let left = random.next() * sum;
    for (let i = 0; i < count; i++) {
      left -= weights[at(i)] ?? 0;
      if (left < 0) return at(i);
    }
    // Rounding can leave a crumb behind the last token.
    return nucleus ? at(0) : likeliest(logits);
  };
}

/** The token of the greatest logit, the first of equals. */
export function likeliest(logits: Float32Array): number {
  let best = 0;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) {
    const value = logits[i] ?? 0;
    if (value > greatest) {
      greatest = value;
      best = i;
    }
  }
  return best;
}

function softmax(logits: Float32Array, temperature: number): Float64Array {
  const shift = logits[likeliest(logits)] ?? 0;
  const weights = new Float64Array(logits.length);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) {
    const weight = Math.exp(((logits[i] ?? 0) - shift) / temperature);
    weights[i] = weight;
    sum += weight;
  }
  for (let i = 0; i < weights.length; i++) weights[i] = (weights[i] ?? 0) / sum;
  return weights;
}

/** The fewest tokens, the likeliest first, that together have a probability of at least `topP`; one at least. */
function nucleusOf(probabilities: Float64Array, topP: number): number[] {
  // Tokens below (1 − topP) / V have less than 1 − topP together, so none of them is needed: few are left to sort.
  const least = (1 - topP) / probabilities.length;
  const candidates: number[] = [];
  for (let i = 0; i < probabilities.length; i++) if ((probabilities[i] ?? 0) >= least) candidates.push(i);
  candidates.sort((a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0) || a - b);
  let sum = 0;
  let count = 0;
  while (count < candidates.length && (count === 0 || sum < topP)) {
    sum += probabilities[candidates[count] ?? 0] ?? 0;
    count++;
  }
  return candidates.slice(0, count);
}
