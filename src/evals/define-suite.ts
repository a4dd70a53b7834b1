import { createHash } from "node:crypto";
import { canonicalJson } from "./canonical-json.ts";
import { EvaluationError } from "./errors.ts";
import type { EvalItem, Scorer, Suite } from "./suite.ts";

/** What a suite is made of. */
export interface SuiteDefinition {
  readonly name: string;
  readonly items: readonly EvalItem[];
  readonly scorers: readonly Scorer[];
  /**
   * The name of the scorer that decides which of two models is better.
   *
   * @default the first scorer
   */
  readonly primary?: string;
  /**
   * What models are asked with.
   *
   * @default { temperature: 0, maxCompletionTokens: 256 }
   */
  readonly sampling?: { readonly temperature?: number; readonly maxCompletionTokens?: number };
}

/**
 * Makes a suite: what models are asked, and how their answers are judged. It is a copy, frozen all through, and has a hash
 * over all that decides a result: items, scorers with their options, primary and sampling. Results that have the same hash
 * can be compared; a suite that was changed has another hash.
 *
 * @throws EvaluationError `invalid_suite` if there are no items or scorers, two have one id or name, an input is empty, an
 *   item lacks what a scorer needs, such as a reference, or the primary scorer is for none of them; the message names all
 *   items at fault
 *
 * @example
 * ```ts
 * const suite = defineSuite({
 *   name: "deadlines",
 *   items: [
 *     { id: "hail", input: [{ role: "user", content: "By when must I report hail?" }], references: ["within 9 days"] },
 *   ],
 *   scorers: [containedFacts()],
 * });
 * ```
 */
export function defineSuite(definition: SuiteDefinition): Suite {
  const { name, scorers } = definition;
  if (typeof name !== "string" || name.trim() === "") {
    throw invalid("A suite needs a name.", "name");
  }
  checkScorers(scorers);
  const primary = definition.primary ?? scorers[0]?.name ?? "";
  if (!scorers.some((scorer) => scorer.name === primary)) {
    const names = scorers.map((scorer) => scorer.name).join(", ");
    throw invalid(
      `The suite's primary is ${primary}, and its scorers are ${names}. Name one of them.`,
      "primary",
    );
  }
  const sampling = checkedSampling(definition.sampling ?? {});
  const items = frozenCopy(definition.items, "items");
  checkItems(items, scorers);
  const deciding = scorers.find((scorer) => scorer.name === primary);
  if (!items.some((item) => deciding?.appliesTo?.(item) ?? true)) {
    throw invalid(
      `The primary scorer ${primary} judges none of the items, so nothing would decide. See which slices it is for.`,
      "primary",
    );
  }
  return Object.freeze({
    name,
    items,
    scorers: Object.freeze([...scorers]),
    primary,
    sampling,
    hash: hashSuite({ items, scorers, primary, sampling }),
  });
}

/** The hash of all that decides a result, of the scorers what they say of themselves. */
export function hashSuite(suite: {
  readonly items: unknown;
  readonly scorers: readonly Pick<Scorer, "name" | "options">[];
  readonly primary: string;
  readonly sampling: unknown;
}): string {
  const { items, primary, sampling } = suite;
  const scorers = suite.scorers.map(({ name, options }) => ({ name, options: options ?? null }));
  return createHash("sha256").update(canonicalJson({ items, scorers, primary, sampling })).digest("hex");
}

function invalid(message: string, field: string, item?: string): EvaluationError {
  return new EvaluationError(message, { code: "invalid_suite", field, item });
}

function checkScorers(scorers: readonly Scorer[]): void {
  if (scorers.length === 0) {
    throw invalid("A suite needs a scorer, such as containedFacts().", "scorers");
  }
  const names = new Set<string>();
  for (const { name, options } of scorers) {
    if (typeof name !== "string" || name === "") {
      throw invalid("A scorer has no name.", "scorers");
    }
    if (names.has(name)) {
      throw invalid(`Two scorers are called ${name}. Give one of them a name: { name: "…" }.`, name);
    }
    names.add(name);
    try {
      canonicalJson(options ?? null);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new EvaluationError(
        `The options of the scorer ${name} have to be JSON, for the suite's hash: ${reason}`,
        {
          code: "invalid_suite",
          field: name,
          cause,
        },
      );
    }
  }
}

