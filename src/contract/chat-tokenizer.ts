/** A turn of a dialogue as a chat template takes it. */
export interface TemplateMessage {
  readonly role: "system" | "developer" | "user" | "assistant" | "tool";
  readonly content: string;
  /**
   * Whether an assistant's turn is learned from.
   *
   * @default 1
   */
  readonly weight?: 0 | 1;
}

/** A token of a dialogue as training sees it. */
export interface DialogueToken {
  readonly id: number;
  /** The text that it stands for; of a token that marks structure, its spelling. A part of a character is `\ufffd`. */
  readonly text: string;
  /** Whether the model is taught to say it. */
  readonly learned: boolean;
  /** Whether it marks structure, such as the beginning of a turn. */
  readonly special: boolean;
}

/** What a model makes of text: its own tokens, its own chat template. `loadChatTokenizer` of `fermion/local` gives one. */
export interface ChatTokenizer {
  /** The name of the model. */
  readonly model: string;
  /** How many tokens a dialogue may have. */
  readonly contextLength: number;
  /** How many tokens a text has by itself, without those that mark structure. */
  countTokens(text: string): number;
  /** How many tokens a dialogue has, with those that mark structure; the same as `dialogue(messages).length`. */
  countDialogueTokens(messages: readonly TemplateMessage[]): number;
  /** All tokens of a dialogue, uncut: training sees the first {@link ChatTokenizer.contextLength} of them. */
  dialogue(messages: readonly TemplateMessage[]): DialogueToken[];
  /**
   * How a worker thread makes the same tokenizer: a function that a module exports, and its argument. Without it, tokens
   * are counted on the thread that has the tokenizer.
   */
  readonly recipe?: { readonly module: string; readonly name: string; readonly argument: unknown };
}
