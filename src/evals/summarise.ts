import { inferenceCost, inferencePrice, type PriceTable } from "../data/prices.ts";
import { type BootstrapOptions, bootstrapInterval, type Observation, quantile } from "./bootstrap.ts";
import type { ItemResult, ModelResult, Percentiles, ResultPart, ScoreSummary } from "./result.ts";
import type { EvalAnswer, Suite } from "./suite.ts";

/** An item's id, and what came of it. */
export type Entry = readonly [id: string, result: ItemResult];

/** What an item stands or falls with: its group, or itself alone. */
export function clusterOf([id, { group }]: Entry): string {
  // A group and an item may have the same name.
  return group === undefined ? `item ${id}` : `group ${group}`;
}

/** The values of each slice that occur, with the items that have them. */
export function bySlices(entries: readonly Entry[]): Map<string, Map<string, Entry[]>> {
  const slices = new Map<string, Map<string, Entry[]>>();
  for (const entry of entries) {
    for (const [slice, value] of Object.entries(entry[1].slices ?? {})) {
      const values = slices.get(slice) ?? new Map<string, Entry[]>();
      const some = values.get(value) ?? [];
      some.push(entry);
      slices.set(slice, values.set(value, some));
    }
  }
  return slices;
}

/** A part for each value of each slice. */
export function mapSlices<Part>(
  entries: readonly Entry[],
  part: (entries: readonly Entry[]) => Part,
): Record<string, Record<string, Part>> {
  return Object.fromEntries(
    [...bySlices(entries)].map(([slice, values]) => [
      slice,
      Object.fromEntries([...values].map(([value, some]) => [value, part(some)])),
    ]),
  );
}

/** What a model's answers come to. */
export function summarise(
  suite: Suite,
  entries: readonly Entry[],
  rest: Pick<ModelResult, "model" | "reused" | "unreadableLines">,
  options: { readonly prices?: PriceTable | undefined; readonly bootstrap: BootstrapOptions },
): ModelResult {
  const names = suite.scorers.map(({ name }) => name);
  const part = (some: readonly Entry[]) => summarisePart(some, names, options.bootstrap);
  const answers = entries.flatMap(([, result]) => (result.status === "answered" ? [result.answer] : []));
  const firsts = answers.flatMap(({ timeToFirstToken: time }) => (time === undefined ? [] : [time]));
  return {
    suite: { name: suite.name, hash: suite.hash },
    primary: suite.primary,
    sampling: suite.sampling,
    ...rest,
    ...part(entries),
    slices: mapSlices(entries, part),
    latency: percentiles(answers.map(({ latency }) => latency)),
    timeToFirstToken: percentiles(firsts),
    ...countTokens(answers, rest.model, options.prices),
    items: Object.fromEntries(entries),
  };
}

function summarisePart(
  entries: readonly Entry[],
  scorers: readonly string[],
  bootstrap: BootstrapOptions,
): ResultPart {
  return {
    n: entries.length,
    failed: entries.filter(([, { status }]) => status === "failed").length,
    scores: Object.fromEntries(scorers.map((name) => [name, summariseScores(entries, name, bootstrap)])),
  };
}

function summariseScores(
  entries: readonly Entry[],
  scorer: string,
  bootstrap: BootstrapOptions,
): ScoreSummary {
  const observations: Observation[] = [];
  let unparsed = 0;
  for (const entry of entries) {
    const [, result] = entry;
    const score = result.status === "answered" ? result.scores[scorer] : undefined;
    if (score?.kind === "scored") {
      observations.push({ value: score.value, group: clusterOf(entry) });
    } else if (score) {
      unparsed++;
    }
  }
  return {
    n: observations.length,
    mean: mean(observations.map(({ value }) => value)),
    unparsed,
    interval: bootstrapInterval(observations, bootstrap),
    groups: new Set(observations.map(({ group }) => group)).size,
  };
}

/** `null` where there is nothing to take the mean of, which no number could say. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percentiles(values: readonly number[]): Percentiles | null {
  const sorted = Float64Array.from(values).sort();
  return sorted.length === 0 ? null : { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
}

function countTokens(
  answers: readonly EvalAnswer[],
  model: string,
  prices: PriceTable | undefined,
): Pick<ModelResult, "tokens" | "cost"> {
  const usages = answers.flatMap(({ usage }) => (usage ? [usage] : []));
  const input = usages.reduce((sum, { promptTokens }) => sum + promptTokens, 0);
  const output = usages.reduce((sum, { completionTokens }) => sum + completionTokens, 0);
  const total = input + output;
  const price = prices && inferencePrice(prices, model);
  const spent = price && inferenceCost(price, { input, output });
  return {
    tokens: {
      prompt: input,
      completion: output,
      total,
      answersWithoutUsage: answers.length - usages.length,
    },
    cost:
      prices && spent !== undefined && total > 0
        ? { currency: prices.currency, total: spent, perThousandTokens: (spent / total) * 1_000 }
        : null,
  };
}