function checkedSampling(sampling: NonNullable<SuiteDefinition["sampling"]>): Suite["sampling"] {
  const { temperature = 0, maxCompletionTokens = 256 } = sampling;
  if (!(temperature >= 0 && temperature <= 2)) {
    throw invalid(
      `sampling.temperature is ${temperature}; it has to be from 0 to 2.`,
      "sampling.temperature",
    );
  }
  if (!Number.isSafeInteger(maxCompletionTokens) || maxCompletionTokens < 1) {
    const message = `sampling.maxCompletionTokens is ${maxCompletionTokens}; it has to be a whole number from 1 on.`;
    throw invalid(message, "sampling.maxCompletionTokens");
  }
  return Object.freeze({ temperature, maxCompletionTokens });
}

/** Through JSON, so that the items are exactly what is hashed, and nobody holds a part of them. */
function frozenCopy(items: readonly EvalItem[], field: string): readonly EvalItem[] {
  try {
    const copy: readonly EvalItem[] = JSON.parse(canonicalJson(items));
    return deepFreeze(copy);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `The items have to be JSON, for the suite's hash; in them ($), ${reason}`;
    throw new EvaluationError(message, { code: "invalid_suite", field, cause });
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}

/** How many problems an error names; a suite that has more of them has one cause. */
const NAMED_PROBLEMS = 10;

function checkItems(items: readonly EvalItem[], scorers: readonly Scorer[]): void {
  if (items.length === 0) {
    throw invalid("A suite needs items: its list is empty.", "items");
  }
  const problems: { readonly item: string; readonly message: string }[] = [];
  const first = new Map<string, number>();
  items.forEach((item, index) => {
    const known = first.get(item.id);
    const told =
      typeof item.id === "string" && item.id !== "" ? `Item ${item.id}` : `Item ${index + 1} of the list`;
    const add = (what: string) => problems.push({ item: item.id, message: `${told}: ${what}` });
    if (known !== undefined) {
      add(
        `items ${known + 1} and ${index + 1} of the list have this id; ids have to be unique, or answers get mixed up.`,
      );
    }
    first.set(item.id, index);
    const shape = wrongShape(item);
    if (shape !== undefined) {
      add(shape);
      return;
    }
    for (const scorer of scorers) {
      const lack = scorer.appliesTo?.(item) === false ? undefined : scorer.lacks?.(item);
      if (lack !== undefined) {
        add(`the scorer ${scorer.name} can't judge it: ${lack}.`);
      }
    }
  });
  const [one] = problems;
  if (one) {
    const named = problems.slice(0, NAMED_PROBLEMS).map(({ message }) => message);
    const more = problems.length - named.length;
    throw invalid([...named, ...(more > 0 ? [`And ${more} more.`] : [])].join("\n"), "items", one.item);
  }
}

const ROLES = ["system", "developer", "user", "assistant", "tool", "function"];

function wrongShape(item: EvalItem): string | undefined {
  // What was read from a file has the type only because somebody said so.
  const { id, input, references, group, slices }: { readonly [Key in keyof EvalItem]: unknown } = item;
  if (typeof id !== "string" || id === "") {
    return "it has no id; ids are texts, and not empty.";
  }
  if (!Array.isArray(input) || input.length === 0) {
    return "it has no input; give the messages that a model is asked with.";
  }
  for (const [index, message] of input.entries()) {
    if (typeof message !== "object" || message === null || !ROLES.includes(message.role)) {
      return `input[${index}] is no message; it has to have one of the roles ${ROLES.join(", ")}.`;
    }
  }
  if (saysNothing(input.at(-1))) {
    return "its last message is empty, so there is nothing to answer.";
  }
  if (!Array.isArray(references) || !references.every((reference) => typeof reference === "string")) {
    return "its references have to be a list of texts; give [] where no scorer needs them.";
  }
  if (references.some((reference) => reference.trim() === "")) {
    return "a reference is empty, and any answer would contain it.";
  }
  if (group !== undefined && typeof group !== "string") {
    return "its group has to be a text.";
  }
  const wrongSlice = (value: unknown) => typeof value !== "string" || value === "";
  if (
    slices !== undefined &&
    (typeof slices !== "object" || slices === null || Object.values(slices).some(wrongSlice))
  ) {
    return 'its slices have to be texts by name, such as { difficulty: "hard" }.';
  }
  return undefined;
}

function saysNothing(message: { content?: unknown; tool_calls?: unknown }): boolean {
  const { content } = message;
  if (typeof content === "string") {
    return content.trim() === "";
  }
  if (Array.isArray(content)) {
    return content.every((part) => typeof part?.text !== "string" || part.text.trim() === "");
  }
  return message.tool_calls === undefined;
}
