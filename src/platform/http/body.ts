import { createHash } from "node:crypto";
import type * as z from "zod/mini";
import { invalidRequest } from "../api-error.ts";
import { checked } from "./checked.ts";

/** The most bytes that a JSON body may have. */
export const JSON_LIMIT = 16 * 1024 * 1024;

/** A JSON body, and the hash of its bytes, by which a repetition of the request is known. */
export interface JsonBody<Value> {
  readonly value: Value;
  readonly hash: string;
}

/**
 * Reads the JSON body of a request and checks it.
 *
 * @throws ApiError 415 for another type, 413 over the limit, 400 for what is no JSON or not what the schema wants
 */
export async function readJson<Value>(
  request: Request,
  schema: z.ZodMiniType<Value>,
): Promise<JsonBody<Value>> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type)) {
    throw invalidRequest(
      `The body must be JSON with the header "content-type: application/json", and this one has ${type ? `"${type.slice(0, 100)}"` : "none"}.`,
      { status: 415, code: "unsupported_media_type" },
    );
  }
  const bytes = await readLimited(request, JSON_LIMIT);
  return { value: checked(schema, parse(bytes)), hash: createHash("sha256").update(bytes).digest("hex") };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : "it is not UTF-8";
    throw invalidRequest(`The body could not be parsed as JSON: ${reason}.`, { code: "invalid_json" });
  }
}

async function readLimited(request: Request, limit: number): Promise<Uint8Array> {
  const tooLarge = () =>
    invalidRequest(`The body is larger than ${limit / 1024 ** 2} MB, the most that a JSON body may be.`, {
      status: 413,
      code: "body_too_large",
    });
  // A body that says it is too large isn't read at all; one that doesn't is read up to the limit.
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  while (reader) {
    const { done, value } = await reader.read().catch(() => {
      throw invalidRequest("The body ended before it was complete.", { code: "incomplete_body" });
    });
    if (done) break;
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      throw tooLarge();
    }
    chunks.push(value);
  }
  return Buffer.concat(chunks, length);
}
