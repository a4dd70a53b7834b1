/**
 * What a platform charges. One table serves all who count with it: the estimate of `check`, the cost of answers in `evaluate`,
 * the scorer `cost`, and the budget of `customize`.
 *
 * @example
 * ```ts
 * const prices: PriceTable = {
 *   currency: "EUR",
 *   training: { perMillionTokens: 3 },
 *   inference: { "*": { perMillionInputTokens: 0.3, perMillionOutputTokens: 1.2 } },
 * };
 * ```
 */
export interface PriceTable {
  /** Of all prices, such as `EUR`; it is only repeated in results. */
  readonly currency: string;
  /** Left out, nothing is said of what training costs. */
  readonly training?: TrainingPrice | undefined;
  /** By the ids of models; the price of `*` is that of every other model, such as one that is only to be made. */
  readonly inference?: Readonly<Record<string, InferencePrice>> | undefined;
}

/** What training costs: by tokens, by time, or by both. */
export interface TrainingPrice {
  /** For a million tokens that are trained on, each epoch counted. */
  readonly perMillionTokens?: number | undefined;
  /** For an hour of training. */
  readonly perHour?: number | undefined;
}

/** What the answers of a model cost. */
export interface InferencePrice {
  /** For a million tokens that it is asked with. */
  readonly perMillionInputTokens: number;
  /** For a million tokens that it answers with. */
  readonly perMillionOutputTokens: number;
}

/** What trained tokens and the time they took cost; undefined where a price or what it is multiplied by isn't known. */
export function trainingCost(
  prices: PriceTable,
  took: { readonly tokens: number | undefined; readonly seconds: number | undefined },
): number | undefined {
  const { perMillionTokens, perHour } = prices.training ?? {};
  if (perMillionTokens === undefined && perHour === undefined) {
    return undefined;
  }
  // Whatever isn't known makes the sum unknown, not less.
  const forTokens =
    perMillionTokens === undefined ? 0 : took.tokens && (took.tokens / 1e6) * perMillionTokens;
  const forTime = perHour === undefined ? 0 : took.seconds && (took.seconds / 3_600) * perHour;
  return forTokens === undefined || forTime === undefined ? undefined : forTokens + forTime;
}

/** The price of a model's answers; undefined if the table has none for it. */
export function inferencePrice(prices: PriceTable, model: string): InferencePrice | undefined {
  const { inference = {} } = prices;
  const key = [model, "*"].find((name) => Object.hasOwn(inference, name));
  return key === undefined ? undefined : inference[key];
}

/** What answers cost. */
export function inferenceCost(
  price: InferencePrice,
  tokens: { readonly input: number; readonly output: number },
): number {
  return (tokens.input * price.perMillionInputTokens + tokens.output * price.perMillionOutputTokens) / 1e6;
}

/** What of a table can't be a price, for whoever has to say so; undefined if all of it can. */
export function wrongPrice(
  prices: PriceTable | undefined,
): { readonly field: string; readonly message: string } | undefined {
  if (prices === undefined) {
    return undefined;
  }
  const { currency, training, inference = {} } = prices;
  if (typeof currency !== "string" || currency === "") {
    return { field: "prices.currency", message: 'must be a text, such as "EUR"' };
  }
  const given: [field: string, price: number | undefined][] = [
    ["training.perMillionTokens", training?.perMillionTokens],
    ["training.perHour", training?.perHour],
    ...Object.entries(inference).flatMap(([model, price]): [string, number][] => [
      // A missing one is as wrong as one that is no number.
      [
        `inference[${JSON.stringify(model)}].perMillionInputTokens`,
        price?.perMillionInputTokens ?? Number.NaN,
      ],
      [
        `inference[${JSON.stringify(model)}].perMillionOutputTokens`,
        price?.perMillionOutputTokens ?? Number.NaN,
      ],
    ]),
  ];
  const wrong = given.find(([, price]) => price !== undefined && !(Number.isFinite(price) && price >= 0));
  return wrong && { field: `prices.${wrong[0]}`, message: "must be a number from 0" };
}
