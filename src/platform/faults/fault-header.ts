import * as z from "zod";
import { clipped, invalidRequest } from "../api-error.ts";
import type { Fault } from "./fault.ts";
import { ownFields } from "./fault-schema.ts";

/** Asks for a fault in the one request that carries it: `cut-stream; after=5`. */
export const FAULT_HEADER = "x-fermion-fault";

/** What stands for each kind in the header, and what may follow it there. */
const kinds = {
  "rate-limit": z.strictObject({ kind: z.literal("rate_limit"), ...ownFields.rate_limit }),
  "error-after-work": z.strictObject({ kind: z.literal("error_after_work") }),
  "connection-reset": z.strictObject({ kind: z.literal("connection_reset"), ...ownFields.connection_reset }),
  "cut-stream": z.strictObject({ kind: z.literal("cut_stream"), ...ownFields.cut_stream }),
  "stall-stream": z.strictObject({ kind: z.literal("stall_stream"), ...ownFields.stall_stream }),
  "slow-request-body": z.strictObject({
    kind: z.literal("slow_request_body"),
    ...ownFields.slow_request_body,
  }),
  "training-crash": z.strictObject({ kind: z.literal("training_crash"), ...ownFields.training_crash }),
};

/**
 * Reads the header: a kind, and its fields behind semicolons, in lower case with hyphens. A field without a value is true.
 *
 * @throws ApiError 400 that names what there is
 */
export function readFaultHeader(header: string): Fault {
  const [name = "", ...fields] = header.split(";").map((part) => part.trim());
  if (!isKind(name)) {
    throw wrong(`There is no fault "${clipped(name, 50)}"; there are ${Object.keys(kinds).join(", ")}.`);
  }
  const given = fields.filter(Boolean).map((field) => {
    const [key = "", value] = field.split("=").map((part) => part.trim());
    return [camelCase(key), spelledOut(value)] as const;
  });
  const result = kinds[name].safeParse({ kind: name.replaceAll("-", "_"), ...Object.fromEntries(given) });
  if (result.success) return present(result.data);
  const { path, message } = result.error.issues[0] ?? { path: [], message: "it can't be read" };
  const field = path.length > 0 ? `"${kebabCase(String(path[0]))}" ` : "";
  const known = Object.keys(kinds[name].shape).filter((key) => key !== "kind");
  throw wrong(
    `The fault "${name}" can't be: ${field}${clipped(message)}. ` +
      (known.length > 0 ? `Its fields: ${known.map(kebabCase).join(", ")}.` : "It has no fields."),
  );
}

function isKind(name: string): name is keyof typeof kinds {
  return Object.hasOwn(kinds, name);
}

type Parsed = z.infer<(typeof kinds)[keyof typeof kinds]>;

/** Without the fields that are `undefined`, which a fault leaves out. */
function present(parsed: Parsed): Fault {
  switch (parsed.kind) {
    case "rate_limit": {
      const { kind, retryAfter } = parsed;
      return retryAfter === undefined ? { kind } : { kind, retryAfter };
    }
    case "connection_reset": {
      const { kind, afterWork } = parsed;
      return afterWork === undefined ? { kind } : { kind, afterWork };
    }
    default:
      return parsed;
  }
}

function spelledOut(value: string | undefined): unknown {
  if (value === undefined || value === "true") return true;
  if (value === "false") return false;
  return /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
}

const camelCase = (key: string) => key.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
const kebabCase = (key: string) => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function wrong(message: string) {
  return invalidRequest(message, { code: "invalid_fault", param: FAULT_HEADER });
}
