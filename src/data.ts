export { DataError, type DataErrorCode } from "./data/errors.ts";
export type { Finding, Severity, TextMatch } from "./data/findings.ts";
export type { DataRecord, PlacedRecord, RowPlace, TrainingRow } from "./data/record.ts";
export { scanText } from "./data/texts/scan-text.ts";
export { isTextRule, TEXT_RULES, type TextRuleName } from "./data/texts/text-rules.ts";
