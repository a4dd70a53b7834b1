import { type Merges, pairKey } from "./bpe.ts";
import { readSpelling } from "./byte-alphabet.ts";
import type { TokenizerContent } from "./tokenizer-json.ts";

/** A `tokenizer.json` that this engine cannot encode with exactly as its maker meant. */
export class TokenizerFormatError extends Error {
  override readonly name = "TokenizerFormatError";
  /** Where in the document, such as `model.merges[12]`. */
  readonly field: string;
  readonly problem: string;
  /** What would make it readable. */
  readonly remedy: string;

  constructor(field: string, problem: string, remedy: string) {
    super(`tokenizer.json: ${field} ${problem}. ${remedy}`);
    this.field = field;
    this.problem = problem;
    this.remedy = remedy;
  }
}

/** What a tokenizer knows, checked: every text has an encoding, and none has a special token in it. */
export interface TokenizerTables extends TokenizerContent {
  /** The bytes of each token, by id; none for a special token. */
  readonly bytes: readonly Uint8Array[];
  /** The token of each single byte; -1 for the thirteen that UTF-8 never uses, where the vocabulary lacks them. */
  readonly byteTokens: Int32Array;
  readonly merges: Merges;
}

type Fields = Readonly<Record<string, unknown>>;

const USE_BYTE_LEVEL = "Use a byte-level BPE tokenizer, as GPT-2 and SmolLM2 have it.";
const MAKE_ANEW = "The file is damaged or edited: take it again from where it came from.";
// A rank and a position share one double, and a pair of tokens has to be a safe integer.
const MAX_TOKENS = 2 ** 20;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fieldsOf(value: unknown, field: string): Fields {
  if (!isFields(value)) {
    throw new TokenizerFormatError(field, "must be an object", USE_BYTE_LEVEL);
  }
  return value;
}

function listOf(value: unknown, field: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new TokenizerFormatError(field, "must be a list", MAKE_ANEW);
  return value;
}

function expect(fields: Fields, at: string, key: string, allowed: readonly unknown[], remedy: string): void {
  if (allowed.includes(fields[key])) return;
  const field = at === "" ? key : `${at}.${key}`;
  const wanted = allowed.filter((value) => value !== undefined).map((value) => JSON.stringify(value));
  const got = isFields(fields[key])
    ? `an object of type ${JSON.stringify(fields[key].type)}`
    : JSON.stringify(fields[key]);
  throw new TokenizerFormatError(field, `must be ${wanted.join(" or ")}, got ${got}`, remedy);
}

/**
 * Reads and checks a parsed `tokenizer.json`.
 *
 * @throws TokenizerFormatError for what is damaged, and for what is sound but would be encoded otherwise here
 */
export function readTokenizerTables(json: unknown): TokenizerTables {
  const root = fieldsOf(json, "the document");
  expect(root, "", "truncation", [null, undefined], "Set it to null: nothing is cut when encoding here.");
  expect(root, "", "padding", [null, undefined], "Set it to null: nothing is padded when encoding here.");
  expect(root, "", "normalizer", [null, undefined], USE_BYTE_LEVEL);
  checkPostProcessor(root.post_processor);
  expect(fieldsOf(root.decoder, "decoder"), "decoder", "type", ["ByteLevel"], USE_BYTE_LEVEL);
  const splitDigits = readPreTokenizer(root.pre_tokenizer);
  const model = fieldsOf(root.model, "model");
  checkModel(model);

  const specialTokens = readAddedTokens(root.added_tokens ?? []);
  const spellings = readVocabulary(model.vocab, specialTokens);
  const ids = new Map(spellings.map((spelling, id) => [spelling, id]));
  const byteTokens = new Int32Array(256).fill(-1);
  const bytes = spellings.map((spelling, id) => {
    if (specialTokens.has(spelling)) return new Uint8Array();
    const run = readSpelling(spelling);
    if (run === undefined || run.length === 0) {
      throw new TokenizerFormatError(
        "model.vocab",
        `has ${JSON.stringify(spelling)}, which spells no bytes`,
        USE_BYTE_LEVEL,
      );
    }
    const [first] = run;
    if (run.length === 1 && first !== undefined) byteTokens[first] = id;
    return run;
  });
  checkBytes(byteTokens);
  return {
    spellings,
    bytes,
    byteTokens,
    specialTokens,
    splitDigits,
    ...readMerges(model.merges, ids, specialTokens),
  };
}

/** What may stand here changes no ids: ByteLevel moves offsets, and transformers 5 writes a template that adds nothing. */
function checkPostProcessor(value: unknown): void {
  if (value === null || value === undefined) return;
  const at = "post_processor";
  const step = fieldsOf(value, at);
  expect(step, at, "type", ["ByteLevel", "TemplateProcessing"], USE_BYTE_LEVEL);
  if (step.type === "ByteLevel") return;
  const pieces = listOf(step.single, `${at}.single`);
  if (pieces.length !== 1 || !isFields(pieces[0]) || pieces[0].Sequence === undefined) {
    throw new TokenizerFormatError(
      `${at}.single`,
      "adds tokens to a text",
      "Set post_processor to null: what begins and ends a text comes from the dialogue format here.",
    );
  }
}

function readPreTokenizer(value: unknown): boolean {
  const step = fieldsOf(value, "pre_tokenizer");
  if (step.type === "Sequence") {
    const steps = listOf(step.pretokenizers, "pre_tokenizer.pretokenizers");
    const [digits, byteLevel] = steps;
    if (steps.length !== 2) {
      throw new TokenizerFormatError("pre_tokenizer", "must be Digits and then ByteLevel", USE_BYTE_LEVEL);
    }
    const at = "pre_tokenizer.pretokenizers";
    const first = fieldsOf(digits, `${at}[0]`);
    expect(first, `${at}[0]`, "type", ["Digits"], USE_BYTE_LEVEL);
    expect(first, `${at}[0]`, "individual_digits", [true], "Split every digit by itself.");
    checkByteLevel(fieldsOf(byteLevel, `${at}[1]`), `${at}[1]`);
    return true;
  }
  checkByteLevel(step, "pre_tokenizer");
  return false;
}

