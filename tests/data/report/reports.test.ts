import { beforeAll, describe, expect, test } from "vitest";
import { type CheckReport, check, htmlReport, textReport } from "../../../src/data.ts";

const row = (question: string, answer: string) => ({
  messages: [
    { role: "user", content: question },
    { role: "assistant", content: answer },
  ],
});
const lines = [
  ...Array.from({ length: 12 }, (_, index) =>
    JSON.stringify(row(`Question ${index}?`, index % 2 ? "approve" : "deny")),
  ),
  JSON.stringify({ messages: [{ role: "<script>alert(1)</script>", content: "x" }] }),
  JSON.stringify({ ...row("Who?", "Nobody."), '"><img src=x onerror=alert(2)>': 1 }),
  JSON.stringify(row("Question 1?", "approve")),
  "{broken",
];
let report: CheckReport;
beforeAll(async () => {
  report = await check(Buffer.from(`${lines.join("\n")}\n`));
});

describe("htmlReport", () => {
  test("shows each rule with its count, each place, and the distributions", () => {
    const html = htmlReport(report, { title: "Claims & co" });
    expect(html).toContain("<title>Claims &amp; co</title>");
    expect(report.counts.length).toBeGreaterThan(3);
    for (const { rule } of report.counts) expect(html).toContain(`<code>${rule}</code>`);
    for (const { place } of report.findings) {
      if (place.line !== undefined) expect(html).toContain(`&lt;input&gt;:${place.line}`);
    }
    for (const title of ["Length in characters", "Turns in a dialogue", "Roles"])
      expect(html).toContain(title);
  });

  test("draws a bar for each number of turns, and none for numbers that don't occur", async () => {
    const dialogues = [1, 1, 3].map((pairs) => ({
      messages: Array.from(
        { length: pairs },
        (_, index) => row(`Is it ${index}?`, "It is so.").messages,
      ).flat(),
    }));
    const html = htmlReport(await check(dialogues));
    const chart = /<svg[^>]*aria-label="Rows by their number of turns".*?<\/svg>/s.exec(html)?.[0] ?? "";
    expect([...chart.matchAll(/<title>([^<]*)<\/title>/g)].map(([, title]) => title)).toEqual([
      "2 turns: 2 rows",
      "6 turns: 1 row",
    ]);
    const bars = [...chart.matchAll(/<rect[^>]* height="([\d.]+)"/g)].map(([, height]) => Number(height));
    expect((bars[1] ?? 0) / (bars[0] ?? 1)).toBeCloseTo(0.5, 2);
    // Lengths spread too far for that.
    expect(html).toContain('aria-label="Histogram of characters"');
  });

  test("takes nothing that stands in the data for markup", () => {
    const html = htmlReport(report);
    expect(html).not.toContain("<img");
    expect(html.match(/<script/g)).toHaveLength(1);
    // The title is the caller's, and no markup either.
    expect(htmlReport(report, { title: "</title><script>" })).not.toContain("</title><script>");
  });

  test("needs no other file and no network", () => {
    expect(htmlReport(report)).not.toMatch(/<[^>]*\b(?:src|href)=|url\(|@import|https?:/);
  });
});

describe("textReport", () => {
  test("lists so many places of each rule, and counts the rest", () => {
    const all = textReport(report);
    expect(all).toContain("<input>:16");
    expect(all).toMatch(/Not ready: \d+ errors to mend in 16 rows/);
    expect(textReport(report, { perRule: 0 })).toContain("… 1 more");
    expect(all).not.toContain("\x1b[");
    expect(textReport(report, { color: true })).toContain("\x1b[31merror\x1b[0m");
  });

  test("says that nothing was found", async () => {
    const words = "claim hail roof storm deadline window garage ladder boiler fence cellar bicycle".split(
      " ",
    );
    const sound = words.map((word) =>
      row(`What do you pay for a ${word} that was damaged in ${word} weather?`, `We look at the ${word}.`),
    );
    const clean = await check(sound, { nearDuplicates: false });
    expect(textReport(clean)).toContain("Ready: 12 rows without an error or a warning.");
    expect(htmlReport(clean)).toContain("Nothing was found.");
  });
});
