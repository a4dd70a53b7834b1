import type { ErrorEnvelope, ErrorObject } from "../contract/errors.ts";

/**
 * The `error` of a body, if it has the shape of the contract. Looked for by hand and not by the schema, which would have
 * to be loaded first: what tells of a failure must not depend on that. A test keeps the two equal.
 */
export function errorObjectIn(body: unknown): ErrorObject | undefined {
  return isEnvelope(body) ? body.error : undefined;
}

function isEnvelope(body: unknown): body is ErrorEnvelope {
  return isRecord(body) && isErrorObject(body.error);
}

/** Whether this is an error in the shape of the contract. */
export function isErrorObject(value: unknown): value is ErrorObject {
  return (
    isRecord(value) &&
    typeof value.message === "string" &&
    isTextOrAbsent(value.type) &&
    isTextOrAbsent(value.param) &&
    (isTextOrAbsent(value.code) || (typeof value.code === "number" && Number.isFinite(value.code)))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || value === null || typeof value === "string";
}
