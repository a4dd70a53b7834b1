/** How likely one token was. */
export interface TokenProbability {
  readonly token: number;
  /** The natural logarithm of its probability. */
  readonly logprob: number;
}

/** How likely a token was, and which were the likeliest in its place. */
export interface LogProbabilities extends TokenProbability {
  /** The likeliest first, of equals the one of the lower id; the token itself is among them only if it is one of them. */
  readonly top: readonly TokenProbability[];
}

/**
 * The log-softmax of logits (V) at a token and at the `most` likeliest ones, in double precision. The greatest logit is
 * taken off first, so that no exponential overflows.
 */
export function logProbabilities(logits: Float32Array, token: number, most: number): LogProbabilities {
  // The places of the likeliest so far, in order. There are few of them, so inserting costs less than any heap.
  const likeliest: number[] = [];
  let greatest = Number.NEGATIVE_INFINITY;
  let least = most > 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) {
    const logit = logits[i] ?? 0;
    if (logit > greatest) greatest = logit;
    if (likeliest.length === most && !(logit > least)) continue;
    let place = likeliest.length;
    while (place > 0 && logit > (logits[likeliest[place - 1] ?? 0] ?? 0)) place--;
    likeliest.splice(place, 0, i);
    if (likeliest.length > most) likeliest.pop();
    least = logits[likeliest.at(-1) ?? 0] ?? 0;
  }
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp((logits[i] ?? 0) - greatest);
  const logSum = Math.log(sum);
  // The greatest first: beside large logits the sum's logarithm would be lost in rounding.
  const at = (index: number) => ({ token: index, logprob: (logits[index] ?? 0) - greatest - logSum });
  return { ...at(token), top: likeliest.map(at) };
}
