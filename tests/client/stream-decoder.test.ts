import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createChatAccumulator } from "../../src/client/chat-accumulator.ts";
import { createEventDecoder, isEventStream, type ServerEvent } from "../../src/client/stream-decoder.ts";
import { chatCompletionChunkSchema } from "../../src/contract/chat.ts";
import { chunk, usageChunk } from "./samples.ts";

const line = fc.string({ unit: "binary" }).map((text) => text.replace(/[\r\n\0\uFEFF\uD800-\uDFFF]/g, ""));
const name = fc
  .string({ unit: "grapheme-ascii", minLength: 1 })
  .map((text) => text.replace(/[\r\n]/g, "").trim());

const event = fc.record({
  lines: fc.array(line, { minLength: 1, maxLength: 4 }),
  event: fc.option(name.filter(Boolean), { nil: undefined }),
  id: fc.option(name.filter(Boolean), { nil: undefined }),
  comment: fc.boolean(),
});

interface EventRecord {
  lines: string[];
  event: string | undefined;
  id: string | undefined;
  comment: boolean;
}

/** The text that stands for these events, with one kind of line end. */
function encoded(events: readonly EventRecord[], end: string): string {
  return events
    .map(({ lines, event, id, comment }) =>
      [
        ...(comment ? [": still here"] : []),
        ...(event === undefined ? [] : [`event: ${event}`]),
        ...(id === undefined ? [] : [`id: ${id}`]),
        ...lines.map((text) => `data: ${text}`),
        "",
        "",
      ].join(end),
    )
    .join("");
}

function decode(bytes: Uint8Array, cuts: readonly number[]): ServerEvent[] {
  const decoder = createEventDecoder();
  const points = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return points.slice(1).flatMap((point, i) => decoder.push(bytes.subarray(points[i], point)));
}

describe("events", () => {
  test("are the same however the bytes are cut, whatever ends the lines", () => {
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 8 }),
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.array(fc.nat(), { maxLength: 30 }),
        (events, end, cuts) => {
          // A carriage return at the very end may be half of a line end, so a line has to follow it.
          const bytes = new TextEncoder().encode(`${encoded(events, end)}: end\n`);
          expect(decode(bytes, cuts)).toEqual(
            events.map(({ lines, event, id }) => ({ event, id, data: lines.join("\n") })),
          );
        },
      ),
    );
  });

  test("without the blank line behind them are not given", () => {
    const decoder = createEventDecoder();
    expect(decoder.push(new TextEncoder().encode("data: a\n\ndata: b\n"))).toHaveLength(1);
  });

  test("have a greatest length", () => {
    const decoder = createEventDecoder();
    const bytes = new TextEncoder().encode(`data: ${"x".repeat(1024 * 1024)}`);
    expect(() => {
      for (let i = 0; i < 20; i++) {
        decoder.push(bytes);
      }
    }).toThrow(/longer than/);
  });

  test.each([
    ["text/event-stream", true],
    ["text/event-stream; charset=utf-8", true],
    ["Text/Event-Stream;charset=UTF-8", true],
    ["text/html", false],
    ["text/event-streams", false],
    ["", false],
  ])("are what the content type %s announces: %s", (type, expected) => {
    expect(isEventStream(new Headers(type ? { "content-type": type } : {}))).toBe(expected);
  });
});

test("an answer put together of chunks has the text of all of them, in order, for each choice", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ index: fc.nat(2), text: fc.string() }), { minLength: 1 }), (pieces) => {
      const accumulator = createChatAccumulator();
      for (const { index, text } of pieces) {
        accumulator.add(chatCompletionChunkSchema.parse(chunk({ content: text }, null, index)));
      }
      for (const index of new Set(pieces.map((piece) => piece.index))) {
        accumulator.add(chatCompletionChunkSchema.parse(chunk({}, "stop", index)));
      }
      accumulator.add(chatCompletionChunkSchema.parse(usageChunk));
      const { begun, finished } = accumulator.progress();
      expect(finished).toBe(begun);
      for (const choice of accumulator.snapshot()?.choices ?? []) {
        const texts = pieces.filter(({ index }) => index === choice.index).map(({ text }) => text);
        expect(choice.message.content).toBe(texts.join(""));
      }
    }),
  );
});

test("a snapshot doesn't change with what comes later", () => {
  const accumulator = createChatAccumulator();
  const call = (args: string) =>
    chatCompletionChunkSchema.parse(
      chunk({ tool_calls: [{ index: 0, id: "call_1", function: { name: "f", arguments: args } }] }),
    );
  accumulator.add(call("{"));
  const before = accumulator.snapshot();
  const copy = structuredClone(before);
  accumulator.add(call("}"));
  expect(before).toEqual(copy);
});
