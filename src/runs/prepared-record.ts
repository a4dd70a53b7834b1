import * as z from "zod";
import type { TrainingRow } from "../data/record.ts";
import type { EvalItem } from "../evals/suite.ts";

/** A record as the steps behind the check use it: what was made of it, and by what it is known. */
export const preparedRecordSchema = z.object({
  id: z.string(),
  sha256: z.string(),
  group: z.string(),
  stratum: z.string().optional(),
  rows: z.array(z.custom<TrainingRow>((value) => typeof value === "object" && value !== null)),
  items: z.array(z.custom<EvalItem>((value) => typeof value === "object" && value !== null)),
});

/** A record as the steps behind the check use it. */
export interface PreparedRecord extends z.infer<typeof preparedRecordSchema> {}
