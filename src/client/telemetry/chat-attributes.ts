import type { TelemetryAttributes, TelemetryValue } from "./api.ts";

/** What was asked for, by the GenAI conventions: every setting, and nothing of the dialogue. */
export function requestAttributes(params: Readonly<Record<string, unknown>>): TelemetryAttributes {
  const { n, stop, response_format } = params;
  return present({
    "gen_ai.request.temperature": number(params.temperature),
    "gen_ai.request.top_p": number(params.top_p),
    "gen_ai.request.max_tokens": number(params.max_completion_tokens) ?? number(params.max_tokens),
    "gen_ai.request.seed": number(params.seed),
    "gen_ai.request.frequency_penalty": number(params.frequency_penalty),
    "gen_ai.request.presence_penalty": number(params.presence_penalty),
    "gen_ai.request.stop_sequences": typeof stop === "string" ? [stop] : texts(stop),
    "gen_ai.request.choice.count": n === 1 ? undefined : number(n),
    "gen_ai.request.stream": params.stream === true ? true : undefined,
    "gen_ai.output.type": outputType(field(response_format, "type")),
  });
}

/** What is known of an answer, as far as it came, and nothing of what it says. */
export function responseAttributes(completion: unknown): TelemetryAttributes {
  const choices = field(completion, "choices");
  const usage = field(completion, "usage");
  const reasons = Array.isArray(choices)
    ? texts(choices.map((choice) => field(choice, "finish_reason")).filter((reason) => reason != null))
    : undefined;
  return present({
    "gen_ai.response.id": text(field(completion, "id")),
    "gen_ai.response.model": text(field(completion, "model")),
    "gen_ai.response.finish_reasons": reasons?.length ? reasons : undefined,
    "gen_ai.usage.input_tokens": number(field(usage, "prompt_tokens")),
    "gen_ai.usage.output_tokens": number(field(usage, "completion_tokens")),
    "gen_ai.usage.cache_read.input_tokens": number(
      field(field(usage, "prompt_tokens_details"), "cached_tokens"),
    ),
    "gen_ai.usage.reasoning.output_tokens": number(
      field(field(usage, "completion_tokens_details"), "reasoning_tokens"),
    ),
  });
}

function outputType(format: unknown): string | undefined {
  if (format === "text") {
    return "text";
  }
  return format === "json_schema" || format === "json_object" ? "json" : undefined;
}

function present(attributes: Readonly<Record<string, TelemetryValue | undefined>>): TelemetryAttributes {
  const result: TelemetryAttributes = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) {
      result[name] = value;
    }
  }
  return result;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function texts(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : undefined;
}
