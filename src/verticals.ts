export { defineVertical, type VerticalDefinition } from "./verticals/define-vertical.ts";
export { VerticalError, type VerticalErrorCode } from "./verticals/errors.ts";
export type { RecordProblem, Vertical } from "./verticals/vertical.ts";
