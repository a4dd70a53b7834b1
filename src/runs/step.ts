/** The steps of a run, in their order. */
export const runSteps = [
  "check",
  "split",
  "decontaminate",
  "upload",
  "fine-tune",
  "evaluate",
  "promote",
] as const;

/** A step of a run. */
export type RunStep = (typeof runSteps)[number];
