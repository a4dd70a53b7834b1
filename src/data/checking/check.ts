import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import type { Finding } from "../findings.ts";
import { inBytes, resolveLimits } from "../reading/limits.ts";
import { lineBlocks } from "../reading/line-blocks.ts";
import { type DataSource, openFile, type SourceFile, sourceFiles } from "../reading/open-source.ts";
import { type BlockResult, type CheckSettings, RowWord, severityOf } from "./block-checker.ts";
import { createCrossRows, type Side } from "./cross-rows.ts";
import { dataFindings } from "./data-findings.ts";
import { estimateTraining } from "./estimate.ts";
import { keepFindings } from "./findings-kept.ts";
import { createLineChecker } from "./line-checker.ts";
import { type CheckOptions, checkOptions } from "./options.ts";
import { type CheckedFile, type CheckReport, distributionsOf } from "./report.ts";
import { createRowPlaces } from "./row-places.ts";
import { ruleOf } from "./rules.ts";
import type { Tally } from "./tally.ts";

/**
 * Finds all that is wrong with training data, before it is sent anywhere: what a platform would refuse, what would be
 * learned wrongly, and what should not be in it at all.
 *
 * Rows are checked by every rule of {@link dataRules}, whatever else is wrong with them. A file is read once; memory
 * grows by some 50 bytes a row, 110 with near duplicates, and not with the length of the rows.
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
  const run = startRun(options);
  try {
    if (options.validation !== undefined) await run.checkSide("validation", options.validation);
    return await run.report(await run.checkSide("training", source));
  } finally {
    await run.close();
  }
}

const ROWS_AT_ONCE = 64;

/** What a block comes to, in its turn. */
interface Pending {
  readonly result: BlockResult | Promise<BlockResult>;
  readonly line: number;
  readonly byteOffset: number;
}

