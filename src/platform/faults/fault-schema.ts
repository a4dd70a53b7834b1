import * as z from "zod";
import { LocalPlatformOptionError } from "../errors.ts";
import type { Fault } from "./fault.ts";

const whole = (from: number) =>
  z.number({ error: "must be a number" }).refine((value) => Number.isSafeInteger(value) && value >= from, {
    error: `must be a whole number from ${from}`,
  });
const flag = z.boolean({ error: "must be true or false" });
const positive = z
  .number({ error: "must be a number" })
  .refine((value) => value > 0 && Number.isFinite(value), { error: "must be above 0" });

/** What each kind of fault has of its own. */
export const ownFields = {
  rate_limit: { retryAfter: whole(0).optional() },
  error_after_work: {},
  connection_reset: { afterWork: flag.optional() },
  cut_stream: { after: whole(0) },
  stall_stream: { after: whole(0) },
  slow_request_body: { bytesPerSecond: positive },
  training_crash: { step: whole(1) },
} as const satisfies Record<Fault["kind"], z.ZodRawShape>;

const target = z.strictObject({
  method: z
    .string()
    .regex(/^[A-Z]+$/, { error: 'must be a method in capitals, such as "POST"' })
    .optional(),
  path: z
    .string()
    .regex(/^\/v1\/[^?#]+$/, {
      error: 'must be a path that begins with /v1/, such as "/v1/fine_tuning/jobs"',
    })
    .optional(),
});
const times = whole(1).optional();
const rate = positive.refine((value) => value <= 1, { error: "must be 1 at most" }).optional();
const onRequests = { on: target.optional(), times, rate, seed: whole(0).optional() };

const kinds = Object.keys(ownFields).join(", ");
const fault = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({ kind: z.literal("rate_limit"), ...ownFields.rate_limit, ...onRequests }),
    z.strictObject({ kind: z.literal("error_after_work"), ...ownFields.error_after_work, ...onRequests }),
    z.strictObject({ kind: z.literal("connection_reset"), ...ownFields.connection_reset, ...onRequests }),
    z.strictObject({ kind: z.literal("cut_stream"), ...ownFields.cut_stream, ...onRequests }),
    z.strictObject({ kind: z.literal("stall_stream"), ...ownFields.stall_stream, ...onRequests }),
    z.strictObject({ kind: z.literal("slow_request_body"), ...ownFields.slow_request_body, ...onRequests }),
    z.strictObject({
      kind: z.literal("training_crash"),
      ...ownFields.training_crash,
      times,
      job: z.string().optional(),
    }),
  ],
  { error: `must be an object whose \`kind\` is one of ${kinds}` },
);
const faults = z.array(fault, { error: "must be a list of faults; an empty one is enough" });

/**
 * Checks faults, which JavaScript may have given in any shape.
 *
 * @throws LocalPlatformOptionError that names the field at fault
 */
export function checkFaults(given: unknown): void {
  const issue = faults.safeParse(given).error?.issues[0];
  if (!issue) return;
  const [index, ...fields] = issue.path;
  const at = index === undefined ? "" : `has a fault at ${String(index)} that can't be: `;
  const where = fields.length > 0 ? `\`${fields.join(".")}\` ` : index === undefined ? "" : "it ";
  const what =
    issue.code === "unrecognized_keys"
      ? `${where}has no field ${issue.keys.map((key) => `"${key}"`).join(", ")}`
      : `${where}${issue.message}`;
  throw new LocalPlatformOptionError("faults", `${at}${what}.`);
}
