import fc from "fast-check";
import { expect, test } from "vitest";
import { createChunkTemplate } from "../../src/client/chunk-template.ts";
import { isPlainChunk } from "../../src/client/plain-chunk.ts";

/** Reads as a stream does, and says how many were read by the template. */
function readAll(lines: readonly string[]): { readonly values: unknown[]; readonly alike: number } {
  const template = createChunkTemplate();
  let alike = 0;
  const values = lines.map((data) => {
    const chunk = template.read(data);
    if (chunk) {
      alike++;
      return chunk;
    }
    const value: unknown = JSON.parse(data);
    if (isPlainChunk(value)) {
      template.learn(data, value);
    }
    return value;
  });
  return { values, alike };
}

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "m",
    "c",
    '"',
    '","content":"',
    '"}}]}',
    "\\",
    "\u2028",
    "stop",
    "fermion probe",
    '{"delta":"x"}',
  ),
);

test("whatever comes is what parsing it gives, field by field and in their order", () => {
  const chunk = fc.record(
    {
      id: fc.constantFrom("c", "d", ""),
      object: fc.constant("chat.completion.chunk"),
      created: fc.constantFrom(1, 2),
      model: text,
      note: text,
      choices: fc.array(
        fc.record(
          {
            index: fc.constantFrom(0, 1),
            delta: fc.record(
              { role: fc.constant("assistant"), content: fc.oneof(text, fc.constant(null)), refusal: text },
              { requiredKeys: [] },
            ),
            finish_reason: fc.constantFrom(null, "stop"),
          },
          { requiredKeys: ["index", "delta"] },
        ),
        { maxLength: 2 },
      ),
    },
    { requiredKeys: ["id", "created", "model", "choices"] },
  );
  const spaced = fc
    .boolean()
    .chain((pretty) => chunk.map((value) => JSON.stringify(value, null, pretty ? 1 : 0)));
  // Streams of lines that are mostly alike, and of such that aren't.
  const stream = fc.oneof(
    fc.array(spaced, { maxLength: 12 }),
    fc
      .tuple(chunk, fc.array(text, { maxLength: 12 }))
      .map(([first, texts]) =>
        texts.map((content) => JSON.stringify({ ...first, choices: [{ index: 0, delta: { content } }] })),
      ),
  );
  fc.assert(
    fc.property(stream, (lines) => {
      expect(JSON.stringify(readAll(lines).values)).toBe(
        JSON.stringify(lines.map((line): unknown => JSON.parse(line))),
      );
    }),
    { numRuns: 3_000 },
  );
});

const line = (content: string, more: object = {}) =>
  JSON.stringify({ id: "c", created: 1, model: "m", choices: [{ index: 0, delta: { content } }], ...more });

test("chunks that differ in their text alone are read by it", () => {
  expect(readAll(["a", "b", 'quo"te', "größe \u{1F600}", ""].map((content) => line(content))).alike).toBe(4);
});

test("what only looks alike isn't taken for it", () => {
  const tricky =
    '{"id":"c","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"a","content":"b"}}]}';
  expect(readAll([line("a"), tricky])).toEqual({
    values: [JSON.parse(line("a")), JSON.parse(tricky)],
    alike: 0,
  });
  // Behind the prefix, no string follows.
  expect(readAll([line("a"), line("a").replace('"a"', "null"), line("a").replace('"a"', "7")]).alike).toBe(0);
});

test("a text that is also that of another field doesn't mislead", () => {
  const lines = [line("m", { note: "m" }), line("x", { note: "m" }), line("m", { note: "y" })];
  expect(readAll(lines).values).toEqual(lines.map((data): unknown => JSON.parse(data)));
});
