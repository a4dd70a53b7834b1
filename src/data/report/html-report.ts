import type { CheckReport } from "../checking/report.ts";
import { ruleOf } from "../checking/rules.ts";
import type { Finding } from "../findings.ts";
import { barChart, grouped, histogramChart } from "./charts.ts";
import { estimateFacts, placeText, verdictOf } from "./facts.ts";
import { type Markup, markup } from "./markup.ts";
import { card, page, panel } from "./page.ts";

/** So many findings of a rule stand in the page; all are in the report as JSON. */
const SHOWN = 200;

/** How a page is made. */
export interface HtmlReportOptions {
  /** @default "Data check" */
  readonly title?: string;
}

/**
 * A report as one HTML page that needs no network and no other file: the verdict, every finding with its place and its
 * remedy, and the distributions of lengths, turns, roles, labels and languages. It shows nothing that the data says but
 * labels, which are short answers that come again and again.
 *
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { check, htmlReport } from "fermion/data";
 *
 * await writeFile("report.html", htmlReport(await check("claims.train.jsonl")));
 * ```
 */
export function htmlReport(report: CheckReport, options: HtmlReportOptions = {}): string {
  const { title = "Data check" } = options;
  return page(title, [
    head(title, report),
    cards(report),
    markup`<h2>Findings</h2>`,
    ...findingsByRule(report),
    markup`<h2>Distributions</h2><p class="soft">Over the ${grouped(report.usableRows)} rows that can be trained on.</p>`,
    distributions(report),
    markup`<h2>Files</h2>`,
    files(report),
  ]);
}

function head(title: string, report: CheckReport): Markup {
  const verdict = verdictOf(report);
  return markup`<h1>${title}</h1><p class="${report.ok ? "good" : "error"}"><strong>${verdict}</strong></p>`;
}

function cards(report: CheckReport): Markup {
  const { totals, tokens } = report;
  return markup`<div class="cards">${[
    card("rows", grouped(report.rows)),
    card(
      "rows that can be trained on",
      grouped(report.usableRows),
      report.usableRows < report.rows ? "warning" : "good",
    ),
    ...(report.validationRows > 0 ? [card("validation rows", grouped(report.validationRows))] : []),
    card("errors", grouped(totals.error), totals.error > 0 ? "error" : "good"),
    card("warnings", grouped(totals.warning), totals.warning > 0 ? "warning" : "good"),
    ...(tokens
      ? [
          card("tokens an epoch", grouped(tokens.trained)),
          card("of them learned", grouped(tokens.learned)),
          card("rows that are cut", grouped(tokens.cutRows), tokens.cutRows > 0 ? "warning" : "good"),
        ]
      : []),
    ...estimateFacts(report.estimate).map(({ name, value }) => card(name, value)),
  ]}</div>`;
}

function findingsByRule(report: CheckReport): Markup[] {
  if (report.counts.length === 0) return [markup`<p class="good">Nothing was found.</p>`];
  const listed = new Map<string, Finding[]>();
  for (const finding of report.findings) {
    const key = `${finding.rule} ${finding.severity}`;
    const list = listed.get(key);
    if (list) list.push(finding);
    else listed.set(key, [finding]);
  }
  const filter = markup`<div class="filter"><input id="find" type="search" placeholder="Filter by rule, place or text" aria-label="Filter findings"></div>`;
  const rules = report.counts.map(({ rule, severity, count }) => {
    const known = ruleOf(rule);
    const found = listed.get(`${rule} ${severity}`) ?? [];
    const shown = found.slice(0, SHOWN);
    const rows = shown.map(
      ({ place, path, message, related }) =>
        markup`<tr><td><code>${placeText(place)}</code></td><td><code>${path}</code></td><td>${message}${related && related.length > 0 ? markup` <span class="soft">See ${related.map(placeText).join(", ")}.</span>` : undefined}</td></tr>`,
    );
    const more =
      count > shown.length
        ? markup`<p class="soft">${grouped(count - shown.length)} more of them are not listed here.</p>`
        : undefined;
    return markup`<details class="rule" data-rule="${rule}"${count <= 5 && severity === "error" ? { html: " open" } : undefined}><summary><span class="badge ${severity}">${severity}</span><code>${rule}</code><span class="soft">${known?.meaning ?? ""}</span><span class="count">${grouped(count)}</span></summary><div><p>${known?.remedy ?? found[0]?.remedy ?? ""}</p>${rows.length > 0 ? markup`<table class="findings"><thead><tr><th>Where</th><th>In the row</th><th>What</th></tr></thead><tbody>${rows}</tbody></table>` : undefined}${more}</div></details>`;
  });
  return [filter, ...rules];
}

function distributions({ distributions: given, tokens }: CheckReport): Markup {
  const { characters, turns, roles, labels, languages } = given;
  const spread = ({ quantiles, max }: typeof characters) =>
    `Half have up to ${grouped(quantiles.p50)}, 95 % up to ${grouped(quantiles.p95)}, the longest ${grouped(max)}.`;
  const named = (shares: typeof roles) => shares.map(({ value, count }) => ({ name: value, count }));
  return markup`<div class="panels">${[
    ...(given.tokens && tokens
      ? [
          panel(
            `Length in tokens of ${tokens.model}`,
            histogramChart(given.tokens.bins, "tokens", { value: tokens.contextLength, name: "context" }),
            spread(given.tokens),
          ),
        ]
      : []),
    panel("Length in characters", histogramChart(characters.bins, "characters"), spread(characters)),
    panel("Turns in a dialogue", histogramChart(turns.bins, "turns"), spread(turns)),
    panel("Roles", barChart(named(roles))),
    ...(labels ? [panel("Labels", barChart(named(labels)))] : []),
    ...(languages.sampled > 0
      ? [
          panel(
            "Languages",
            barChart(named(languages.shares)),
            `Of ${grouped(languages.sampled)} rows whose language could be told.`,
          ),
        ]
      : []),
  ]}</div>`;
}

function files({ files: checked }: CheckReport): Markup {
  const rows = checked.map(
    ({ file, use, rows: count, bytes, sha256 }) =>
      markup`<tr><td><code>${file}</code></td><td data-name="Use">${use}</td><td class="number" data-name="Rows">${grouped(count)}</td><td class="number" data-name="Bytes">${bytes === undefined ? "" : grouped(bytes)}</td><td data-name="SHA-256"><code>${sha256 ?? ""}</code></td></tr>`,
  );
  return markup`<div class="panel"><table class="files"><thead><tr><th>File</th><th>Use</th><th class="number">Rows</th><th class="number">Bytes</th><th>SHA-256</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}
