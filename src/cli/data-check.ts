import { writeFile } from "node:fs/promises";
import { Command, InvalidArgumentError } from "commander";
import type {
  CheckOptions,
  CheckReport,
  ColumnNames,
  DataSource,
  RowMethod,
  RuleSettings,
} from "fermion/data";
import { type FixOptions, mendFiles, mendingText } from "./data-fix.ts";
import { amount, names, readingOptions, ruleSettings, sourceOf, wholeFrom } from "./data-options.ts";
import { FINDINGS, printError, UNUSABLE, withUsageStatus } from "./exit-status.ts";
import { hasColor, Interrupted, interruptible, progressLine } from "./terminal.ts";

interface CheckCommandOptions extends FixOptions {
  validation?: readonly string[];
  map?: ColumnNames;
  method?: RowMethod;
  base?: string;
  json?: true;
  html?: string;
  rules?: RuleSettings;
  ignore?: readonly string[];
  nearDuplicates: boolean;
  maxFindings?: number;
  perRule?: number;
  epochs?: number;
  pricePerMillion?: number;
  currency: string;
  fix?: true;
}

const MORE_HELP = `
Without --base, nothing is said of tokens: which rows are too long, which have nothing to learn, how many
tokens are trained on, and what they cost.

With --fix, FILE.mended.jsonl is written beside each FILE: the rows without an error, those among them mended
of which one thing can be meant. Rows that can't be mended go to FILE.rejected.jsonl, and each change into
FILE.mending.jsonl. FILE itself is never changed.

Examples:
  fermion data check claims.train.jsonl --validation claims.validation.jsonl --base photon-nano
  fermion data check 'calls/*.jsonl.gz' --html report.html --ignore near-duplicate,language-mix
  fermion data check claims.csv --map prompt=question,completion=answer --fix --redact

Exit status:
  0  no error was found; with --fix, the mended copy has none, and holds every row
  1  errors were found; with --fix, rows had to be put aside, or the copy still has an error
  2  the data can't be read, or the files can't be written; wrong usage`;

/** `fermion data check`: all that is wrong with training data, and on request a mended copy. */
export function checkCommand(): Command {
  const command = new Command("check")
    .description("find all that is wrong with training data, and mend it")
    .argument("<files...>", "files or patterns: JSONL, JSON, CSV, TSV or Parquet, compressed or not")
    .option(
      "--validation <file>",
      "data to validate on, which is checked as well; may be repeated",
      collected,
    )
    .option("--base <model>", "count tokens as this base model does: its name, or its directory")
    .option("--json", "print the whole report as JSON")
    .option("--html <file>", "write the report as one page with charts", htmlName)
    .option(
      "--rules <settings>",
      "weigh rules otherwise, such as role-order=off,duplicate=error",
      ruleSettings,
    )
    .option("--ignore <rules>", "turn rules off, such as language-mix,blank-line", names)
    .option("--no-near-duplicates", "don't look for rows that say nearly the same")
    .option("--max-findings <number>", "list so many findings at most; all are counted", wholeFrom(0))
    .option("--per-rule <number>", "show so many places of each rule in the text", wholeFrom(0), 5)
    .option("--epochs <number>", "estimate training of so many epochs", wholeFrom(1))
    .option("--price-per-million <amount>", "estimate the cost, by the price of a million tokens", amount)
    .option("--currency <code>", "what the price is in", "USD")
    .option("--fix", "write a mended copy, and a log of what was changed")
    .option("--out <file>", "with --fix: one mended copy of all files, by this name")
    .option("--force", "with --fix: replace files that are there already")
    .option("--redact", "with --fix: put placeholders in place of secrets and personal data")
    .option("--deduplicate", "with --fix: leave out rows that repeat an earlier one to the letter")
    .addHelpText("after", MORE_HELP)
    .action(async (files: string[], options: CheckCommandOptions) => {
      for (const name of ["out", "force", "redact", "deduplicate"] as const) {
        if (options[name] !== undefined && !options.fix) command.error(`error: --${name} needs --fix`);
      }
      await run(files, options);
    });
  for (const option of readingOptions()) command.addOption(option);
  return withUsageStatus(command);
}

