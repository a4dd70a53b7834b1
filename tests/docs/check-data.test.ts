import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dataRules } from "../../src/data.ts";
import { cli } from "../cli/built-cli.ts";

const root = join(import.meta.dirname, "../..");
const guide = join(root, "docs/how-to/check-data.md");
const readGuide = () => readFileSync(guide, "utf8");

/** `UPDATE_GUIDES=1` writes what is true now into the guide. */
function expectGuide(now: string): void {
  if (process.env.UPDATE_GUIDES) writeFileSync(guide, now);
  else expect(readGuide()).toBe(now);
}

test("the commands in the guide print what it says", { timeout: 120_000 }, async () => {
  const text = readGuide();
  const directory = mkdtempSync(join(tmpdir(), "fermion-guide-"));
  try {
    for (const name of ["claims.train.jsonl", "claims.validation.jsonl"]) {
      copyFileSync(join(root, "examples/data", name), join(directory, name));
    }
    writeFileSync(join(directory, "calls.jsonl"), /```jsonl\n(.*?)```/s.exec(text)?.[1] ?? "");
    const blocks = [...text.matchAll(/```console\n\$ fermion ([^\n]*)\n.*?```/gs)];
    expect(blocks.length).toBeGreaterThan(3);
    let now = text;
    for (const [block, command = ""] of blocks) {
      const { stdout } = await cli(directory, ...command.split(" "));
      now = now.replace(block, () => `\`\`\`console\n$ fermion ${command}\n${stdout}\`\`\``);
    }
    const [line = ""] = readFileSync(join(directory, "calls.mending.jsonl"), "utf8").split("\n");
    now = now.replace(/^\{"outcome":.*$/m, () => line);
    expectGuide(now);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("the guide names every rule, with its severity, its meaning and what to do", () => {
  const cells = [
    ["rule", "", "what is wrong", "what to do"],
    ...dataRules.map(({ name, severity, meaning, remedy }) => [`\`${name}\``, severity, meaning, remedy]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |\n`;
  const [header = [], ...rows] = cells;
  const rule = widths.map((width) => "-".repeat(width));
  const table = [header, rule, ...rows].map(line).join("");
  expectGuide(readGuide().replace(/^\| rule .*?(?=^[^|]|(?![\s\S]))/ms, () => table));
});
