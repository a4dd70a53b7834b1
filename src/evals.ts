export type { EvalAnswer, EvalItem, Score, Scorer, Suite } from "./evals/suite.ts";
