/** What changes logits before a token is chosen. Leaving all out changes nothing. */
export interface LogitOptions {
  /** Taken from a token's logit as often as the token was chosen before. @default 0 */
  readonly frequencyPenalty?: number;
  /** Taken from the logit of each token that was chosen before. @default 0 */
  readonly presencePenalty?: number;
  /** Added to the logits of these tokens. @default none */
  readonly logitBias?: ReadonlyMap<number, number>;
}

/** Changes the logits of one text as it grows. */
export interface LogitProcessor {
  /** The changed logits. The given ones stay as they are; the result is overwritten by the next call. */
  apply(logits: Float32Array): Float32Array;
  /** Says which token was chosen. */
  count(token: number): void;
}

/**
 * Makes what adds a bias to logits and takes penalties from them, by the formula of the OpenAI API: a token that was
 * chosen c times before gets logit + bias − c · frequencyPenalty − (c > 0) · presencePenalty. The tokens of the prompt
 * aren't counted.
 *
 * @returns nothing if nothing would be changed
 * @throws RangeError when a penalty or a bias is no finite number, or a bias has no token's id
 */
export function createLogitProcessor({
  frequencyPenalty = 0,
  presencePenalty = 0,
  logitBias = new Map(),
}: LogitOptions): LogitProcessor | undefined {
  for (const [name, value] of Object.entries({ frequencyPenalty, presencePenalty })) {
    if (!Number.isFinite(value)) throw new RangeError(`${name} must be a finite number, got ${value}`);
  }
  for (const [token, bias] of logitBias) {
    if (!Number.isInteger(token) || token < 0) throw new RangeError(`logitBias has no token's id: ${token}`);
    if (!Number.isFinite(bias))
      throw new RangeError(`the bias of token ${token} must be finite, got ${bias}`);
  }
  const penalised = frequencyPenalty !== 0 || presencePenalty !== 0;
  if (!penalised && logitBias.size === 0) return undefined;
  const counts = new Map<number, number>();
  let changed = new Float32Array();
  const add = (token: number, amount: number) => {
    changed[token] = (changed[token] ?? 0) + amount;
  };
  return {
    apply(logits) {
      if (changed.length !== logits.length) changed = new Float32Array(logits.length);
      changed.set(logits);
      for (const [token, bias] of logitBias) add(token, bias);
      for (const [token, count] of counts) add(token, -(count * frequencyPenalty + presencePenalty));
      return changed;
    },
    count(token) {
      if (penalised) counts.set(token, (counts.get(token) ?? 0) + 1);
    },
  };
}
