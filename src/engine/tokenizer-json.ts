/** A token of `tokenizer.json` that text never becomes by itself. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly single_word: false;
  readonly lstrip: false;
  readonly rstrip: false;
  readonly normalized: false;
  readonly special: true;
}

interface ByteLevelStep {
  readonly type: "ByteLevel";
  readonly add_prefix_space: false;
  readonly trim_offsets: true;
  readonly use_regex: true;
}

interface DigitsStep {
  readonly type: "Digits";
  readonly individual_digits: true;
}

/** A byte-level BPE tokenizer as Hugging Face's `tokenizers` stores it in `tokenizer.json`. */
export interface TokenizerJson {
  readonly version: "1.0";
  readonly truncation: null;
  readonly padding: null;
  readonly added_tokens: readonly AddedToken[];
  readonly normalizer: null;
  readonly pre_tokenizer:
    | ByteLevelStep
    | { readonly type: "Sequence"; readonly pretokenizers: readonly [DigitsStep, ByteLevelStep] };
  readonly post_processor: null;
  readonly decoder: ByteLevelStep;
  readonly model: {
    readonly type: "BPE";
    readonly dropout: null;
    readonly unk_token: null;
    readonly continuing_subword_prefix: null;
    readonly end_of_word_suffix: null;
    readonly fuse_unk: false;
    readonly byte_fallback: false;
    readonly ignore_merges: false;
    readonly vocab: Readonly<Record<string, number>>;
    readonly merges: readonly (readonly [string, string])[];
  };
}

/** What a `tokenizer.json` written here says; the rest of it is the same for all. */
export interface TokenizerContent {
  readonly specialTokens: ReadonlyMap<string, number>;
  /** The spelling of each token, by id. */
  readonly spellings: readonly string[];
  /** The two spellings of each merge, by rank. */
  readonly mergeSpellings: readonly (readonly [string, string])[];
  /** Whether every number character is a word of its own. */
  readonly splitDigits: boolean;
}

/** Puts together the document that Hugging Face's `tokenizers` loads. */
export function tokenizerJson(content: TokenizerContent): TokenizerJson {
  const byteLevel = {
    type: "ByteLevel",
    add_prefix_space: false,
    trim_offsets: true,
    use_regex: true,
  } as const;
  const digits = { type: "Digits", individual_digits: true } as const;
  const flags = {
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  } as const;
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [...content.specialTokens]
      .map(([spelling, id]) => ({ id, content: spelling, ...flags }))
      .sort((a, b) => a.id - b.id),
    normalizer: null,
    pre_tokenizer: content.splitDigits ? { type: "Sequence", pretokenizers: [digits, byteLevel] } : byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(content.spellings.map((spelling, id) => [spelling, id])),
      merges: content.mergeSpellings,
    },
  };
}
