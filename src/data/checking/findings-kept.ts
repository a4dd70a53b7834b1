import type { Finding, Severity } from "../findings.ts";

/** Findings of one rule, all of them counted. */
export interface RuleCount {
  readonly rule: string;
  readonly severity: Severity;
  readonly count: number;
}

/** Keeps some findings, tells of each, and counts all. */
export interface KeptFindings {
  readonly findings: readonly Finding[];
  /** How many findings are still wanted; Infinity if somebody hears of each. */
  wanted(): number;
  add(finding: Finding): void;
  /** Counts findings; those that are added are counted by their own call. */
  count(rule: string, severity: Severity, count: number): void;
  /** The most severe first, and of one severity the most frequent. */
  counts(): RuleCount[];
  /** Of a severity. */
  total(severity: Severity): number;
}

const WEIGHT: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

export function keepFindings(
  most: number,
  onFinding: ((finding: Finding) => void) | undefined,
): KeptFindings {
  const findings: Finding[] = [];
  const counts = new Map<string, { readonly rule: string; readonly severity: Severity; count: number }>();
  return {
    findings,
    wanted: () => (onFinding ? Number.POSITIVE_INFINITY : Math.max(0, most - findings.length)),
    add(finding) {
      if (findings.length < most) findings.push(finding);
      onFinding?.(finding);
    },
    count(rule, severity, count) {
      const known = counts.get(`${rule} ${severity}`);
      if (known) known.count += count;
      else counts.set(`${rule} ${severity}`, { rule, severity, count });
    },
    counts: () =>
      [...counts.values()]
        .map((each) => ({ ...each }))
        .sort(
          (a, b) =>
            WEIGHT[a.severity] - WEIGHT[b.severity] || b.count - a.count || (a.rule < b.rule ? -1 : 1),
        ),
    total: (severity) =>
      [...counts.values()].reduce((sum, each) => sum + (each.severity === severity ? each.count : 0), 0),
  };
}
