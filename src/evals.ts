export type { BootstrapOptions, Interval } from "./evals/bootstrap.ts";
export {
  type ComparedModel,
  type Comparison,
  type ComparisonPart,
  compare,
  type Difference,
  type PairedDifference,
  type UnparsedCount,
} from "./evals/compare.ts";
export { defineSuite, type SuiteDefinition } from "./evals/define-suite.ts";
export { EvaluationError, type EvaluationErrorCode } from "./evals/errors.ts";
export { type EvaluateOptions, type EvaluationProgress, evaluate } from "./evals/evaluate.ts";
export { type FormatComparisonOptions, formatComparison } from "./evals/format-comparison.ts";
export { type GateOptions, type GateVerdict, type Guard, gate } from "./evals/gate.ts";
export { findNumbers, type NumberFormat, type NumberMention } from "./evals/numbers.ts";
export type {
  ItemResult,
  ModelResult,
  Percentiles,
  RequestFailure,
  ResultPart,
  ScoreSummary,
} from "./evals/result.ts";
export { bySlice, onlyFor, weighted } from "./evals/scorers/combined.ts";
export { type ContainedFactsOptions, containedFacts } from "./evals/scorers/contained-facts.ts";
export { type ExactMatchOptions, exactMatch } from "./evals/scorers/exact-match.ts";
export { type ForbiddenPhrasesOptions, forbiddenPhrases } from "./evals/scorers/forbidden-phrases.ts";
export { type JsonSchemaOptions, jsonSchema } from "./evals/scorers/json-schema.ts";
export { type LabelOptions, label } from "./evals/scorers/label.ts";
export { type LengthBandOptions, lengthBand } from "./evals/scorers/length-band.ts";
export { type CostOptions, cost, type LatencyOptions, latency } from "./evals/scorers/limits.ts";
export {
  extractChoice,
  type MultipleChoiceOptions,
  multipleChoice,
} from "./evals/scorers/multiple-choice.ts";
export { type NumericOptions, numeric } from "./evals/scorers/numeric.ts";
export { type RefusalOptions, refusal } from "./evals/scorers/refusal.ts";
export { type RefusalLanguage, refusalPhrases } from "./evals/scorers/refusal-phrases.ts";
export { scored, unparsed } from "./evals/scores.ts";
export type { EvalAnswer, EvalItem, Score, Scorer, Suite } from "./evals/suite.ts";
export { readSuite, writeSuite } from "./evals/suite-file.ts";
export { type SuiteFromOptions, suiteFrom } from "./evals/suite-from.ts";
