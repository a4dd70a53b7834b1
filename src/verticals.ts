export type { RecordProblem, Vertical } from "./verticals/vertical.ts";
