import * as z from "zod/mini";
import { openEnum } from "./open-enum.ts";

/** What `GET /healthz` answers, without a key. */
export const healthSchema = z.looseObject({
  status: openEnum(["ok"]),
  /** The version of the platform. */
  version: z.nullish(z.string()),
});

/** What `GET /healthz` answers. */
export interface Health extends z.infer<typeof healthSchema> {}
