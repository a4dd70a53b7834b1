import { defineSuite, type SuiteDefinition } from "./define-suite.ts";
import { EvaluationError } from "./errors.ts";
import { readLines } from "./json-lines.ts";
import type { EvalItem, Suite } from "./suite.ts";

/** What {@link suiteFrom} makes a suite of. */
export interface SuiteFromOptions<R = unknown> extends Omit<SuiteDefinition, "items"> {
  /**
   * Makes an item of a record, or several, or none (`[]`). A record from a file is `unknown`: it can be anything.
   *
   * @default records are items; their `input` may be the text of one user's message, `references` one text
   */
  readonly map?: (record: R, index: number) => EvalItem | readonly EvalItem[];
}

/**
 * A suite from a JSONL file, or from records that are there already or come from elsewhere.
 *
 * @param source - a file's path, or the records
 * @throws EvaluationError `unreadable` with the file and line that is no JSON; `invalid_suite` as of {@link defineSuite}
 *
 * @example
 * ```ts
 * // {"id":"hail","input":"By when must I report hail?","references":["within 9 days"],"group":"storms"}
 * const suite = await suiteFrom("questions.jsonl", { name: "deadlines", scorers: [containedFacts()] });
 * ```
 */
export function suiteFrom(source: string, options: SuiteFromOptions): Promise<Suite>;
export function suiteFrom<R>(
  source: Iterable<R> | AsyncIterable<R>,
  options: SuiteFromOptions<R>,
): Promise<Suite>;
export async function suiteFrom(
  source: string | Iterable<unknown> | AsyncIterable<unknown>,
  options: SuiteFromOptions,
): Promise<Suite> {
  const { map = itemOf, ...definition } = options;
  const items: EvalItem[] = [];
  let index = 0;
  for await (const record of typeof source === "string" ? readRecords(source) : source) {
    const made = map(record, index++);
    if (isList(made)) items.push(...made);
    else items.push(made);
  }
  return defineSuite({ ...definition, items });
}

function isList(made: EvalItem | readonly EvalItem[]): made is readonly EvalItem[] {
  return Array.isArray(made);
}

async function* readRecords(path: string): AsyncGenerator<unknown, void, undefined> {
  for await (const { text, line } of readLines(path)) {
    try {
      yield JSON.parse(text);
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) {
        throw cause;
      }
      // The parser's own message quotes the line, which may be anything.
      const message = `${path}:${line} is no JSON. Each line has to be a record, whole.`;
      throw new EvaluationError(message, { code: "unreadable", file: path, line });
    }
  }
}

/** What of a record is an item's; anything else in it is left out, and so has no part in the hash. */
function itemOf(record: unknown, index: number): EvalItem {
  if (typeof record !== "object" || record === null || Array.isArray(record)) {
    const message = `Record ${index + 1} is no object. Give map, which makes an item of it.`;
    throw new EvaluationError(message, { code: "invalid_suite", field: "items" });
  }
  const fields = new Map<string, unknown>(Object.entries(record));
  const input = fields.get("input");
  const references = fields.get("references");
  const candidate: unknown = {
    id: fields.get("id"),
    input: typeof input === "string" ? [{ role: "user", content: input }] : input,
    references: typeof references === "string" ? [references] : (references ?? []),
    group: fields.get("group") ?? undefined,
    slices: fields.get("slices") ?? undefined,
    context: fields.get("context") ?? undefined,
  };
  if (!isItem(candidate)) {
    const message = `Record ${index + 1} has no id that is a text, or no input. Give it both, or map, which makes an item of it.`;
    throw new EvaluationError(message, { code: "invalid_suite", field: "items" });
  }
  return candidate;
}

/** As far as it takes to hand it on: {@link defineSuite} looks at the rest, and says what is wrong with which item. */
function isItem(candidate: unknown): candidate is EvalItem {
  return (
    typeof candidate === "object" &&
    candidate !== null &&
    "id" in candidate &&
    typeof candidate.id === "string" &&
    "input" in candidate &&
    Array.isArray(candidate.input)
  );
}
