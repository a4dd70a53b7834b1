/** What tokens cost. */
export interface TokenPrice {
  /** Such as `EUR`; it is only repeated in results. */
  readonly currency: string;
  /** What a million tokens of the prompt cost. */
  readonly promptPerMillion: number;
  /** What a million tokens of the answer cost. */
  readonly completionPerMillion: number;
}

/** What the tokens of models cost, by their ids; the price of `*` is that of every other model. */
export type PriceTable = Readonly<Record<string, TokenPrice>>;

/** What an answer costs, in the price's currency. */
export function priceOf(
  price: TokenPrice,
  usage: { readonly promptTokens: number; readonly completionTokens: number },
): number {
  const { promptPerMillion, completionPerMillion } = price;
  return (usage.promptTokens * promptPerMillion + usage.completionTokens * completionPerMillion) / 1_000_000;
}

/** The price of a model; undefined if the table has none for it. */
export function priceFor(prices: PriceTable, model: string): TokenPrice | undefined {
  const key = [model, "*"].find((name) => Object.hasOwn(prices, name));
  return key === undefined ? undefined : prices[key];
}