function startRun(options: CheckOptions) {
  const { tokenizer, method = "supervised", nearDuplicates = true, seed = 0, signal } = options;
  const { threads = Math.min(2, availableParallelism()), maxFindings = 10_000 } = options;
  const settings: CheckSettings = {
    method,
    rules: options.rules ?? {},
    nearDuplicates: nearDuplicates && options.rules?.["near-duplicate"] !== "off",
    seed,
    languageEvery: 1,
  };
  const limits = resolveLimits(options.limits);
  const lines = createLineChecker(settings, tokenizer, threads);
  const kept = keepFindings(maxFindings, options.onFinding);
  const places = createRowPlaces();
  const cross = createCrossRows(settings.nearDuplicates);
  const files: CheckedFile[] = [];

  /** A finding about a row, by the rule's own severity and remedy. */
  const find = (rule: string, finding: Partial<Finding> & Pick<Finding, "place" | "path" | "message">) => {
    if (settings.rules[rule] === "off") return;
    const severity = severityOf(rule, settings, undefined);
    kept.count(rule, severity, 1);
    kept.add({ rule, severity, remedy: ruleOf(rule)?.remedy ?? "", ...finding });
  };

  /** Takes a block of lines in; blocks come in the order of the file. */
  const takeLines = (side: Side, file: string, result: BlockResult, { line, byteOffset }: Pending) => {
    const addPlace = (at: number) => {
      const { columns } = result;
      places.add(
        line + (columns[at + RowWord.line] ?? 0),
        byteOffset + (columns[at + RowWord.byteOffset] ?? 0),
      );
    };
    takeRows(side, file, result, addPlace, { line, byteOffset });
  };

  /** @param start - where the block begins, for findings about lines that are no rows */
  const takeRows = (
    side: Side,
    file: string,
    result: BlockResult,
    addPlace: (at: number) => void,
    start: { readonly line?: number; readonly byteOffset?: number },
  ) => {
    const firstRow = places.count;
    for (let index = 0; index < result.rows; index++) addPlace(index * result.words);
    for (const found of result.findings) {
      const { rule, path, message, span } = found;
      const place =
        found.row >= 0
          ? places.placeOf(firstRow + found.row)
          : {
              file,
              line: (start.line ?? 0) + found.line,
              byteOffset: (start.byteOffset ?? 0) + found.byteOffset,
            };
      kept.add({
        rule,
        severity: severityOf(rule, settings, found.severity),
        place,
        path,
        ...(span ? { span } : {}),
        message,
        remedy: found.remedy ?? ruleOf(rule)?.remedy ?? "",
      });
    }
    for (const [rule, count] of result.counts) {
      kept.count(rule, severityOf(rule, settings, undefined), count);
    }
    cross.take(side, result, firstRow, (rule, row, related, message) => {
      find(rule, { place: places.placeOf(row), path: "$", message, related: [places.placeOf(related)] });
    });
  };

  const checkLines = async (
    side: Side,
    file: SourceFile,
    bytes: AsyncIterable<Uint8Array>,
    read: () => number,
  ) => {
    const pending: Pending[] = [];
    const settle = async () => {
      const next = pending.shift();
      if (next) takeLines(side, file.file, await next.result, next);
    };
    for await (const block of lineBlocks(bytes, limits)) {
      signal?.throwIfAborted();
      if (block.kind === "overlong") {
        while (pending.length > 0) await settle();
        places.add(block.line, block.byteOffset);
        const message = `The line is longer than ${inBytes(limits.maxRowBytes)}.`;
        find("line-too-long", { place: places.placeOf(places.count - 1), path: "$", message });
        continue;
      }
      while (lines.isFull() && pending.length > 0) await settle();
      const { bytes: text, ends, count, line, byteOffset } = block;
      const result = lines.lines(text, ends, count, kept.wanted());
      // It is awaited in its turn; until then, nobody would hear of its failure.
      if (result instanceof Promise) result.catch(() => undefined);
      pending.push({ result, line, byteOffset });
      if (!(result instanceof Promise)) while (pending.length > 0) await settle();
      options.onProgress?.({ file: file.file, bytes: read(), size: file.size, rows: places.count });
    }
    while (pending.length > 0) await settle();
  };

  /** Rows that are objects already; they have no lines. */
  const checkValues = async (side: Side, file: SourceFile, rows: AsyncIterable<unknown>) => {
    let batch: unknown[] = [];
    const flush = () => {
      const result = lines.values(batch, kept.wanted());
      takeRows(side, file.file, result, () => places.add(undefined, undefined), {});
      options.onProgress?.({ file: file.file, bytes: 0, size: undefined, rows: places.count });
      batch = [];
    };
    for await (const row of rows) {
      signal?.throwIfAborted();
      if (batch.push(row) >= ROWS_AT_ONCE) flush();
    }
    if (batch.length > 0) flush();
  };

  const checkFile = async (side: Side, file: SourceFile) => {
    if (file.rows) {
      places.beginFile(file.file);
      await checkValues(side, file, file.rows);
      const rows = places.rowsOfFile;
      files.push({ file: file.file, use: side, rows, bytes: undefined, sha256: undefined });
      return;
    }
    const hash = createHash("sha256");
    let bytes = 0;
    async function* hashed() {
      for await (const chunk of file.read()) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    }
    places.beginFile(file.file);
    const opened = await openFile({ ...file, read: hashed }, options);
    try {
      await checkLines(side, file, opened.bytes, opened.bytesRead);
    } finally {
      await opened.close();
    }
    files.push({ file: file.file, use: side, rows: places.rowsOfFile, bytes, sha256: hash.digest("hex") });
  };

  return {
    /** Checks all files of a source; gives what was counted. */
    async checkSide(side: Side, source: DataSource): Promise<Tally> {
      for (const file of await sourceFiles(source, options)) await checkFile(side, file);
      return lines.takeTally();
    },
    async report(tally: Tally): Promise<CheckReport> {
      const rowsOf = (use: Side) => files.reduce((sum, file) => sum + (file.use === use ? file.rows : 0), 0);
      const rows = rowsOf("training");
      for (const { rule, message } of dataFindings(tally, rows)) {
        find(rule, { place: {}, path: "$", message });
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
        distributions: distributionsOf(tally, tokenizer !== undefined),
        tokens: tokenizer && {
          model: tokenizer.model,
          contextLength: tokenizer.contextLength,
          trained: tally.trainedTokens,
          learned: tally.learnedTokens,
          cutRows: tally.cutRows,
          nothingToLearn: tally.nothingToLearn,
        },
        estimate: estimateTraining(tally, tokenizer !== undefined, options),
        notCompared: cross.forgotten(),
      };
    },
    close: () => lines.close(),
  };
}
