import type { ValidateFunction } from "ajv";
import { canonicalJson } from "../canonical-json.ts";
import { EvaluationError } from "../errors.ts";
import { EMPTY_ANSWER, scored, unparsed } from "../scores.ts";
import type { Score, Scorer } from "../suite.ts";

/** How {@link jsonSchema} judges. */
export interface JsonSchemaOptions {
  /** @default "json-schema" */
  readonly name?: string;
  /** JSON Schema, draft 2020-12. */
  readonly schema: Readonly<Record<string, unknown>>;
  /**
   * What is judged:
   * - `valid`: 1 if the answer fits the schema, 0 if not.
   * - `fields`: the share of the fields of the item's reference, which has to be a JSON object, that the answer has with
   *   exactly these values; 0 if it doesn't fit the schema.
   * - `exact`: 1 if all of those fields are right, 0 if not.
   *
   * @default "valid"
   */
  readonly judge?: "valid" | "fields" | "exact";
}

/**
 * Judges an answer that has to be JSON. The JSON may stand in a fenced block, or be the one object inside other text;
 * an answer without any JSON is unparsed, and so is one in which it breaks off.
 *
 * Ajv does the checking; it is loaded when the first answer is judged. Schemas of other drafts, and remote references, are
 * refused.
 *
 * @throws EvaluationError `invalid_option` when an answer is judged, if the schema is none
 *
 * @example
 * ```ts
 * const fields = jsonSchema({
 *   name: "crm-fields",
 *   judge: "fields",
 *   schema: { type: "object", properties: { stage: { enum: ["open", "won", "lost"] } }, required: ["stage"] },
 * });
 * ```
 */
export function jsonSchema(options: JsonSchemaOptions): Scorer {
  const { name = "json-schema", schema, judge = "valid" } = options;
  let compiled: Promise<ValidateFunction> | undefined;
  return {
    name,
    options: { kind: "json-schema", schema, judge },
    lacks({ references }) {
      if (judge === "valid") {
        return undefined;
      }
      return references.length > 0 && references.every((reference) => readObject(reference) !== undefined)
        ? undefined
        : "its references have to be JSON objects, the fields that an answer has to have";
    },
    async score({ text }, { references }): Promise<Score> {
      if (text.trim() === "") {
        return unparsed(EMPTY_ANSWER);
      }
      const found = findJson(text);
      if (!found) {
        return unparsed("The answer has no whole JSON in it.");
      }
      compiled ??= compile(name, schema);
      const validate = await compiled;
      if (!validate(found.value)) {
        const [problem] = validate.errors ?? [];
        return scored(0, `${problem?.instancePath || "/"} ${problem?.message ?? "doesn't fit"}`);
      }
      if (judge === "valid") {
        return scored(1);
      }
      const results = references.map((reference) => compareFields(found.value, readObject(reference) ?? {}));
      const best = results.reduce((one, other) => (other.share > one.share ? other : one));
      const detail = best.wrong.length === 0 ? undefined : `Wrong or missing: ${best.wrong.join(", ")}`;
      return scored(judge === "fields" ? best.share : Number(best.wrong.length === 0), detail);
    },
  };
}

async function compile(name: string, schema: JsonSchemaOptions["schema"]): Promise<ValidateFunction> {
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  try {
    return new Ajv2020({ allErrors: false, strict: false, validateFormats: false }).compile(schema);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EvaluationError(`The schema of the scorer ${name} is no JSON Schema: ${reason}`, {
      code: "invalid_option",
      field: "schema",
      cause,
    });
  }
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    // That it is none is the answer.
    return undefined;
  }
}

/** The JSON of an answer: all of it, the last fenced block that is some, or the one object in other text. */
function findJson(text: string): { readonly value: unknown } | undefined {
  const whole = parse(text);
  if (whole) {
    return whole;
  }
  const blocks = [...text.matchAll(/^ *(?:```|~~~)[^\n]*\n(.*?)^ *(?:```|~~~)/gms)];
  const fenced = blocks.map((match) => parse(match[1] ?? "")).findLast((found) => found !== undefined);
  if (fenced) {
    return fenced;
  }
  // A list among words may be a reference, [1], and nobody's answer.
  const start = text.indexOf("{");
  const end = text.lastIndexOf("}");
  return start === -1 || end < start ? undefined : parse(text.slice(start, end + 1));
}

function readObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = parse(text)?.value;
  return isObject(value) && Object.keys(value).length > 0 ? value : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function compareFields(answer: unknown, expected: Readonly<Record<string, unknown>>) {
  const keys = Object.keys(expected);
  const wrong = keys.filter(
    (key) =>
      !isObject(answer) ||
      !Object.hasOwn(answer, key) ||
      canonicalJson(answer[key]) !== canonicalJson(expected[key]),
  );
  return { wrong, share: (keys.length - wrong.length) / keys.length };
}
