export { type RunStep, runSteps } from "./runs/step.ts";
