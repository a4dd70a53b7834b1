import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readTokenizer, TokenizerFormatError, type TokenizerJson } from "../../src/engine/tokenizer.ts";

interface Recordings {
  readonly encodings: readonly { text: string; ids: number[]; idsWithoutDigits: number[] }[];
  readonly decodings: readonly { ids: number[]; text: string }[];
}

const fixtures = join(import.meta.dirname, "fixtures");
const document: TokenizerJson = JSON.parse(readFileSync(join(fixtures, "tokenizer.json"), "utf8"));
/** Recorded by fixtures/record-tokenizer.py with Hugging Face's tokenizers. */
const recordings: Recordings = JSON.parse(readFileSync(join(fixtures, "tokenizer-recordings.json"), "utf8"));
const tokenizer = readTokenizer(document);

/** The text as UTF-8 can carry it: lone surrogates are U+FFFD. */
function wellFormed(text: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text));
}

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  // Lone surrogates, odd spaces, digits of several scripts, contractions.
  fc
    .array(
      fc.constantFrom(
        "\ud800",
        "\udc00",
        "😀",
        "\u0085",
        "\ufeff",
        " ",
        "\n",
        "7",
        "٣",
        "'re",
        "'",
        "é",
        "the",
      ),
    )
    .map((parts) => parts.join("")),
);
const anyTokens = fc.array(fc.nat({ max: tokenizer.vocabularySize - 1 }));

describe("encoding", () => {
  test("gives the ids that Hugging Face's tokenizers gives", () => {
    for (const { text, ids } of recordings.encodings) expect(tokenizer.encode(text), text).toEqual(ids);
  });

  test("gives them also where digits are not split", () => {
    const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
    const plain = readTokenizer({ ...document, pre_tokenizer: byteLevel });
    for (const { text, idsWithoutDigits } of recordings.encodings) {
      expect(plain.encode(text), text).toEqual(idsWithoutDigits);
    }
  });

  test("takes a special token's spelling for plain text", () => {
    const special = new Set(tokenizer.specialTokens.values());
    for (const spelling of tokenizer.specialTokens.keys()) {
      const ids = tokenizer.encode(`a${spelling} b`);
      expect(ids.some((id) => special.has(id))).toBe(false);
      expect(tokenizer.decode(ids)).toBe(`a${spelling} b`);
    }
  });

  test("makes U+FFFD of a lone surrogate", () => {
    expect(tokenizer.encode("a\ud800b")).toEqual(tokenizer.encode("a\ufffdb"));
    expect(tokenizer.encode("a\ud800b")).toEqual(tokenizer.encode("a\ufffdb"));
  });

  test("loses nothing of any text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(wellFormed(text));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ["one letter", "a".repeat(1 << 20)],
    ["spaces", " ".repeat(1 << 20)],
    ["a pair that joins", "th".repeat(1 << 19)],
    ["emoji", "😀".repeat(1 << 18)],
  ])("takes a megabyte without a border between words: %s", (_, text) => {
    const begin = performance.now();
    const ids = tokenizer.encode(text);
    // About 0.4 s on two shared cores; a method that is quadratic in the word would take minutes.
    expect(performance.now() - begin).toBeLessThan(10_000);
    expect(tokenizer.decode(ids)).toBe(text);
  });

  test("encodes a long word as it does the same word below the length where the method changes", () => {
    // Repeats of one word without spaces: no merge reaches across the border between "z" and "q".
    const unit = "qthereportz";
    const once = tokenizer.encode(unit);
    expect(tokenizer.encode(unit.repeat(40))).toEqual(Array.from({ length: 40 }, () => once).flat());
  });
});

describe("decoding", () => {
  test("gives the text that Hugging Face's tokenizers gives", () => {
    for (const { ids, text } of recordings.decodings) expect(tokenizer.decode(ids)).toBe(text);
  });

  test("gives for pieces, joined, what it gives for the whole", () => {
    fc.assert(
      fc.property(anyTokens, (ids) => {
        const decoder = tokenizer.createDecoder();
        const pieces = ids.map((id) => decoder.push(id));
        pieces.push(decoder.end());
        expect(pieces.join("")).toBe(tokenizer.decode(ids));
      }),
      { numRuns: 2_000 },
    );
  });

  test("holds an unfinished character back until its last byte", () => {
    const ids = tokenizer.encode("a𝒜");
    const decoder = tokenizer.createDecoder();
    expect(ids.map((id) => decoder.push(id))).toEqual(["a", "", "", "", "𝒜"]);
    expect(decoder.end()).toBe("");
  });

  test("shows an unfinished character at the end as U+FFFD, and begins anew", () => {
    const decoder = tokenizer.createDecoder();
    const [first = 0] = tokenizer.encode("𝒜");
    expect(decoder.push(first)).toBe("");
    expect(decoder.end()).toBe("\ufffd");
    expect(decoder.push(tokenizer.encode("b")[0] ?? 0)).toBe("b");
  });

  test("gives nothing for special tokens and for ids that no token has", () => {
    expect(tokenizer.decode([0, 1, 2, tokenizer.vocabularySize, -1, 1.5])).toBe("");
  });

  test("keeps a byte order mark", () => {
    expect(tokenizer.decode(tokenizer.encode("\ufeffa"))).toBe("\ufeffa");
  });
});

