import { custom } from "zod/mini";
import { faultsOf } from "../contract/messages.ts";
import type { ClientConfig } from "./options.ts";
import { parsedJSON } from "./parsed-json.ts";
import { unexpectedAnswer } from "./read-answer.ts";
import type { AnswerSchema, ApiCall, OpenAnswer } from "./requester.ts";

/**
 * Makes an object of an answer's text, as strictly as the client is set up to.
 *
 * @throws UnexpectedResponseError if it is no JSON, or, with `validation: "strict"`, lacks what it must have
 */
export async function validated<Data>(
  call: ApiCall,
  given: AnswerSchema<Data>,
  answer: OpenAnswer,
  text: string,
  config: Pick<ClientConfig, "baseURL" | "validation" | "onDrift" | "logger">,
): Promise<Data> {
  const schema = typeof given === "function" ? await given() : given;
  const value = parsedJSON(text);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (config.validation === "off" && isObject) {
    return custom<Data>().parse(value);
  }
  const result = schema.safeParse(value);
  if (!result.success && (config.validation === "strict" || !isObject)) {
    throw unexpectedAnswer(config.baseURL, call, answer, text, faultsOf(schema, value));
  }
  // Looking for what is new takes longer than the check, so it is done only for those who want to hear of it.
  if (config.onDrift || !result.success) {
    const { reportDrift } = await import("./drift.ts");
    reportDrift(call, schema, value, config);
  }
  return result.success ? result.data : custom<Data>().parse(value);
}
