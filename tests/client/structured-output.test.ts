import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import * as mini from "zod/mini";
import { ConfigurationError } from "../../src/client/errors.ts";
import {
  ContentFilterFinishReasonError,
  LengthFinishReasonError,
  OutputMismatchError,
} from "../../src/client/output-errors.ts";
import type { OutputSchema } from "../../src/client/output-schema.ts";
import { StreamTruncatedError } from "../../src/client/stream-errors.ts";
import { chunk, completion, cut, usageChunk } from "./samples.ts";
import { collected, params, streaming } from "./streaming-script.ts";
import { json, rejection, sse, wireServer } from "./wire-server.ts";

const Claim = z.object({
  event: z.string(),
  days: z.number().transform((days) => days * 24),
  documents: z.array(z.object({ name: z.string() })),
});
const text = JSON.stringify({ event: "hail", days: 9, documents: [{ name: "photo" }, { name: "bill" }] });
const parsed = { event: "hail", days: 216, documents: [{ name: "photo" }, { name: "bill" }] };

function answer(message: object, finish_reason = "stop") {
  return {
    ...completion,
    choices: [{ index: 0, message: { role: "assistant", ...message }, finish_reason }],
  };
}

const answering = (message: object, finish?: string) =>
  wireServer((response) => json(response, 200, answer(message, finish)));

/** The answer in pieces of so many characters. */
function written(size: number, content = text, finish = "stop"): string[] {
  const pieces = content.match(new RegExp(`.{1,${size}}`, "gs")) ?? [];
  return [
    sse(chunk({ role: "assistant", content: "" })),
    ...pieces.map((piece) => sse(chunk({ content: piece }))),
    sse(chunk({}, finish)),
    sse(usageChunk),
    sse("[DONE]"),
  ];
}

const described = {
  type: "object",
  properties: {
    event: { type: "string" },
    days: { type: "number" },
    documents: {
      type: "array",
      items: {
        type: "object",
        properties: { name: { type: "string" } },
        required: ["name"],
        additionalProperties: false,
      },
    },
  },
  required: ["event", "days", "documents"],
  additionalProperties: false,
};

describe("parse()", () => {
  test("sends the schema, and gives what it makes of the answer", async () => {
    await using server = await answering({ content: text });
    const call = server.client().chat.completions.parse({ ...params, response_format: Claim });
    const { choices } = await call;
    expect(choices[0]?.message.parsed).toEqual(parsed);
    expect(choices[0]?.message.content).toBe(text);
    expect((await call.withResponse()).requestId).toBe("req_1");
    expect(JSON.parse(server.requests[0]?.body ?? "")).toEqual({
      ...params,
      response_format: {
        type: "json_schema",
        json_schema: { name: "answer", strict: true, schema: described },
      },
    });
    type Parsed = NonNullable<(typeof choices)[number]["message"]["parsed"]>;
    expectTypeOf<Parsed>().toEqualTypeOf<z.output<typeof Claim>>();
  });

  test("takes a name, a description and less strictness", async () => {
    await using server = await answering({ content: '{"a":1}' });
    const schema = z.object({ a: z.number().default(2) });
    const response_format = { schema, name: "claim", description: "What happened.", strict: false };
    await server.client().chat.completions.parse({ ...params, response_format });
    expect(JSON.parse(server.requests[0]?.body ?? "").response_format.json_schema).toEqual({
      name: "claim",
      description: "What happened.",
      strict: false,
      schema: { type: "object", properties: { a: { type: "number", default: 2 } } },
    });
  });

  test("takes schemas of zod/mini, and of any library that follows the standards", async () => {
    await using server = await answering({ content: '{"a":"x"}' });
    const { completions } = server.client().chat;
    const small = await completions.parse({ ...params, response_format: mini.object({ a: mini.string() }) });
    expect(small.choices[0]?.message.parsed).toEqual({ a: "x" });
    const own: OutputSchema<{ a: string }, string> = {
      "~standard": {
        version: 1,
        vendor: "own",
        validate: async (value) =>
          typeof value === "object" && value && "a" in value
            ? { value: String(value.a) }
            : { issues: [{ message: "no a" }] },
        jsonSchema: { input: ({ target }) => ({ $schema: target, type: "object" }) },
      },
    };
    const other = await completions.parse({ ...params, response_format: own });
    expect(other.choices[0]?.message.parsed).toBe("x");
    const schemas = server.requests.map(({ body }) => JSON.parse(body).response_format.json_schema.schema);
    expect(schemas).toEqual([
      { type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: false },
      { type: "object" },
    ]);
  });

  test("refuses what can't be described, before anything is sent", async () => {
    await using server = await answering({ content: text });
    const { completions } = server.client().chat;
    const mute: OutputSchema = {
      "~standard": { version: 1, vendor: "mute", validate: (value) => ({ value }) },
    };
    for (const response_format of [mute, z.object({ when: z.date() }), mini.date()]) {
      const whole = await rejection(completions.parse({ ...params, response_format }));
      expect(whole).toBeInstanceOf(ConfigurationError);
      const streamed = await rejection(completions.stream({ ...params, response_format }).finalParsed());
      expect(streamed).toBeInstanceOf(ConfigurationError);
      expect(String(streamed)).toContain("response_format");
    }
    expect(server.requests).toHaveLength(0);
  });

  test.each([
    ["a refusal", { content: null, refusal: "I won't." }],
    [
      "a call of a tool",
      {
        content: null,
        tool_calls: [{ id: "a", type: "function", function: { name: "f", arguments: "{}" } }],
      },
    ],
  ])("gives null for %s", async (_, message) => {
    await using server = await answering(message);
    const { choices } = await server.client().chat.completions.parse({ ...params, response_format: Claim });
    expect(choices[0]?.message).toMatchObject({ ...message, parsed: null });
  });

  test.each([
    ["length", LengthFinishReasonError],
    ["content_filter", ContentFilterFinishReasonError],
  ])("an answer that ended by %s has an error of its own", async (finish, Kind) => {
    await using server = await answering({ content: text.slice(0, 9) }, finish);
    const error = await rejection(
      server.client().chat.completions.parse({ ...params, response_format: Claim }),
    );
    expect(error).toBeInstanceOf(Kind);
    expect(error).toMatchObject({ completion: { choices: [{ message: { content: text.slice(0, 9) } }] } });
  });

  test.each([
    ["no JSON", "Sure! Here it is.", "the answer"],
    ["nothing", "", "the answer"],
    ["JSON of another shape", '{"event":"hail","days":9,"documents":[{}]}', "documents.0.name"],
  ])("%s doesn't fit", async (_, content, where) => {
    await using server = await answering({ content });
    const error = await rejection(
      server.client().chat.completions.parse({ ...params, response_format: Claim }),
    );
    expect(error).toBeInstanceOf(OutputMismatchError);
    expect(error).toMatchObject({ text: content, issues: [{ message: expect.any(String) }] });
    expect(String(error)).toContain(`(${where}: `);
  });
});