function checkByteLevel(step: Fields, at: string): void {
  expect(step, at, "type", ["ByteLevel"], USE_BYTE_LEVEL);
  expect(step, at, "add_prefix_space", [false], "Use a tokenizer that adds no space before a text.");
  expect(step, at, "use_regex", [true, undefined], "Use a tokenizer with GPT-2's pattern.");
}

function checkModel(model: Fields): void {
  expect(model, "model", "type", ["BPE"], USE_BYTE_LEVEL);
  expect(model, "model", "dropout", [null, undefined], "Set it to null: encoding has no randomness here.");
  expect(model, "model", "continuing_subword_prefix", [null, undefined, ""], USE_BYTE_LEVEL);
  expect(model, "model", "end_of_word_suffix", [null, undefined, ""], USE_BYTE_LEVEL);
  expect(
    model,
    "model",
    "ignore_merges",
    [false, undefined],
    "Use a tokenizer that reaches its words by merges.",
  );
}

function readAddedTokens(value: unknown): Map<string, number> {
  const tokens = new Map<string, number>();
  listOf(value, "added_tokens").forEach((entry, index) => {
    const at = `added_tokens[${index}]`;
    const token = fieldsOf(entry, at);
    const { content, id } = token;
    if (typeof content !== "string" || content === "" || tokens.has(content)) {
      throw new TokenizerFormatError(`${at}.content`, "must be a text of its own", MAKE_ANEW);
    }
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id >= MAX_TOKENS) {
      throw new TokenizerFormatError(`${at}.id`, "must be a token's number", MAKE_ANEW);
    }
    expect(token, at, "special", [true], "Use a tokenizer whose added tokens are all special.");
    for (const flag of ["single_word", "lstrip", "rstrip"]) {
      expect(
        token,
        at,
        flag,
        [false, undefined],
        "Use a tokenizer whose special tokens take no text around them.",
      );
    }
    tokens.set(content, id);
  });
  return tokens;
}

/** The spellings by id, with no id left out and none twice. */
function readVocabulary(value: unknown, specialTokens: ReadonlyMap<string, number>): string[] {
  const vocabulary = new Map<string, unknown>(Object.entries(fieldsOf(value, "model.vocab")));
  for (const [spelling, id] of specialTokens) {
    if ((vocabulary.get(spelling) ?? id) !== id) {
      throw new TokenizerFormatError(
        "added_tokens",
        `and model.vocab number ${spelling} differently`,
        MAKE_ANEW,
      );
    }
    vocabulary.set(spelling, id);
  }
  const size = vocabulary.size;
  if (size > MAX_TOKENS) {
    throw new TokenizerFormatError("model.vocab", `has ${size} tokens`, `Use one of at most ${MAX_TOKENS}.`);
  }
  const spellings = new Array<string | undefined>(size).fill(undefined);
  for (const [spelling, id] of vocabulary) {
    if (
      typeof id !== "number" ||
      !Number.isInteger(id) ||
      id < 0 ||
      id >= size ||
      spellings[id] !== undefined
    ) {
      throw new TokenizerFormatError(
        "model.vocab",
        `numbers ${JSON.stringify(spelling)} as ${JSON.stringify(id)}`,
        `Number the ${size} tokens from 0 to ${size - 1}, each once.`,
      );
    }
    spellings[id] = spelling;
  }
  return spellings.map((spelling) => spelling ?? "");
}

function checkBytes(byteTokens: Int32Array): void {
  byteTokens.forEach((token, byte) => {
    const occurs = byte < 0xc0 || (byte > 0xc1 && byte < 0xf5);
    if (token === -1 && occurs) {
      throw new TokenizerFormatError(
        "model.vocab",
        `has no token for the byte 0x${byte.toString(16)}`,
        "Train it with all 256 bytes as initial alphabet: text with this byte would lose it.",
      );
    }
  });
}

function readMerges(
  value: unknown,
  ids: ReadonlyMap<string, number>,
  specialTokens: ReadonlyMap<string, number>,
): Pick<TokenizerTables, "merges" | "mergeSpellings"> {
  const list = listOf(value, "model.merges");
  const ranks = new Map<number, number>();
  const results = new Int32Array(list.length);
  const mergeSpellings = list.map((entry, rank): readonly [string, string] => {
    const at = `model.merges[${rank}]`;
    const [left, right, ...more] = typeof entry === "string" ? entry.split(" ") : listOf(entry, at);
    if (typeof left !== "string" || typeof right !== "string" || more.length > 0) {
      throw new TokenizerFormatError(at, "must be two tokens", MAKE_ANEW);
    }
    const tokenOf = (spelling: string) => {
      const token = specialTokens.has(spelling) ? undefined : ids.get(spelling);
      if (token !== undefined) return token;
      throw new TokenizerFormatError(
        at,
        `needs ${JSON.stringify(spelling)}, which is no ordinary token`,
        MAKE_ANEW,
      );
    };
    const key = pairKey(tokenOf(left), tokenOf(right), ids.size);
    if (ranks.has(key)) throw new TokenizerFormatError(at, "is there twice", MAKE_ANEW);
    ranks.set(key, rank);
    results[rank] = tokenOf(left + right);
    return [left, right];
  });
  return { merges: { ranks, results, vocabularySize: ids.size }, mergeSpellings };
}
