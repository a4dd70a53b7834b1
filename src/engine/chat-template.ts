import type { Example } from "./example.ts";
import type { Tokenizer } from "./tokenizer.ts";

export type { Example } from "./example.ts";

/** The tokens that mark the structure of a dialogue, in the order of their ids, which are 0 to 6. */
export const SPECIAL_TOKENS = [
  "<|pad|>",
  "<|begin|>",
  "<|end|>",
  "<|system|>",
  "<|user|>",
  "<|assistant|>",
  "<|tool|>",
] as const;

/**
 * The dialogue format as the Jinja text that `tokenizer_config.json` carries, for transformers, vLLM and llama.cpp. It
 * renders what {@link encodeDialogue} and, with `add_generation_prompt`, {@link encodePrompt} encode. Those tools then
 * take the spelling of a special token inside a message for the token itself; the functions here do not.
 */
export const CHAT_TEMPLATE = [
  "{{- '<|begin|>' }}",
  "{%- for message in messages %}",
  "{%- set role = 'system' if message['role'] == 'developer' else message['role'] %}",
  "{%- if role not in ['system', 'user', 'assistant', 'tool'] %}",
  "{{- raise_exception('Unknown role: ' + role) }}",
  "{%- endif %}",
  "{{- '<|' + role + '|>' + message['content'] + '<|end|>' }}",
  "{%- endfor %}",
  "{%- if add_generation_prompt %}",
  "{{- '<|assistant|>' }}",
  "{%- endif %}",
].join("\n");

/** One turn of a dialogue. */
export interface DialogueMessage {
  /** Who speaks; a `developer` is a `system`. */
  readonly role: "system" | "developer" | "user" | "assistant" | "tool";
  readonly content: string;
  /**
   * Whether an assistant's turn is learned from.
   *
   * @default 1
   */
  readonly weight?: 0 | 1;
}

/** A tokenizer without the tokens that dialogues are made of. */
export class MissingSpecialTokenError extends Error {
  override readonly name = "MissingSpecialTokenError";
  /** The spelling of the token. */
  readonly token: string;

  constructor(token: string) {
    super(
      `The tokenizer has no special token ${token}, which dialogues need. Use a model whose tokenizer was trained with ${SPECIAL_TOKENS.join(" ")}.`,
    );
    this.token = token;
  }
}

type SpecialToken = (typeof SPECIAL_TOKENS)[number];

const ROLE_TOKENS: Readonly<Record<DialogueMessage["role"], SpecialToken>> = {
  system: "<|system|>",
  developer: "<|system|>",
  user: "<|user|>",
  assistant: "<|assistant|>",
  tool: "<|tool|>",
};

/**
 * The id of a token of {@link SPECIAL_TOKENS}.
 *
 * @throws MissingSpecialTokenError
 */
export function specialTokenId(tokenizer: Tokenizer, token: SpecialToken): number {
  const id = tokenizer.specialTokens.get(token);
  if (id === undefined) throw new MissingSpecialTokenError(token);
  return id;
}

/**
 * A dialogue as a training row: `<|begin|>`, then each message as `<|ROLE|>` content `<|end|>`. Learned are the
 * contents of the assistant's messages with their `<|end|>`, but for those of weight 0.
 *
 * @throws MissingSpecialTokenError
 */
export function encodeDialogue(tokenizer: Tokenizer, messages: Iterable<DialogueMessage>): Example {
  const end = specialTokenId(tokenizer, "<|end|>");
  const tokens = [specialTokenId(tokenizer, "<|begin|>")];
  const learned = [0];
  for (const { role, content, weight } of messages) {
    tokens.push(specialTokenId(tokenizer, ROLE_TOKENS[role]));
    learned.push(0);
    const isLearned = role === "assistant" && weight !== 0 ? 1 : 0;
    for (const token of tokenizer.encode(content)) {
      tokens.push(token);
      learned.push(isLearned);
    }
    tokens.push(end);
    learned.push(isLearned);
  }
  return { tokens: Int32Array.from(tokens), learned: Uint8Array.from(learned) };
}

/**
 * A plain text as a training row: `<|begin|>` text `<|end|>`, all but the first learned.
 *
 * @throws MissingSpecialTokenError
 */
export function encodeDocument(tokenizer: Tokenizer, text: string): Example {
  const tokens = Int32Array.from([
    specialTokenId(tokenizer, "<|begin|>"),
    ...tokenizer.encode(text),
    specialTokenId(tokenizer, "<|end|>"),
  ]);
  const learned = new Uint8Array(tokens.length).fill(1, 1);
  return { tokens, learned };
}

/**
 * A dialogue as the prompt for the assistant's next message: rendered as by {@link encodeDialogue}, then
 * `<|assistant|>`.
 *
 * @throws MissingSpecialTokenError
 */
export function encodePrompt(tokenizer: Tokenizer, messages: Iterable<DialogueMessage>): number[] {
  return [...encodeDialogue(tokenizer, messages).tokens, specialTokenId(tokenizer, "<|assistant|>")];
}

/** The row's first `contextLength` tokens; the row itself when it is no longer than that. */
export function truncateExample(example: Example, contextLength: number): Example {
  if (example.tokens.length <= contextLength) return example;
  return { tokens: example.tokens.slice(0, contextLength), learned: example.learned.slice(0, contextLength) };
}
