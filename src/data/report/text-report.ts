import type { CheckReport } from "../checking/report.ts";
import { ruleOf } from "../checking/rules.ts";
import type { Finding } from "../findings.ts";
import { grouped } from "./charts.ts";
import { counted, estimateFacts, placeText, verdictOf } from "./facts.ts";

/** How a report is written for a terminal. */
export interface TextReportOptions {
  /**
   * So many findings of each rule are listed.
   *
   * @default 5
   */
  readonly perRule?: number;
  /**
   * Whether severities are coloured.
   *
   * @default false
   */
  readonly color?: boolean;
}

const COLORS = { error: 31, warning: 33, info: 36, good: 32 } as const;

/** A report as text: what was found by rule, the first places of each, and what training would take. */
export function textReport(report: CheckReport, options: TextReportOptions = {}): string {
  const { perRule = 5, color = false } = options;
  const painted = (text: string, name: keyof typeof COLORS) =>
    color ? `\x1b[${COLORS[name]}m${text}\x1b[0m` : text;
  const lines: string[] = [];
  for (const { rule, severity, count } of report.counts) {
    const found = report.findings.filter((finding) => finding.rule === rule && finding.severity === severity);
    lines.push(`${painted(severity, severity)} ${rule}  ${grouped(count)} ×  ${ruleOf(rule)?.meaning ?? ""}`);
    lines.push(...found.slice(0, perRule).map((finding) => `    ${findingText(finding)}`));
    const more = count - Math.min(found.length, perRule);
    if (more > 0) lines.push(`    … ${grouped(more)} more`);
    lines.push(`    → ${ruleOf(rule)?.remedy ?? found[0]?.remedy ?? ""}`, "");
  }
  lines.push(...figures(report), "", painted(verdictOf(report), report.ok ? "good" : "error"));
  return `${lines.join("\n")}\n`;
}

/** A finding in one line, such as `claims.jsonl:12 $.messages[1].content: The assistant says nothing.` */
function findingText({ place, path, message, related }: Finding): string {
  const where = path === "$" ? placeText(place) : `${placeText(place)} ${path}`;
  const others = related && related.length > 0 ? ` See ${related.map(placeText).join(", ")}.` : "";
  return `${where}: ${message}${others}`;
}

/** A share in percent, such that neither a few are told as none nor nearly all as all. */
function shareText(count: number, all: number): string {
  const percent = (100 * count) / all;
  if (percent < 1) return "< 1 %";
  return percent > 99 && count < all ? "> 99 %" : `${Math.round(percent)} %`;
}

function figures({
  rows,
  usableRows,
  validationRows,
  tokens,
  estimate,
  distributions,
}: CheckReport): string[] {
  const length = distributions.tokens ?? distributions.characters;
  const unit = distributions.tokens ? "tokens" : "characters";
  const languages = distributions.languages.shares.slice(0, 4);
  const sampled = distributions.languages.sampled;
  const facts: readonly (readonly [string, string] | undefined)[] = [
    ["rows", `${grouped(rows)}, ${grouped(usableRows)} of them can be trained on`],
    validationRows > 0 ? ["validation", `${grouped(validationRows)} rows`] : undefined,
    [
      "length",
      `half up to ${grouped(length.quantiles.p50)} ${unit}, 95 % up to ${grouped(length.quantiles.p95)}, the longest ${grouped(length.max)}`,
    ],
    languages.length > 0
      ? ["languages", languages.map(({ value, count }) => `${value} ${shareText(count, sampled)}`).join(", ")]
      : undefined,
    tokens
      ? [
          "an epoch",
          `${grouped(tokens.trained)} tokens of ${tokens.model}, ${grouped(tokens.learned)} of them learned` +
            (tokens.cutRows > 0
              ? `; ${counted(tokens.cutRows, "row")} cut at ${grouped(tokens.contextLength)}`
              : ""),
        ]
      : undefined,
    [
      "training",
      estimateFacts(estimate)
        .map(({ name, value }) => `${value} ${name}`)
        .join(", "),
    ],
  ];
  return facts.flatMap((fact) => (fact ? [`${fact[0].padEnd(12)}${fact[1]}`] : []));
}
