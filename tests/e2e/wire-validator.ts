import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import * as z from "zod";
import { readPublicDescription } from "../contract/public-description.ts";

/** A response as a client received it. */
export interface Exchange {
  readonly method: string;
  /** Behind `/v1`, without the query. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** A fetch that remembers every response, for a client that is under test. */
export function recordingFetch(exchanges: Exchange[]): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const url = new URL(input instanceof Request ? input.url : input);
    const [forCaller, forRecord] = response.body?.tee() ?? [null, null];
    const headers = new Headers(response.headers);
    const text = forRecord ? new Response(forRecord).text() : Promise.resolve("");
    // A caller that aborts ends the record too, and there is nothing to check then.
    text
      .then((body) => {
        exchanges.push({
          method: (init?.method ?? "GET").toLowerCase(),
          path: url.pathname.replace(/^\/v1/, ""),
          status: response.status,
          contentType: headers.get("content-type") ?? "",
          body,
        });
      })
      .catch(() => {});
    return new Response(forCaller, { status: response.status, statusText: response.statusText, headers });
  };
}

const description = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        responses: z.record(
          z.string(),
          z.looseObject({ content: z.record(z.string(), z.looseObject({ schema: z.unknown() })).optional() }),
        ),
      }),
    ),
  ),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});

/**
 * Says what is wrong with a response by the public description: nothing, if it is as described. Routes that the
 * description doesn't have are ours and not checked here.
 */
export function createWireValidator(): (exchange: Exchange) => string[] {
  const { paths, components } = description.parse(readPublicDescription());
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addFormat("unixtime", {
    type: "number",
    validate: (value: number) => Number.isInteger(value) && value > 1e9 && value < 1e11,
  });
  ajv.addSchema({ $id: "wire", components: modern(components) });
  const compiled = new Map<string, ValidateFunction>();
  const check = (pointer: string, value: unknown) => {
    const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `wire#${pointer}` });
    compiled.set(pointer, validate);
    return validate(value)
      ? []
      : [`${ajv.errorsText(validate.errors)} in ${JSON.stringify(value).slice(0, 500)}`];
  };

  const templates = Object.keys(paths).map((template) => ({
    template,
    pattern: new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}$`),
  }));
  return ({ method, path, status, contentType, body }) => {
    if (status >= 400) return check("/components/schemas/ErrorResponse", JSON.parse(body));
    const template = templates.find(({ pattern }) => pattern.test(path))?.template;
    const content = template === undefined ? undefined : paths[template]?.[method]?.responses["200"]?.content;
    if (!content) return [];
    const type = contentType.split(";")[0] ?? "";
    if (type === "text/event-stream") {
      const schema = reference(content[type]?.schema);
      if (!schema) return [];
      return body.split("\n\n").flatMap((frame) => {
        const data = frame.replace(/^data: /, "");
        return data === "" || data === "[DONE]" ? [] : check(schema, JSON.parse(data));
      });
    }
    const schema = reference(content["application/json"]?.schema);
    // The content of a file is described as a text.
    return schema ? check(schema, JSON.parse(body)) : [];
  };
}

function reference(schema: unknown): string | undefined {
  const parsed = z.object({ $ref: z.string() }).safeParse(schema);
  return parsed.success ? parsed.data.$ref.slice(1) : undefined;
}

/**
 * The description as JSON Schema 2020-12 means it: `nullable` (of OpenAPI 3.0, which it still uses here and there)
 * becomes a choice with null, references point into one document, and the job's status gets the `paused` that it lacks.
 */
function modern(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.every((item) => typeof item === "string") && value.includes("validating_files")
      ? [...value, "paused"]
      : value.map(modern);
  }
  if (typeof value !== "object" || value === null) return value;
  const { nullable, discriminator, ...rest } = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === "example" || key === "default" ? inner : modern(inner),
    ]),
  );
  void discriminator;
  if (typeof rest.$ref === "string" && rest.$ref.startsWith("#")) rest.$ref = `wire${rest.$ref}`;
  // A boolean `exclusiveMinimum` beside `minimum` is of OpenAPI 3.0 too.
  if (rest.exclusiveMinimum === true) {
    rest.exclusiveMinimum = rest.minimum;
    delete rest.minimum;
  }
  return nullable === true ? { anyOf: [rest, { type: "null" }] } : rest;
}
