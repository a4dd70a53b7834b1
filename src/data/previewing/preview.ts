import type { ChatTokenizer, DialogueToken, TemplateMessage } from "../../contract/chat-tokenizer.ts";
import type { RowMethod } from "../checking/row-checker.ts";
import { checkTurns, isFields } from "../checking/turns.ts";
import { createRowJudge, type RowFinding } from "../rows/row-judge.ts";

/** A token as training sees it. */
export interface PreviewToken {
  readonly id: number;
  /** The text that it stands for; of a token that marks structure, its spelling. A part of a character is `\ufffd`. */
  readonly text: string;
  /** Whether it marks structure, such as the beginning of a turn. */
  readonly special: boolean;
  /** Whether the model is taught to say it: it is the assistant's, and isn't cut. */
  readonly learned: boolean;
  /** Whether it lies behind the model's context, so that training never sees it. */
  readonly cut: boolean;
}

/** A message of a dialogue, and where its tokens are. */
export interface PreviewTurn {
  readonly role: TemplateMessage["role"];
  /** What the message says, as the tokenizer gets it. */
  readonly text: string;
  /** Its tokens: from this one up to, but not, `to`; the marks of structure around it are among them. */
  readonly from: number;
  readonly to: number;
}

/** A dialogue as tokens. */
export interface PreviewDialogue {
  /** Which answer of a preference row it ends with; undefined for a row of the method `supervised`. */
  readonly answer: "preferred" | "non_preferred" | undefined;
  /** All tokens, those that are cut among them. */
  readonly tokens: readonly PreviewToken[];
  readonly turns: readonly PreviewTurn[];
  readonly counts: {
    readonly tokens: number;
    /** Tokens that training sees: `tokens` without those that are cut. */
    readonly seen: number;
    readonly learned: number;
    readonly cut: number;
  };
}

/** What training makes of a row. */
export interface RowPreview {
  /** The model whose tokens they are, and how many of them it reads. */
  readonly model: string;
  readonly contextLength: number;
  /** Whether the local platform trains on it; if not, the findings say why. It trains by the method `supervised` only. */
  readonly trained: boolean;
  /** One; of a preference row two; none where the messages are no dialogue. */
  readonly dialogues: readonly PreviewDialogue[];
  /** What the rules of {@link check} find in the row by itself. */
  readonly findings: readonly RowFinding[];
}

export interface PreviewOptions {
  /** @default "dpo" for a row with `preferred_output`, otherwise "supervised" */
  readonly method?: RowMethod;
}

/**
 * Shows what training really sees of a row: its tokens by the model's own tokenizer and chat template, which of them are
 * learned, and which are cut because the model reads no more.
 *
 * @param row - as it stands in a training file; whatever is wrong with it, is among the findings
 * @param tokenizer - the base's; `loadChatTokenizer` of `fermion/local` gives one
 *
 * @example
 * ```ts
 * import { preview } from "fermion/data";
 * import { loadChatTokenizer } from "fermion/local";
 *
 * const row = {
 *   messages: [
 *     { role: "user", content: "By when must I report hail?" },
 *     { role: "assistant", content: "Within nine days." },
 *   ],
 * };
 * const { dialogues, trained } = preview(row, await loadChatTokenizer());
 * for (const { tokens } of dialogues) {
 *   console.log(trained, tokens.filter(({ learned }) => learned).map(({ text }) => text));
 * }
 * ```
 */
export function preview(row: unknown, tokenizer: ChatTokenizer, options: PreviewOptions = {}): RowPreview {
  const { method = isFields(row) && "preferred_output" in row ? "dpo" : "supervised" } = options;
  const { findings, usable } = createRowJudge({ method, tokenizer })(row);
  return {
    model: tokenizer.model,
    contextLength: tokenizer.contextLength,
    trained: usable && method === "supervised" && !findings.some(({ rule }) => UNTRAINED.has(rule)),
    dialogues: (method === "dpo" ? preferenceDialogues(row) : dialogues(row)).map(({ messages, answer }) =>
      dialogueOf(messages, answer, tokenizer),
    ),
    findings,
  };
}

/** Rows of a right shape with these findings are left out of training. */
const UNTRAINED: ReadonlySet<string> = new Set(["nothing-to-learn", "tools-unsupported"]);

interface Dialogue {
  readonly messages: readonly TemplateMessage[];
  readonly answer: PreviewDialogue["answer"];
}

function dialogues(row: unknown): Dialogue[] {
  const messages = isFields(row) ? messagesOf(row.messages) : undefined;
  return messages ? [{ messages, answer: undefined }] : [];
}

/** Both answers in their dialogue, of which nothing else is learned. */
function preferenceDialogues(row: unknown): Dialogue[] {
  if (!isFields(row) || !isFields(row.input)) return [];
  const prompt = messagesOf(row.input.messages)?.map((message) => ({ ...message, weight: 0 as const }));
  if (!prompt) return [];
  return (["preferred", "non_preferred"] as const).flatMap((answer) => {
    const output = messagesOf(row[`${answer}_output`]);
    return output ? [{ messages: [...prompt, ...output], answer }] : [];
  });
}

/** Undefined where one of them isn't what a message must be. */
function messagesOf(messages: unknown): TemplateMessage[] | undefined {
  if (!Array.isArray(messages) || messages.length === 0) return undefined;
  // What is wrong with them is among the findings already.
  const { turns, sound } = checkTurns(messages, "$", () => undefined);
  return sound ? turns.map(({ role, content, weight }) => ({ role, content, weight })) : undefined;
}

function dialogueOf(
  messages: readonly TemplateMessage[],
  answer: PreviewDialogue["answer"],
  tokenizer: ChatTokenizer,
): PreviewDialogue {
  const { contextLength } = tokenizer;
  const tokens = tokenizer.dialogue(messages).map((token, index): PreviewToken => {
    const { id, text, special } = token;
    const cut = index >= contextLength;
    return { id, text, special, learned: isLearned(token, index) && !cut, cut };
  });
  const learned = tokens.filter((token) => token.learned).length;
  const seen = Math.min(tokens.length, contextLength);
  return {
    answer,
    tokens,
    turns: turnsOf(messages, tokenizer),
    counts: { tokens: tokens.length, seen, learned, cut: tokens.length - seen },
  };
}

/** The first token has nothing before it that could predict it. */
function isLearned(token: DialogueToken, index: number): boolean {
  return token.learned && index > 0;
}

/** A chat template writes one message after the other, so a message has as many tokens as it adds. */
function turnsOf(messages: readonly TemplateMessage[], tokenizer: ChatTokenizer): PreviewTurn[] {
  const before = tokenizer.countDialogueTokens([]);
  let from = before;
  return messages.map((message) => {
    const to = from + tokenizer.countDialogueTokens([message]) - before;
    const turn = { role: message.role, text: message.content, from, to };
    from = to;
    return turn;
  });
}