describe("tokenizer.json", () => {
  test("is read as it is written", () => {
    const written = JSON.stringify(tokenizer);
    const again = readTokenizer(JSON.parse(written));
    expect(JSON.stringify(again)).toBe(written);
    expect(again.encode("The claim of 16,200 euros")).toEqual(tokenizer.encode("The claim of 16,200 euros"));
    expect(tokenizer.toJSON().model.vocab).toEqual(document.model.vocab);
    expect(tokenizer.toJSON().added_tokens).toEqual(document.added_tokens);
  });

  test("may have its merges as texts", () => {
    const merges = document.model.merges.map((pair) => pair.join(" "));
    const old = readTokenizer({ ...document, model: { ...document.model, merges } });
    expect(old.toJSON()).toEqual(tokenizer.toJSON());
  });

  test("may have a post-processor that changes no ids, as transformers 5 writes it", () => {
    for (const post_processor of [
      { type: "ByteLevel", trim_offsets: false },
      { type: "TemplateProcessing", single: [{ Sequence: { id: "A", type_id: 0 } }] },
    ]) {
      expect(readTokenizer({ ...document, post_processor }).toJSON()).toEqual(tokenizer.toJSON());
    }
  });

  const { model } = document;
  const withModel = (change: Record<string, unknown>) => ({ ...document, model: { ...model, ...change } });
  const withVocabulary = (change: Record<string, unknown>) =>
    withModel({ vocab: { ...model.vocab, ...change } });
  const [padding] = document.added_tokens;
  const rejected: [string, unknown, string][] = [
    ["no object", null, "the document"],
    ["a list", [], "the document"],
    ["truncation", { ...document, truncation: { max_length: 5 } }, "truncation"],
    ["a normalizer", { ...document, normalizer: { type: "NFC" } }, "normalizer"],
    [
      "a template that adds tokens",
      {
        ...document,
        post_processor: {
          type: "TemplateProcessing",
          single: [{ SpecialToken: { id: "<|begin|>", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
        },
      },
      "post_processor.single",
    ],
    ["another decoder", { ...document, decoder: { type: "WordPiece" } }, "decoder.type"],
    ["another pre-tokenizer", { ...document, pre_tokenizer: { type: "Metaspace" } }, "pre_tokenizer.type"],
    [
      "a space before the text",
      { ...document, pre_tokenizer: { type: "ByteLevel", add_prefix_space: true } },
      "pre_tokenizer.add_prefix_space",
    ],
    ["another model", withModel({ type: "Unigram" }), "model.type"],
    ["dropout", withModel({ dropout: 0.1 }), "model.dropout"],
    ["ignored merges", withModel({ ignore_merges: true }), "model.ignore_merges"],
    ["a token that is no text of bytes", withVocabulary({ "a b": model.vocab.a }), "model.vocab"],
    ["two tokens of one number", withVocabulary({ zzz: 300 }), "model.vocab"],
    ["a number left out", withVocabulary({ zzz: tokenizer.vocabularySize + 1 }), "model.vocab"],
    ["a number that is none", withVocabulary({ zzz: "7" }), "model.vocab"],
    [
      "a byte that is missing",
      { ...document, added_tokens: [], model: { ...model, vocab: { a: 0 }, merges: [] } },
      "model.vocab",
    ],
    ["a merge of an unknown token", withModel({ merges: [["a", "nope"]] }), "model.merges[0]"],
    ["a merge to an unknown token", withModel({ merges: [["q", "q"]] }), "model.merges[0]"],
    ["a merge of three", withModel({ merges: ["a b c"] }), "model.merges[0]"],
    [
      "a merge that is there twice",
      withModel({ merges: [...model.merges, model.merges[0]] }),
      `model.merges[${model.merges.length}]`,
    ],
    [
      "an added token that is not special",
      { ...document, added_tokens: [{ ...padding, special: false }] },
      "added_tokens[0].special",
    ],
    [
      "an added token that takes spaces",
      { ...document, added_tokens: [{ ...padding, lstrip: true }] },
      "added_tokens[0].lstrip",
    ],
  ];
  test.each(rejected)("is rejected with %s", (_, json, field) => {
    const error = catchError(() => readTokenizer(json));
    expect(error).toBeInstanceOf(TokenizerFormatError);
    expect(error).toMatchObject({ field, remedy: expect.stringMatching(/\w/) });
  });

  test("is rejected when text could become a special token", () => {
    const joined = model.merges[0]?.join("") ?? "";
    const token = { ...padding, content: joined, id: model.vocab[joined] };
    const json = { ...document, added_tokens: [...document.added_tokens, token] };
    expect(catchError(() => readTokenizer(json))).toMatchObject({
      name: "TokenizerFormatError",
      field: expect.stringContaining("model.merges"),
    });
  });

  test("never fails with anything but a TokenizerFormatError", () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom(...Object.keys(document), ...Object.keys(model)),
        (value, key) => {
          const json = key in document ? { ...document, [key]: value } : withModel({ [key]: value });
          const error = catchError(() => readTokenizer(json));
          if (error !== undefined) expect(error).toBeInstanceOf(TokenizerFormatError);
        },
      ),
      { numRuns: 500 },
    );
  });
});

function catchError(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}
