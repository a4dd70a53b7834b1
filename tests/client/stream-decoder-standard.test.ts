import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEventDecoder } from "../../src/client/stream-decoder.ts";
import { type ReferenceReading, readEventStream } from "./event-stream-reference.ts";
import { vectors } from "./event-stream-vectors.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** What our decoder makes of the pieces, in the standard's terms. */
function decoded(pieces: readonly Uint8Array[]): ReferenceReading {
  const decoder = createEventDecoder();
  let lastEventId = "";
  const events = pieces
    .flatMap((piece) => decoder.push(piece))
    .map(({ event, id, data }) => {
      lastEventId = id ?? lastEventId;
      return { type: event ?? "message", data, lastEventId };
    });
  return { events, lastEventId, reconnectionTime: decoder.retry };
}

function split(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const points = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return points.slice(1).map((point, i) => bytes.subarray(points[i], point));
}

const byByte = (bytes: Uint8Array) => [...bytes.keys()].map((i) => bytes.subarray(i, i + 1));

/**
 * Streams with a line of data in each block, and so no empty line inside one: an id in a block without data is the one thing that our decoder doesn't
 * see, and has a test of its own.
 */
const lineEnd = fc.constantFrom("\n", "\r\n", "\r");
const value = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.constantFrom("", " ", "  x", "\uFEFF", "\0", "1", "0020", "١", "data: x", ":"),
);
const separator = fc.constantFrom(":", ": ", ":  ", " :", "");
const field = fc.constantFrom(
  "data",
  "event",
  "id",
  "retry",
  "",
  "Data",
  "dat",
  "datax",
  "\uFEFFdata",
  "foo",
  "ï»¿",
);
const line = fc.tuple(field, separator, value).map((parts) => parts.join("").replace(/[\r\n]/g, "") || ":");
const block = fc
  .tuple(
    fc.array(fc.tuple(line, lineEnd), { maxLength: 5 }),
    fc.tuple(fc.constantFrom("data", "data:", "data: x", "data:{}"), lineEnd),
    fc.array(fc.tuple(line, lineEnd), { maxLength: 3 }),
    lineEnd,
  )
  .map(([before, data, after, end]) => `${[...before, data, ...after].flat().join("")}${end}`);
const stream = fc
  .tuple(
    fc.constantFrom("", "\uFEFF", "\uFEFF\uFEFF\n", "ï»¿\r", "\n", "\r"),
    fc.array(block, { maxLength: 6 }),
    line,
  )
  .map(([start, blocks, rest]) => start + blocks.join("") + rest);

describe("the decoder reads as the standard says", () => {
  test.each(vectors)("$name", ({ text, data }) => {
    const bytes = encode(text);
    const reference = readEventStream(bytes);
    // The reference is code too, so what it says of these is written down.
    expect(reference.events.map((event) => event.data)).toEqual(data);
    expect(decoded([bytes])).toEqual(reference);
    expect(decoded(byByte(bytes))).toEqual(reference);
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(decoded(split(bytes, [cut]))).toEqual(reference);
    }
  });

  test("all vectors in one stream, cut anywhere", () => {
    const bytes = encode(vectors.map(({ text }) => `${text}\n\n`).join(""));
    const reference = readEventStream(bytes);
    expect(decoded(byByte(bytes))).toEqual(reference);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 40 }), (cuts) => {
        expect(decoded(split(bytes, cuts))).toEqual(reference);
      }),
    );
  });

  test("streams of all kinds of lines, cut anywhere", () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 20 }), (text, cuts) => {
        const bytes = encode(text);
        const reference = readEventStream(bytes);
        expect(decoded(split(bytes, cuts))).toEqual(reference);
        expect(decoded(byByte(bytes))).toEqual(reference);
      }),
      { numRuns: 500 },
    );
  });

  test("random bytes, cut anywhere", () => {
    const byte = fc.oneof(
      fc.constantFrom(...encode("data:event retry0\r\n\r\n\n\n: x")),
      fc.constantFrom(0xef, 0xbb, 0xbf, 0xf0, 0x9f, 0x98, 0x80, 0xc3, 0xff, 0x00),
      fc.nat(255),
    );
    fc.assert(
      fc.property(
        fc.array(byte, { maxLength: 200 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        (numbers, cuts) => {
          const bytes = Uint8Array.from(numbers);
          const { events } = readEventStream(bytes);
          const plain = (reading: ReferenceReading) =>
            reading.events.map(({ type, data }) => ({ type, data }));
          expect(plain(decoded(split(bytes, cuts)))).toEqual(plain({ ...decoded([]), events }));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("a vector's last event comes with its last byte, also where a line feed might follow", () => {
    const decoder = createEventDecoder();
    expect(decoder.push(encode("data: a\r\r"))).toMatchObject([{ data: "a" }]);
    expect(decoder.push(encode("\ndata: b\r\n\r"))).toMatchObject([{ data: "b" }]);
    expect(decoder.push(encode("\n"))).toEqual([]);
  });

  test("but for the id of a block without data, which isn't seen", () => {
    const bytes = encode("id: 1\ndata: a\n\nid: 2\n\ndata: b\n\n");
    expect(readEventStream(bytes).events.map(({ lastEventId }) => lastEventId)).toEqual(["1", "2"]);
    expect(decoded([bytes]).events.map(({ lastEventId }) => lastEventId)).toEqual(["1", "1"]);
  });
});
