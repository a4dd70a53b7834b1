import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readModel } from "../../src/engine/model-files.ts";
import { createTextStream } from "../../src/engine/text-stream.ts";
import type { Tokenizer } from "../../src/engine/tokenizer.ts";
import { createLogprobStream } from "../../src/platform/serving/logprobs.ts";
import { temporaryDirectory } from "./test-platform.ts";
import { writeTinyBase } from "./tiny-base.ts";

const directory = temporaryDirectory();
let tokenizer: Tokenizer;
beforeAll(async () => {
  const base = join(directory.path, "base");
  await writeTinyBase(base);
  tokenizer = (await readModel(base)).tokenizer;
});
afterAll(directory.remove);

/** The pieces of an answer, each with the numbers of the tokens whose log-probabilities came with it. */
function sentOf(tokens: readonly number[], stop: readonly string[]) {
  const text = createTextStream(tokenizer.createDecoder(), stop);
  const logprobs = createLogprobStream(tokenizer);
  const sent: { text: string; tokens: number[] }[] = [];
  const send = (piece: string) => {
    if (piece) sent.push({ text: piece, tokens: logprobs.release(piece).map(({ logprob }) => logprob) });
  };
  for (const [index, token] of tokens.entries()) {
    // The number of the token in place of its log-probability, so that it is known again.
    logprobs.push({ token, logprob: index, top: [] });
    const { text: piece, stopped } = text.push(token);
    send(piece);
    if (stopped) return sent;
  }
  send(text.end().text);
  return sent;
}

/** Where the character begins that the first byte of a token is part of. */
function placeOf(tokens: readonly number[], index: number): number {
  const before = tokens.slice(0, index).flatMap((token) => [...tokenizer.bytesOf(token)]);
  const [first = 0] = tokenizer.bytesOf(tokens[index] ?? -1);
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.of(...before, first));
  return text.length - ([...text].at(-1)?.length ?? 0);
}

const wholeTokens = (text: string) => tokenizer.encode(text);

describe("the log-probabilities of an answer", () => {
  test("come with the character that each token begins in, however stop strings cut the text", () => {
    // Sound texts, and tokens of single bytes that make no character.
    const someText = fc.string({
      unit: fc.constantFrom("a", "hail", " ", "é", "🙂", "report "),
      maxLength: 8,
    });
    const oddTokens = fc.array(fc.nat({ max: 255 }), { maxLength: 2 });
    const some = fc.record({
      parts: fc.array(fc.tuple(someText, oddTokens), { maxLength: 4 }),
      cuts: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 4 })), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(some, ({ parts, cuts }) => {
        const first = tokenizer.specialTokens.size;
        const tokens = parts.flatMap(([text, odd]) => [
          ...wholeTokens(text),
          ...odd.map((byte) => first + byte),
        ]);
        const all = tokenizer.decode(tokens);
        const stop = cuts.map(([at, length]) => all.slice(at % (all.length + 1)).slice(0, length));
        let length = 0;
        let next = 0;
        for (const piece of sentOf(tokens, stop)) {
          length += piece.text.length;
          const expected: number[] = [];
          for (; next < tokens.length && placeOf(tokens, next) < length; next++) expected.push(next);
          expect(piece.tokens).toEqual(expected);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("are all there when nothing is cut away, and their bytes are the text's", () => {
    const tokens = wholeTokens("Report hail 🙂 within é days");
    const sent = sentOf(tokens, []);
    expect(sent.flatMap((piece) => piece.tokens)).toEqual([...tokens.keys()]);
    const bytes = tokens.flatMap((token) => [...tokenizer.bytesOf(token)]);
    expect(Buffer.from(bytes).toString()).toBe(sent.map(({ text }) => text).join(""));
  });

  test("of a token that a stop string cuts in two come with what is left of it", () => {
    const [report = -1] = wholeTokens("report");
    const word = tokenizer.decode([report]);
    expect(word.length).toBeGreaterThan(1);
    expect(sentOf([report, report], [word.slice(1)])).toEqual([{ text: word.slice(0, 1), tokens: [0] }]);
    expect(sentOf([report, report], [word])).toEqual([]);
  });

  test("have the text of a token, and its bytes where it is a part of a character", () => {
    const logprobs = createLogprobStream(tokenizer);
    const tokens = wholeTokens("é");
    expect(tokens).toHaveLength(2);
    const end = tokenizer.specialTokens.get("<|end|>") ?? -1;
    for (const token of tokens) logprobs.push({ token, logprob: -1, top: [{ token: end, logprob: -0.5 }] });
    const top_logprobs = [{ token: "<|end|>", logprob: -0.5, bytes: null }];
    expect(logprobs.release("é")).toEqual([
      { token: "\ufffd", bytes: [0xc3], logprob: -1, top_logprobs },
      { token: "\ufffd", bytes: [0xa9], logprob: -1, top_logprobs },
    ]);
  });

  test("leave out a row of the embedding that no token has: it adds no text", () => {
    const [a = -1] = wholeTokens("a");
    expect(sentOf([a, tokenizer.vocabularySize, a], [])).toEqual([
      { text: "a", tokens: [0] },
      { text: "a", tokens: [2] },
    ]);
  });
});
