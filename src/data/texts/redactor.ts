import { DataError } from "../errors.ts";
import type { DataRecord, RowPlace, TrainingRow } from "../record.ts";
import { createPlaceholders, type PlaceholderFormat } from "./placeholders.ts";
import { mapJsonText } from "./redact-json.ts";
import { mapRowTexts } from "./row-texts.ts";
import { hitsIn } from "./scan-text.ts";
import { isTextRule, TEXT_RULES, type TextRuleName } from "./text-rules.ts";

/** That something was replaced, and where; the value itself is in no log. */
export interface Replacement {
  readonly rule: TextRuleName;
  readonly placeholder: string;
  /** Where in the row, such as `$.messages[2].content`; `$` for a text by itself. */
  readonly path: string;
  /** Which row it was, where that is known. */
  readonly place: Partial<RowPlace>;
}

/** What a redactor has done so far. */
export interface RedactionSummary {
  readonly rows: number;
  /** Rows in which something was replaced. */
  readonly changedRows: number;
  /** How often each rule's finds were replaced. */
  readonly replaced: Readonly<Partial<Record<TextRuleName, number>>>;
  /** How many different values those were. Empty with a `secret`, as nothing is kept then. */
  readonly distinct: Readonly<Partial<Record<TextRuleName, number>>>;
}

export interface RedactorOptions {
  /** What is replaced. @default all rules but `prompt-injection` */
  readonly kinds?: readonly TextRuleName[] | undefined;
  /**
   * With a secret, a placeholder is a keyed hash of what it stands for (`[EMAIL_3f9c0a7be214]`), so that several files
   * and processes agree without talking. Who knows the secret can try values against it: keep it like a key, of at
   * least 16 characters.
   *
   * @default none: values are numbered as they come (`[EMAIL_1]`), under a random key that ends with the redactor
   */
  readonly secret?: string | undefined;
  /** How a placeholder is written. @default `[KIND_ID]` */
  readonly placeholder?: PlaceholderFormat | undefined;
  /**
   * Of how many different values the hash is kept, about 100 bytes each, to number them. Those that come later get a
   * keyed hash, which is as consistent. @default 500000
   */
  readonly mostNumbered?: number | undefined;
  /** Is told of each replacement, for a log. */
  readonly onReplacement?: ((replacement: Replacement) => void) | undefined;
}

/** Replaces secrets and personal data by placeholders: the same value by the same one, wherever it comes up. */
export interface Redactor {
  /** @param place - what {@link Replacement} says about where it was */
  text(text: string, place?: Partial<RowPlace>): string;
  /** A copy of the row with all of its texts redacted, the arguments of tool calls among them; they stay JSON. */
  row<Row extends TrainingRow>(row: Row, place?: Partial<RowPlace>): Row;
  /**
   * The records with their rows redacted, as they come. Their `id`, `group`, `stratum` and `label` aren't sent to a
   * platform and stay.
   */
  records<Item extends DataRecord & { readonly place?: RowPlace }>(
    records: AsyncIterable<Item> | Iterable<Item>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): AsyncGenerator<Item, void, undefined>;
  summary(): RedactionSummary;
}

const LEAST_SECRET = 16;

/**
 * A redactor for a whole data set: texts, rows or a stream of records go through it one after another, and a value has
 * the same placeholder everywhere, also where it is written differently (phone numbers by E.164, the rest without spaces
 * and case). What it keeps is a keyed hash of each value, never the value.
 *
 * It finds what {@link scanText} finds: names and addresses are not among it.
 *
 * @throws {@link DataError} `invalid_option` for a kind that doesn't exist, or a secret that is too short.
 *
 * @example
 * ```ts
 * import { createRedactor } from "fermion/data";
 *
 * const redactor = createRedactor();
 * console.log(redactor.text("Write to lena.vogt@posteo.de or Lena.Vogt@posteo.de")); // Write to [EMAIL_1] or [EMAIL_1]
 * console.log(redactor.summary().replaced); // { "personal-email": 2 }
 * ```
 */
export function createRedactor(options: RedactorOptions = {}): Redactor {
  const { secret, placeholder, mostNumbered, onReplacement } = options;
  const kinds = new Set(options.kinds ?? TEXT_RULES.filter((rule) => rule !== "prompt-injection"));
  for (const kind of kinds) {
    if (!isTextRule(kind)) {
      throw new DataError(
        `There is no rule "${String(kind)}" to redact by. There are ${TEXT_RULES.join(", ")}.`,
        {
          code: "invalid_option",
          field: "kinds",
        },
      );
    }
  }
  if (secret !== undefined && secret.length < LEAST_SECRET) {
    throw new DataError(
      `The secret of a redactor needs at least ${LEAST_SECRET} characters: with a short one, placeholders can be guessed.`,
      { code: "invalid_option", field: "secret" },
    );
  }
  const placeholders = createPlaceholders(secret, placeholder, mostNumbered);
  const replaced = new Map<TextRuleName, number>();
  let rows = 0;
  let changedRows = 0;
  let replacements = 0;

  /** @param from - what stands before the text only to say what it is about */
  const redact = (text: string, from: number, path: string, place: Partial<RowPlace>): string => {
    let redacted = "";
    let done = from;
    for (const { rule, start, end } of hitsIn(text)) {
      if (!kinds.has(rule) || end <= from) continue;
      const shown = placeholders.of(rule, text.slice(start, end));
      redacted += text.slice(done, Math.max(start, from)) + shown;
      done = end;
      replacements++;
      replaced.set(rule, (replaced.get(rule) ?? 0) + 1);
      onReplacement?.({ rule, placeholder: shown, path, place });
    }
    return redacted + text.slice(done);
  };

  const redactJson = (json: string, path: string, place: Partial<RowPlace>): string =>
    mapJsonText(json, (value, name) => {
      const introduction = name === "" ? "" : `${name}: `;
      const before = replacements;
      const changed = redact(introduction + value, introduction.length, path, place);
      return replacements > before ? changed : undefined;
    }) ?? redact(json, 0, path, place);

  const row = <Row extends TrainingRow>(given: Row, place: Partial<RowPlace> = {}): Row => {
    const before = replacements;
    const changed = mapRowTexts(given, ({ text, path, role, isJson }) =>
      // What a tool answers is JSON more often than not, and a bare placeholder would break a number in it.
      isJson || (role === "tool" && /^\s*[{[]/.test(text))
        ? redactJson(text, path, place)
        : redact(text, 0, path, place),
    );
    rows++;
    if (replacements > before) changedRows++;
    return changed;
  };

  return {
    text: (text, place = {}) => redact(text, 0, "$", place),
    row,
    async *records(records, { signal } = {}) {
      for await (const record of records) {
        signal?.throwIfAborted();
        yield { ...record, row: row(record.row, record.place) };
      }
    },
    summary: () => ({
      rows,
      changedRows,
      replaced: Object.fromEntries(replaced),
      distinct: placeholders.distinct(),
    }),
  };
}
