export { check } from "./data/checking/check.ts";
export type { RuleCount } from "./data/checking/findings-kept.ts";
export type { Histogram } from "./data/checking/histogram.ts";
export type {
  CheckOptions,
  CheckProgress,
  TrainingOutlook,
} from "./data/checking/options.ts";
export type {
  CheckedFile,
  CheckReport,
  Shares,
  TrainingEstimate,
} from "./data/checking/report.ts";
export type { RowMethod } from "./data/checking/row-checker.ts";
export { type DataRule, dataRules, type RuleSettings } from "./data/checking/rules.ts";
export {
  type DecontaminatedRecord,
  type DecontaminateOptions,
  decontaminate,
} from "./data/decontamination/decontaminate.ts";
export { createDecontaminator, type Decontaminator } from "./data/decontamination/decontaminator.ts";
export type {
  DecontaminationItem,
  DecontaminatorOptions,
  Overlap,
  OverlapRule,
  TextSpan,
} from "./data/decontamination/overlap.ts";
export { DataError, type DataErrorCode } from "./data/errors.ts";
export type { Finding, Severity, TextMatch } from "./data/findings.ts";
export {
  type Mend,
  type MendedRecord,
  type MendOptions,
  mend,
  type RejectionReason,
} from "./data/fixing/mend.ts";
export {
  type MendFileOptions,
  type MendingLogEntry,
  type MendReport,
  mendFile,
} from "./data/fixing/mend-file.ts";
export { type MendedRow, type Mending, mendRow } from "./data/fixing/mend-row.ts";
export {
  type PreviewDialogue,
  type PreviewOptions,
  type PreviewToken,
  type PreviewTurn,
  preview,
  type RowPreview,
} from "./data/previewing/preview.ts";
export { type PreviewTextOptions, previewText } from "./data/previewing/preview-text.ts";
export { type RowAt, type RowAtOptions, rowAt } from "./data/previewing/row-at.ts";
export type { InferencePrice, PriceTable, TrainingPrice } from "./data/prices.ts";
export type { ColumnNames, RecordMap } from "./data/reading/column-map.ts";
export type { Container } from "./data/reading/container.ts";
export type { Compression } from "./data/reading/decompress.ts";
export type { ReadLimits } from "./data/reading/limits.ts";
export type { DataSource, OpenOptions } from "./data/reading/open-source.ts";
export {
  type CommonReadOptions,
  type MappedReadOptions,
  type ReadOptions,
  type RowProblem,
  readRecords,
} from "./data/reading/read-records.ts";
export type { Shape } from "./data/reading/shapes.ts";
export type { DataRecord, PlacedRecord, RowPlace, TrainingRow } from "./data/record.ts";
export { verdictOf } from "./data/report/facts.ts";
export { type HtmlReportOptions, htmlReport } from "./data/report/html-report.ts";
export { type TextReportOptions, textReport } from "./data/report/text-report.ts";
export type { RowFinding } from "./data/rows/row-judge.ts";
export { assignGroups, type SplitGroup } from "./data/splitting/assign-groups.ts";
export type { SplitKeys } from "./data/splitting/group-of.ts";
export type { PartCounts, SplitPart, SplitShares, StratumCounts } from "./data/splitting/parts.ts";
export { type Split, type SplitOptions, type SplitReport, split } from "./data/splitting/split.ts";
export {
  partByHash,
  type SplitStream,
  type SplitStreamOptions,
  splitStream,
} from "./data/splitting/split-stream.ts";
export type { PlaceholderFormat } from "./data/texts/placeholders.ts";
export {
  createRedactor,
  type RedactionSummary,
  type Redactor,
  type RedactorOptions,
  type Replacement,
} from "./data/texts/redactor.ts";
export { scanText } from "./data/texts/scan-text.ts";
export { isTextRule, TEXT_RULES, type TextRuleName } from "./data/texts/text-rules.ts";
