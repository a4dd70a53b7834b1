import { mergeSymbols } from "./bpe.ts";
import { wordEnd } from "./pre-tokenizer.ts";
import { readTokenizerTables } from "./tokenizer-format.ts";
import { type TokenizerJson, tokenizerJson } from "./tokenizer-json.ts";

export { TokenizerFormatError } from "./tokenizer-format.ts";
export type { TokenizerJson } from "./tokenizer-json.ts";

/** Text to tokens and back: byte-level BPE, the ids the same as Hugging Face's `tokenizers` gives. */
export interface Tokenizer {
  /** How many tokens there are, the special ones among them; ids run from 0. */
  readonly vocabularySize: number;
  /** The ids of the tokens that mark structure, by their spelling. No text encodes to one of them. */
  readonly specialTokens: ReadonlyMap<string, number>;
  /** Whether every number character is a word of its own, which merges stay within. */
  readonly splitDigits: boolean;
  /**
   * The tokens of a plain text. The spelling of a special token in it is text as any other. A lone surrogate becomes
   * U+FFFD.
   */
  encode(text: string): number[];
  /** How many tokens a single word has. The word isn't kept for the next time, as `encode` does. */
  countWord(word: string): number;
  /**
   * The text of tokens. Special tokens, and ids that no token has, give nothing; bytes that are no UTF-8 give U+FFFD.
   */
  decode(ids: Iterable<number>): string;
  /** The bytes that a token stands for; none for a special token, and for an id that no token has. Not to be changed. */
  bytesOf(id: number): Uint8Array;
  /** Decodes tokens as they come. */
  createDecoder(): TokenDecoder;
  /** The content of `tokenizer.json`, which {@link readTokenizer} and Hugging Face's `tokenizers` read. */
  toJSON(): TokenizerJson;
}

/** Decodes a stream of tokens; what it gives, joined, is what `decode` gives for all of them. */
export interface TokenDecoder {
  /** The text that this token made certain. A character whose bytes are not all there yet is held back. */
  push(id: number): string;
  /** What is left, an unfinished character as U+FFFD. Afterwards the decoder can begin anew. */
  end(): string;
}

const NO_BYTES = new Uint8Array();

// Words are repeated so often that most of a text costs one look-up a word. Long ones seldom come twice.
const CACHED_WORDS = 16_384;
const CACHED_WORD_LENGTH = 32;

/**
 * Makes a tokenizer of a parsed `tokenizer.json`.
 *
 * @throws TokenizerFormatError for what is damaged, and for what is sound but would be encoded otherwise here: it names
 * the field and a remedy
 */
export function readTokenizer(json: unknown): Tokenizer {
  const tables = readTokenizerTables(json);
  const cache = new Map<string, Int32Array>();
  const toBytes = new TextEncoder();
  const toText = new TextDecoder("utf-8", { ignoreBOM: true });

  const symbolsOf = (bytes: Uint8Array) => Int32Array.from(bytes, (byte) => tables.byteTokens[byte] ?? -1);

  const encodeWord = (word: string): Int32Array => {
    const known = cache.get(word);
    if (known !== undefined) return known;
    const bytes = toBytes.encode(word);
    const symbols = symbolsOf(bytes);
    const tokens = symbols.slice(0, mergeSymbols(symbols, tables.merges));
    if (word.length <= CACHED_WORD_LENGTH) {
      if (cache.size >= CACHED_WORDS) {
        for (const oldest of cache.keys()) {
          cache.delete(oldest);
          break;
        }
      }
      // A slice of the text would keep the whole text in memory, so the key is made anew from the bytes.
      cache.set(toText.decode(bytes), tokens);
    }
    return tokens;
  };

  const createDecoder = (): TokenDecoder => {
    const stream = new TextDecoder("utf-8", { ignoreBOM: true });
    return {
      push(id) {
        const bytes = tables.bytes[id];
        return bytes === undefined || bytes.length === 0 ? "" : stream.decode(bytes, { stream: true });
      },
      end: () => stream.decode(),
    };
  };

  return {
    vocabularySize: tables.spellings.length,
    specialTokens: tables.specialTokens,
    splitDigits: tables.splitDigits,
    encode(text) {
      const ids: number[] = [];
      for (let start = 0; start < text.length; ) {
        const end = wordEnd(text, start, tables.splitDigits);
        for (const id of encodeWord(text.slice(start, end))) ids.push(id);
        start = end;
      }
      return ids;
    },
    countWord: (word) => mergeSymbols(symbolsOf(toBytes.encode(word)), tables.merges),
    decode(ids) {
      const decoder = createDecoder();
      let text = "";
      for (const id of ids) text += decoder.push(id);
      return text + decoder.end();
    },
    bytesOf: (id) => tables.bytes[id] ?? NO_BYTES,
    createDecoder,
    toJSON: () => tokenizerJson(tables),
  };
}
