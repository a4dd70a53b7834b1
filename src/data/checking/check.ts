import { availableParallelism } from "node:os";
import { type DataSource, type SourceFile, sourceFiles } from "../reading/open-source.ts";
import type { CheckSettings } from "./block-checker.ts";
import { createFileChecker } from "./check-file.ts";
import { createCollector } from "./collector.ts";
import type { Side } from "./cross-rows.ts";
import { dataFindings } from "./data-findings.ts";
import { estimateTraining } from "./estimate.ts";
import { createLineChecker } from "./line-checker.ts";
import { type CheckOptions, checkOptions } from "./options.ts";
import { type CheckedFile, type CheckReport, distributionsOf } from "./report.ts";

/**
 * Finds all that is wrong with training data, before it is sent anywhere: what a platform would refuse, what would be
 * learned wrongly, and what should not be in it at all.
 *
 * Every rule of {@link dataRules} looks at every row, whatever else is wrong with it. A file is read once, and in any
 * format that {@link readRecords} reads; JSON lines in the form of platforms are checked on threads. Memory grows by some
 * 35 bytes a row, 100 with near duplicates, and not with the length of the rows.
 *
 * @param source - a path, a pattern, several of them, bytes, a stream, or rows
 * @throws {@link DataError} when the data can't be read at all: there is no such file, it is damaged, an option is wrong
 * @throws the reason of `signal` when it is aborted
 *
 * @example
 * ```ts
 * import { check } from "fermion/data";
 * import { loadChatTokenizer } from "fermion/local";
 *
 * const report = await check("claims.train.jsonl", { tokenizer: await loadChatTokenizer() });
 * for (const { rule, place, path, message } of report.findings) {
 *   console.log(`${place.file}:${place.line} ${path} ${rule}: ${message}`);
 * }
 * if (!report.ok) process.exitCode = 1;
 * ```
 */
export async function check(source: DataSource, options: CheckOptions = {}): Promise<CheckReport> {
  checkOptions(options);
  const { tokenizer, method = "supervised", rules = {}, seed = 0 } = options;
  const training = await sourceFiles(source, options);
  const validation = options.validation === undefined ? [] : await sourceFiles(options.validation, options);
  const settings: CheckSettings = {
    method,
    rules,
    nearDuplicates: (options.nearDuplicates ?? true) && wantsNear(rules),
    seed,
    languageEvery: languageEvery([...training, ...validation]),
  };
  // This thread checks too, and each of the others takes some 35 MB.
  const { threads = Math.min(1, availableParallelism() - 1) } = options;
  const lines = createLineChecker(settings, tokenizer, threads);
  const collector = createCollector(settings, options);
  const checkFile = createFileChecker(collector, lines, options);
  const files: CheckedFile[] = [];
  const checkAll = async (side: Side, sources: readonly SourceFile[]) => {
    for (const file of sources) files.push(await checkFile(side, file));
    return await lines.takeTally();
  };
  const rowsOf = (use: Side) => files.reduce((sum, file) => sum + (file.use === use ? file.rows : 0), 0);
  try {
    // First, so that what of it is trained on is known when the training data comes.
    if (validation.length > 0) await checkAll("validation", validation);
    const tally = await checkAll("training", training);
    const rows = rowsOf("training");
    for (const { rule, message } of dataFindings(tally, rows)) collector.find(rule, {}, "$", message);
    const { kept, places, languages } = collector;
    for (const { row, path, message } of languages.odd()) {
      collector.find("language-mix", places.placeOf(row), path, message);
    }
    const totals = { error: kept.total("error"), warning: kept.total("warning"), info: kept.total("info") };
    return {
      version: 1,
      ok: totals.error === 0,
      method,
      rows,
      usableRows: tally.usable,
      validationRows: rowsOf("validation"),
      files,
      counts: kept.counts(),
      totals,
      findings: kept.findings,
      unlisted: totals.error + totals.warning + totals.info - kept.findings.length,
      distributions: distributionsOf(tally, languages.shares(), tokenizer !== undefined),
      tokens: tokenizer && {
        model: tokenizer.model,
        contextLength: tokenizer.contextLength,
        trained: tally.trainedTokens,
        learned: tally.learnedTokens,
        cutRows: tally.cutRows,
        nothingToLearn: tally.nothingToLearn,
      },
      estimate: estimateTraining(tally, tokenizer !== undefined, options),
      notCompared: collector.notCompared(),
    };
  } finally {
    await lines.close();
  }
}

function wantsNear(rules: NonNullable<CheckOptions["rules"]>): boolean {
  return rules["near-duplicate"] !== "off" || rules["near-leakage"] !== "off";
}

/** The language of each row is told in so many bytes, which are some thousand rows; in more, that of a sample as large. */
const ALL_LANGUAGES = 2 * 1024 * 1024;
/** What a stream is taken for, whose size nobody knows. */
const STREAMED = 64 * ALL_LANGUAGES;

function languageEvery(files: readonly SourceFile[]): number {
  const bytes = files.reduce((sum, file) => sum + (file.size ?? (file.rows ? 0 : STREAMED)), 0);
  return Math.max(1, Math.ceil(bytes / ALL_LANGUAGES));
}
