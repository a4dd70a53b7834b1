import type { Finding } from "../findings.ts";
import type { RowPlace } from "../record.ts";
import { type BlockFinding, type BlockResult, type CheckSettings, severityOf } from "./block-checker.ts";
import { createCrossRows, type Side } from "./cross-rows.ts";
import { type KeptFindings, keepFindings } from "./findings-kept.ts";
import { createLanguageRows, type LanguageRows } from "./language-rows.ts";
import type { CheckOptions } from "./options.ts";
import { createRowPlaces, type RowPlaces } from "./row-places.ts";
import { type RuleName, ruleOf } from "./rules.ts";

/** Brings together what was found in blocks of rows, in their order, and compares the rows with each other. */
export interface Collector {
  readonly kept: KeptFindings;
  readonly places: RowPlaces;
  /** Of the training data. */
  readonly languages: LanguageRows;
  /** Notes a finding that is not of a block. */
  find(rule: RuleName, place: Finding["place"], path: string, message: string): void;
  /**
   * Takes the rows of a block in, whose places have been added.
   *
   * @param firstRow - the number of its first row over all data
   * @param lineOf - where a line is that is no row
   */
  take(
    side: Side,
    result: BlockResult,
    firstRow: number,
    lineOf: (found: BlockFinding) => Partial<RowPlace>,
  ): void;
  /** Rows that near duplicates were no longer found of. */
  notCompared(): number;
}

export function createCollector(
  settings: CheckSettings,
  { maxFindings = 10_000, onFinding }: Pick<CheckOptions, "maxFindings" | "onFinding">,
): Collector {
  const kept = keepFindings(maxFindings, onFinding);
  const places = createRowPlaces();
  const languages = createLanguageRows(settings.languageEvery);
  const cross = createCrossRows(settings.nearDuplicates);

  const find = (
    rule: RuleName,
    place: Finding["place"],
    path: string,
    message: string,
    related?: readonly RowPlace[],
  ) => {
    if (settings.rules[rule] === "off") return;
    const severity = severityOf(rule, settings, undefined);
    const remedy = ruleOf(rule)?.remedy ?? "";
    kept.count(rule, severity, 1);
    kept.add({ rule, severity, place, path, message, remedy, ...(related ? { related } : {}) });
  };

  return {
    kept,
    places,
    languages,
    find,
    take(side, result, firstRow, lineOf) {
      for (const found of result.findings) {
        const { rule, row, path, message, span, severity, remedy } = found;
        kept.add({
          rule,
          severity: severityOf(rule, settings, severity),
          place: row >= 0 ? places.placeOf(firstRow + row) : lineOf(found),
          path,
          ...(span ? { span } : {}),
          message,
          remedy: remedy ?? ruleOf(rule)?.remedy ?? "",
        });
      }
      for (const [rule, count] of result.counts) {
        kept.count(rule, severityOf(rule, settings, undefined), count);
      }
      if (side === "training") {
        for (const found of result.languages) languages.add({ ...found, row: firstRow + found.row });
      }
      cross.take(side, result, firstRow, (rule, row, related, message) => {
        find(rule, places.placeOf(row), "$", message, [places.placeOf(related)]);
      });
    },
    notCompared: () => cross.forgotten(),
  };
}
