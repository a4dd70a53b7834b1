import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTextStream } from "../../src/engine/text-stream.ts";
import type { TokenDecoder } from "../../src/engine/tokenizer.ts";

/** Tokens that are bytes, so that a character of several bytes is split over tokens. */
function byteDecoder(): TokenDecoder {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return {
    push: (id) => decoder.decode(Uint8Array.of(id), { stream: true }),
    end: () => decoder.decode(),
  };
}

/** Tokens that stand for these pieces of text. */
function pieceDecoder(pieces: readonly string[]): TokenDecoder {
  return { push: (id) => pieces[id] ?? "", end: () => "" };
}

/** What is shown, token by token, and after which token the text was stopped. */
function shown(decoder: TokenDecoder, tokens: Iterable<number>, stop: readonly string[]) {
  const stream = createTextStream(decoder, stop);
  const parts: string[] = [];
  let stoppedAfter: number | undefined;
  let count = 0;
  for (const token of tokens) {
    const { text, stopped } = stream.push(token);
    parts.push(text);
    count++;
    if (stopped) stoppedAfter ??= count;
  }
  const { text, stopped } = stream.end();
  parts.push(text);
  return { parts, text: parts.join(""), stoppedAfter, stopped };
}

const pieces = (...texts: string[]) => [pieceDecoder(texts), texts.keys()] as const;

/** The text before the first place where a stop string begins. */
function beforeFirst(text: string, stop: readonly string[]): string {
  const places = stop.filter((one) => one.length > 0).map((one) => text.indexOf(one));
  return text.slice(0, Math.min(text.length, ...places.filter((place) => place >= 0)));
}

// Few letters, so that stop strings occur, overlap and begin without ending.
const letters = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom("a", "b", "c", "é", "🙂"), maxLength });

describe("a text stream", () => {
  test("gives exactly the text before the first stop string, however text and stop strings are cut", () => {
    const stops = fc.array(letters(4), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(letters(5), { maxLength: 12 }), stops, (texts, stop) => {
        const [decoder, tokens] = pieces(...texts);
        const expected = beforeFirst(texts.join(""), stop);
        const { text, stopped } = shown(decoder, tokens, stop);
        expect(text).toBe(expected);
        expect(stopped).toBe(expected.length < texts.join("").length);
      }),
      { numRuns: 2000 },
    );
  });

  test("does so for characters whose bytes come one by one", () => {
    const stops = fc.array(letters(3), { maxLength: 3 });
    fc.assert(
      fc.property(letters(20), stops, (text, stop) => {
        expect(shown(byteDecoder(), Buffer.from(text), stop).text).toBe(beforeFirst(text, stop));
      }),
      { numRuns: 500 },
    );
  });

  test("without stop strings gives each token's text at once", () => {
    const [decoder, tokens] = pieces("one ", "", "two", " three");
    expect(shown(decoder, tokens, []).parts).toEqual(["one ", "", "two", " three", ""]);
  });

  test("holds back what may be a stop string's beginning, no more and no longer", () => {
    const [decoder, tokens] = pieces("a\n", "b", "\n", "\nUser: x", "never");
    const { parts, stoppedAfter } = shown(decoder, tokens, ["\n\nUser:"]);
    expect(parts).toEqual(["a", "\nb", "", "", "", ""]);
    expect(stoppedAfter).toBe(4);
  });

  test("stops at the earlier of two stop strings, whichever is given first", () => {
    for (const stop of [
      ["STOP", "END"],
      ["END", "STOP"],
    ]) {
      const [decoder, tokens] = pieces("say END or STOP");
      expect(shown(decoder, tokens, stop)).toMatchObject({ text: "say ", stoppedAfter: 1 });
    }
  });

  test("waits for an earlier, longer stop string when a later one is complete inside it", () => {
    const stop = ["abcd", "bc"];
    expect(shown(...pieces("xabcd"), stop)).toMatchObject({ text: "x", stoppedAfter: 1 });
    expect(shown(...pieces("xabc", "d"), stop)).toMatchObject({ text: "x", stoppedAfter: 2 });
    expect(shown(...pieces("xabc", "e"), stop)).toMatchObject({ text: "xa", stoppedAfter: 2 });
    expect(shown(...pieces("xabc"), stop)).toMatchObject({ text: "xa", stopped: true });
  });

  test("gives the beginning of a stop string that never ended", () => {
    expect(shown(...pieces("well", " EN"), ["END"])).toMatchObject({
      parts: ["well", " ", "EN"],
      stopped: false,
    });
  });

  test("ends with U+FFFD where the last character has no end", () => {
    expect(shown(byteDecoder(), [0x61, 0xc3], ["é"]).text).toBe("a\ufffd");
  });

  test("takes no notice of empty stop strings", () => {
    expect(shown(...pieces("text"), ["", ""])).toMatchObject({ text: "text", stoppedAfter: undefined });
  });
});
