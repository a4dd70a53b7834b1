import { areLabels, sharesOf } from "./report.ts";
import type { RuleName } from "./rules.ts";
import type { Tally } from "./tally.ts";

/** Something about the data as a whole. */
export interface DataFinding {
  readonly rule: RuleName;
  readonly message: string;
}

/** The fewest rows that platforms take. */
const LEAST_ROWS = 10;
/** A label that is so many times rarer than the commonest is hardly learned. */
const IMBALANCE = 10;

export function dataFindings(tally: Tally, rows: number): DataFinding[] {
  const found: DataFinding[] = [];
  if (rows < LEAST_ROWS) {
    const message = `There ${rows === 1 ? "is 1 row" : `are ${rows} rows`}, and at least ${LEAST_ROWS} are needed.`;
    found.push({ rule: "too-few-rows", message });
  }
  if (areLabels(tally)) {
    const labels = sharesOf(tally.answers);
    const most = labels[0]?.count ?? 0;
    const rare = labels.filter(({ count }) => count * IMBALANCE < most);
    if (rare.length > 0) {
      const [rarest] = rare.slice(-1);
      const spelt = new Set(labels.map(({ value }) => value.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "")));
      const alike = labels.length - spelt.size;
      const spelling = alike > 0 ? ` ${alike} of them differ from another only in case or punctuation.` : "";
      found.push({
        rule: "label-imbalance",
        message: `Of ${labels.length} answers, the commonest comes ${most} times and the rarest ${rarest?.count}; ${rare.length} ${rare.length === 1 ? "comes" : "come"} less than a tenth as often as the commonest.${spelling}`,
      });
    }
  }
  return found;
}
