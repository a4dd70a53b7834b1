export {
  type CompanionRecord,
  companionRecordSchema,
  type Memory,
} from "./verticals/companion/record.ts";
export { companion } from "./verticals/companion.ts";
export { defineVertical, type VerticalDefinition } from "./verticals/define-vertical.ts";
export {
  type EducationRecord,
  educationRecordSchema,
  type TutorMove,
} from "./verticals/education/record.ts";
export { education } from "./verticals/education.ts";
export { VerticalError, type VerticalErrorCode } from "./verticals/errors.ts";
export {
  type FinanceRecord,
  financeRecordSchema,
  type Statement,
  type StatementLine,
} from "./verticals/finance/record.ts";
export {
  citationsResolve,
  groundedNumbers,
  type StatementAnswerOptions,
  statementAnswer,
} from "./verticals/finance/scorers.ts";
export { finance } from "./verticals/finance.ts";
export { type GameRecord, gameRecordSchema } from "./verticals/game/record.ts";
export { game } from "./verticals/game.ts";
export {
  type ClaimOutcome,
  type InsuranceRecord,
  insuranceRecordSchema,
} from "./verticals/insurance/record.ts";
export {
  type ClaimDecisionOptions,
  claimDecision,
  claimOutcome,
  type DecisionCosts,
  decisionCost,
} from "./verticals/insurance/scorers.ts";
export { insurance } from "./verticals/insurance.ts";
export {
  type LabelMetric,
  type LabelMetrics,
  type LabelPair,
  labelMetrics,
} from "./verticals/label-metrics.ts";
export {
  type CheckedRecord,
  checkRecords,
  type PreparedRecords,
  type PrepareRecordsOptions,
  prepareRecords,
  type RecordSource,
  recordDialogues,
} from "./verticals/prepare-records.ts";
export { recordSuite } from "./verticals/record-suite.ts";
export { type SalesRecord, salesRecordSchema } from "./verticals/sales/record.ts";
export { exactFields, listedPrices, quotedEvidence } from "./verticals/sales/scorers.ts";
export { sales } from "./verticals/sales.ts";
export type { RecordProblem, Vertical } from "./verticals/vertical.ts";
