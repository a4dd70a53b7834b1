import { Command } from "commander";
import type { ColumnNames, RowMethod } from "fermion/data";
import { readingOptions, wholeFrom } from "./data-options.ts";
import { FINDINGS, printError, UNUSABLE, withUsageStatus } from "./exit-status.ts";
import { hasColor } from "./terminal.ts";

interface PreviewCommandOptions {
  row: number;
  base: string;
  map?: ColumnNames;
  method?: RowMethod;
  tokens?: true;
  json?: true;
}

const MORE_HELP = `
What is learned is coloured green, or stands in « » where there are no colours; what lies behind the
model's context is struck out, or stands in [cut: ].

Examples:
  fermion data preview claims.train.jsonl --row 12
  fermion data preview questions.csv --map prompt=question,completion=answer --tokens

Exit status:
  0  the row has no error
  1  it has one
  2  it can't be read, or there is no such row; wrong usage`;

/** `fermion data preview`: a row as training sees it. */
export function previewCommand(): Command {
  const command = new Command("preview")
    .description("show what training really sees of a row: its tokens, and which of them are learned")
    .argument("<file>", "JSONL, JSON, CSV, TSV or Parquet, compressed or not")
    .option("--row <number>", "which row, counted from 1 without blank lines", wholeFrom(1), 1)
    .option(
      "--base <model>",
      "a base model by its name, or its directory with config.json and tokenizer.json",
      "photon-nano",
    )
    .option("--tokens", "show each token on a line of its own")
    .option("--json", "print JSON instead of text")
    .addHelpText("after", MORE_HELP)
    .action(showRow);
  for (const option of readingOptions()) command.addOption(option);
  return withUsageStatus(command);
}

async function showRow(file: string, options: PreviewCommandOptions): Promise<void> {
  const { base, map, method, tokens = false, json } = options;
  try {
    // Loaded here, so that `fermion --help` needs none of it.
    const { preview, previewText, rowAt } = await import("fermion/data");
    const { loadChatTokenizer } = await import("fermion/local");
    const tokenizer = await loadChatTokenizer(base);
    const { row, place } = await rowAt(file, options.row, map ? { map } : {});
    const shown = preview(row, tokenizer, method ? { method } : {});
    if (json) process.stdout.write(`${JSON.stringify({ place, ...shown }, null, 2)}\n`);
    else {
      const where = place.line === undefined ? "" : `, line ${place.line}`;
      process.stdout.write(`Row ${place.row} of ${place.file}${where}\n\n`);
      process.stdout.write(previewText(shown, { color: hasColor(process.stdout), tokens }));
    }
    if (shown.findings.some(({ severity }) => severity === "error")) process.exitCode = FINDINGS;
  } catch (error) {
    printError(error);
    process.exitCode = UNUSABLE;
  }
}
