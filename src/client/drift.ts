import type { ZodMiniType } from "zod/mini";
import type { $ZodType } from "zod/v4/core";
import { faultsOf } from "../contract/messages.ts";
import { knownValues } from "../contract/open-enum.ts";
import type { ClientConfig } from "./options.ts";
import { urlTemplate } from "./telemetry/url-template.ts";

/** Where an answer differs from the contract. */
export interface Drift {
  /** The call, such as `GET /fine_tuning/jobs/{id}`. */
  readonly operation: string;
  /** Where in the answer, such as `data[].status`. */
  readonly path: string;
  /** What the contract has there. */
  readonly expected: string;
  /** What came: a kind, such as `number`, or a word that the contract doesn't know. */
  readonly got: string;
}

/** What each client's hearer has been told, so that it is told once, and not for each of a million answers. */
const told = new WeakMap<object, Set<string>>();

/** Tells `onDrift`, and the log, of every difference that hasn't been told yet. */
export function reportDrift(
  call: { readonly method: string; readonly path: string },
  schema: ZodMiniType,
  value: unknown,
  config: Pick<ClientConfig, "onDrift" | "logger" | "validation">,
): void {
  const operation = `${call.method} ${urlTemplate(call.path)}`;
  const known = told.get(config) ?? new Set();
  told.set(config, known);
  for (const difference of findDrift(schema, value)) {
    const key = `${operation} ${difference.path} ${difference.got}`;
    if (known.has(key)) {
      continue;
    }
    known.add(key);
    const drift = { operation, ...difference };
    if (config.validation !== "strict") {
      config.logger.warn(
        `${operation}: ${drift.path} differs from the contract: expected ${drift.expected}, got ${drift.got}.`,
      );
    }
    config.onDrift?.(drift);
  }
}

type Difference = Omit<Drift, "operation">;

/** Finds fields and words that the contract doesn't know, and what is missing or of another type. */
export function findDrift(schema: ZodMiniType, value: unknown): Difference[] {
  const faults = faultsOf(schema, value).map(({ path, message }) => {
    const [, expected, got] = /expected (.+?)(?:, received (.+))?$/.exec(message) ?? [];
    return { path: spelled(path), expected: expected ?? "another value", got: got ?? "something else" };
  });
  return [...faults, ...unknownIn(schema, value, [])];
}

function unknownIn(schema: $ZodType, value: unknown, path: readonly PropertyKey[]): Difference[] {
  const known = knownValues(schema);
  if (known) {
    return typeof value !== "string" || known.includes(value)
      ? []
      : [{ path: spelled(path), expected: known.join(" or "), got: JSON.stringify(value).slice(0, 100) }];
  }
  const { def } = schema._zod;
  if ("innerType" in def && isSchema(def.innerType)) {
    return value == null ? [] : unknownIn(def.innerType, value, path);
  }
  if ("element" in def && isSchema(def.element) && Array.isArray(value)) {
    const { element } = def;
    return value.flatMap((item) => unknownIn(element, item, [...path, 0]));
  }
  if ("shape" in def && typeof def.shape === "object" && def.shape !== null && isRecord(value)) {
    const shape = new Map<string, unknown>(Object.entries(def.shape));
    return Object.entries(value).flatMap(([name, item]) => {
      const field = shape.get(name);
      return isSchema(field)
        ? unknownIn(field, item, [...path, name])
        : [{ path: spelled([...path, name]), expected: "no such field", got: kindOf(item) }];
    });
  }
  return [];
}

function isSchema(value: unknown): value is $ZodType {
  return typeof value === "object" && value !== null && "_zod" in value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

/** Such as `data[].status`: which item of a list it was says nothing about the contract. */
function spelled(path: readonly PropertyKey[]): string {
  return (
    path.reduce<string>(
      (text, part) => (typeof part === "number" ? `${text}[]` : `${text}${text && "."}${String(part)}`),
      "",
    ) || "the body"
  );
}