async function run(files: readonly string[], options: CheckCommandOptions): Promise<void> {
  const progress = progressLine();
  try {
    await interruptible(async (signal) => {
      const { check, textReport } = await import("fermion/data");
      const checking: CheckOptions = {
        ...(await checkOptions(options)),
        signal,
        onProgress: ({ file, bytes, size, rows }) => {
          const share = size ? `${Math.floor((bytes / size) * 100)} % of ` : "";
          progress.draw(`Checking ${share}${file}: ${rows.toLocaleString("en-US")} rows`);
        },
      };
      const report = await check(sourceOf(files), checking);
      progress.clear();
      if (options.html !== undefined) await writePage(options.html, report);
      if (!options.fix) {
        if (options.json) printJson(report);
        else process.stdout.write(textReport(report, look(options)) + unchecked(options));
        if (!report.ok) process.exitCode = FINDINGS;
        return;
      }
      if (!options.json) process.stdout.write(textReport(report, look(options)));
      const mended = await mendFiles(report, checking, options, progress);
      progress.clear();
      // All that is left, over all copies.
      const copies = mended.flatMap(({ out }) => out ?? []);
      const after = copies.length === 0 ? undefined : await check(copies, await forCopies(checking, options));
      progress.clear();
      if (options.json) printJson({ before: report, mended, after });
      else process.stdout.write(await mendingText(mended, after, look(options)));
      if (!after?.ok || mended.some(({ rejected }) => rejected > 0)) process.exitCode = FINDINGS;
    });
  } catch (error) {
    progress.clear();
    if (error instanceof Interrupted) {
      console.error("fermion: Interrupted. Nothing was left half written.");
      process.exitCode = error.status;
      return;
    }
    printError(error);
    process.exitCode = UNUSABLE;
  }
}

async function checkOptions(options: CheckCommandOptions): Promise<CheckOptions> {
  const { base, validation, map, method, maxFindings, epochs, pricePerMillion, currency } = options;
  const ignored = Object.fromEntries((options.ignore ?? []).map((name) => [name, "off"] as const));
  const tokenizer =
    base === undefined ? undefined : await (await import("fermion/local")).loadChatTokenizer(base);
  return {
    rules: { ...options.rules, ...ignored },
    nearDuplicates: options.nearDuplicates,
    ...(tokenizer ? { tokenizer } : {}),
    ...(validation ? { validation: sourceOf(validation) } : {}),
    ...(map ? { map } : {}),
    ...(method ? { method } : {}),
    ...(maxFindings === undefined ? {} : { maxFindings }),
    ...(epochs === undefined ? {} : { plan: { epochs } }),
    ...(pricePerMillion === undefined
      ? {}
      : { prices: { currency, training: { perMillionTokens: pricePerMillion } } }),
  };
}

/** Copies have the form of platforms, whatever columns their rows were made of; the validation data still has those. */
async function forCopies(
  { map: _, validation, ...checking }: CheckOptions,
  { map }: CheckCommandOptions,
): Promise<CheckOptions> {
  const { readRecords } = await import("fermion/data");
  async function* rows(source: DataSource, columns: ColumnNames) {
    // What can't be read was reported when the data was checked first.
    const options = { map: columns, onProblem: () => undefined };
    for await (const { row } of readRecords(source, options)) yield row;
  }
  return {
    ...checking,
    ...(validation === undefined ? {} : { validation: map ? rows(validation, map) : validation }),
  };
}

function look({ perRule = 5 }: CheckCommandOptions) {
  return { perRule, color: hasColor(process.stdout) };
}

/** What was not looked at, so that silence isn't taken for soundness. */
function unchecked({ base, pricePerMillion, nearDuplicates }: CheckCommandOptions): string {
  const lines = [
    ...(base === undefined
      ? [
          "Tokens were not counted, so rows that are too long or have nothing to learn were not looked for" +
            `${pricePerMillion === undefined ? "" : ", and the cost is not known"}: name a --base.`,
        ]
      : []),
    ...(nearDuplicates ? [] : ["Near duplicates were not looked for."]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

async function writePage(path: string, report: CheckReport): Promise<void> {
  const { htmlReport } = await import("fermion/data");
  const title = `Data check: ${report.files.map(({ file }) => file).join(", ")}`;
  await writeFile(path, htmlReport(report, { title: title.length > 120 ? "Data check" : title }));
}

function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** So that no data is written over where a name was forgotten. */
function htmlName(path: string): string {
  if (!/\.html?$/i.test(path)) throw new InvalidArgumentError("The name of a page ends with .html.");
  return path;
}

function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
