import type { DataRecord } from "../data/record.ts";
import { defineSuite } from "../evals/define-suite.ts";
import type { EvalItem, Suite } from "../evals/suite.ts";
import { VerticalError } from "./errors.ts";
import { callVertical } from "./prepare-records.ts";
import type { Vertical } from "./vertical.ts";

/**
 * The suite of a vertical: what is asked about records that were held out of training. Items without a group get their
 * record's, so that intervals are clustered by what the split kept together.
 *
 * @param name - what results name it by; the vertical's name, unless it is said
 * @throws {@link VerticalError} `invalid_item` if the vertical has nothing to ask about any of the records; `threw` if its
 *   `items()` does
 * @throws EvaluationError `invalid_suite` if its items can't be asked or judged
 *
 * @example
 * ```ts
 * const { records } = await prepareRecords(insurance, claims);
 * const suite = recordSuite(insurance, records);
 * ```
 */
export function recordSuite<R>(
  vertical: Vertical<R>,
  records: Iterable<DataRecord<R>>,
  name: string = vertical.name,
): Suite {
  const items: EvalItem[] = [];
  for (const { row, group } of records) {
    for (const item of callVertical(vertical, "items", undefined, () => vertical.items(row))) {
      items.push(item.group === undefined && group !== undefined ? { ...item, group } : item);
    }
  }
  if (items.length === 0) {
    throw new VerticalError(
      `The vertical "${vertical.name}" has nothing to ask: no record was held out, or items() gives none. Hold out a larger share for evaluation.`,
      { code: "invalid_item", field: "items", vertical: vertical.name },
    );
  }
  const { scorers, primary, sampling } = vertical;
  return defineSuite({ name, items, scorers, primary, sampling });
}
