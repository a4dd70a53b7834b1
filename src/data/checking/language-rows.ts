import type { DetectedLanguage } from "../texts/language.ts";
import { type Shares, sharesOf } from "./report.ts";
import type { RowLanguage } from "./row-language.ts";

/** A row that is in another language than most. */
export interface OddRow {
  readonly row: number;
  readonly path: string;
  readonly message: string;
}

/** The languages of the sampled rows. */
export interface LanguageRows {
  add(found: RowLanguage): void;
  shares(): Shares;
  /** The rows of languages that few are in, in the order of the data. */
  odd(): OddRow[];
}

/** A language with a greater share is a second language of the data. */
const ODD_SHARE = 0.05;
/** With a greater share, all odd languages together are no oversight: the data is in many languages. */
const ODD_TOGETHER = 0.1;
/** So many rows are not a few, whatever their share. */
const MANY_ROWS = 1000;

/** @param every - the language of one row in so many is told */
export function createLanguageRows(every: number): LanguageRows {
  /** By the language, and what it may be as well. */
  const kinds = new Map<string, { readonly like: DetectedLanguage; count: number; rows: RowLanguage[] }>();

  /** A row that may be in either of two languages is counted for the commoner. */
  const settle = () => {
    const sure = new Map<string, number>();
    for (const { like, count } of kinds.values()) {
      sure.set(like.language, (sure.get(like.language) ?? 0) + count);
    }
    const commoner = ({ language, alternative }: DetectedLanguage) =>
      alternative !== undefined && (sure.get(alternative) ?? 0) > (sure.get(language) ?? 0)
        ? alternative
        : language;
    return [...kinds.values()].map(({ like, count, rows }) => ({ language: commoner(like), count, rows }));
  };
  const shares = () => {
    const counts = new Map<string, number>();
    for (const { language, count } of settle()) counts.set(language, (counts.get(language) ?? 0) + count);
    return sharesOf(counts);
  };

  return {
    add(found) {
      const { language, alternative } = found;
      const key = `${language} ${alternative}`;
      const kind = kinds.get(key) ?? { like: { language, alternative }, count: 0, rows: [] };
      kinds.set(key, kind);
      kind.count++;
      if (kind.count < MANY_ROWS) kind.rows.push(found);
      else kind.rows = [];
    },
    shares,
    odd() {
      const counts = shares();
      const sampled = counts.reduce((sum, { count }) => sum + count, 0);
      const few = counts.filter(({ count }) => count < ODD_SHARE * sampled && count * every < MANY_ROWS);
      const together = few.reduce((sum, { count }) => sum + count, 0);
      const main = counts[0]?.value;
      if (main === undefined || together > ODD_TOGETHER * sampled) return [];
      const names = new Set(few.map(({ value }) => value));
      const most = `most are in ${nameOf(main)}`;
      const sample = every > 1 ? ` One row in ${every} was looked at.` : "";
      return settle()
        .flatMap(({ language, rows }) =>
          names.has(language)
            ? rows.map(({ row, path }) => ({
                row,
                path,
                message: `The answer is in ${nameOf(language)}, and ${most}.${sample}`,
              }))
            : [],
        )
        .sort((a, b) => a.row - b.row);
    },
  };
}

const names = new Intl.DisplayNames("en", { type: "language" });

/** Such as `German (de)`. */
function nameOf(language: string): string {
  return `${names.of(language) ?? language} (${language})`;
}
