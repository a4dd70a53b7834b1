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
/** Of fewer rows, a language says nothing. */
const LEAST_SAMPLED = 50;
/** A language with a smaller share is odd; with a greater one, it is a second language of the data. */
const ODD_SHARE = 0.05;

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
      found.push({
        rule: "label-imbalance",
        message: `Of ${labels.length} answers, the commonest comes ${most} times and the rarest ${rarest?.count}; ${rare.length} come less than a tenth as often as the commonest.`,
      });
    }
  }
  const languages = sharesOf(tally.languages);
  const sampled = languages.reduce((sum, { count }) => sum + count, 0);
  const odd = languages.filter(({ count }) => count < ODD_SHARE * sampled);
  if (sampled >= LEAST_SAMPLED && odd.length > 0) {
    const named = odd.map(({ value, count }) => `${value} (${count})`).join(", ");
    const message = `Most of ${sampled} sampled rows are in ${languages[0]?.value}; a few are in ${named}.`;
    found.push({ rule: "language-mix", message });
  }
  return found;
}