describe("stream() with a schema", () => {
  test.each([1, 3, 7, 1_000])("gives the object while it is written, in pieces of %i", async (size) => {
    await using server = await wireServer(async (response, request, index) => {
      const [start = "", ...rest] = written(size);
      await streaming([start], async () => {
        for (const event of rest) {
          response.write(event);
          await new Promise((resolve) => setImmediate(resolve));
        }
        response.end();
      })(response, request, index);
    });
    const stream = server.client().chat.completions.stream({ ...params, response_format: Claim });
    const partials = await collected(stream.partial());
    expect(partials.length).toBeGreaterThan(0);
    expect(partials.at(-1)).toEqual(JSON.parse(text));
    for (const partial of partials) {
      expect("hail".startsWith(partial.event ?? "")).toBe(true);
    }
    expect(await stream.finalParsed()).toEqual(parsed);
    expect(JSON.parse(server.requests[0]?.body ?? "")).toMatchObject({
      stream: true,
      response_format: { json_schema: { schema: described } },
    });
    expectTypeOf<(typeof partials)[number]["days"]>().toEqualTypeOf<number | undefined>();
    expectTypeOf<Awaited<ReturnType<typeof stream.finalParsed>>>().toEqualTypeOf<z.output<
      typeof Claim
    > | null>();
  });

  test("finalParsed() reads the stream by itself, and says what is wrong with the answer", async () => {
    const scripts = [
      streaming(written(5)),
      streaming(written(5, text.slice(0, 20), "length")),
      streaming(written(5, "Sure!")),
      streaming(written(5).slice(0, 4), cut),
    ];
    await using server = await wireServer((response, request, index) =>
      scripts[index]?.(response, request, index),
    );
    const ask = () =>
      server
        .client()
        .chat.completions.stream({ ...params, response_format: Claim })
        .finalParsed();
    expect(await ask()).toEqual(parsed);
    expect(await rejection(ask())).toBeInstanceOf(LengthFinishReasonError);
    expect(await rejection(ask())).toBeInstanceOf(OutputMismatchError);
    expect(await rejection(ask())).toBeInstanceOf(StreamTruncatedError);
  });
});
