import { counted } from "../report/facts.ts";
import type { PreviewDialogue, PreviewToken, PreviewTurn, RowPreview } from "./preview.ts";

/** How a preview is drawn for a terminal. */
export interface PreviewTextOptions {
  /**
   * Whether what is learned is coloured green, structure dimmed and what is cut struck out; otherwise signs mark them:
   * `«learned»` and `[cut: …]`.
   *
   * @default false
   */
  readonly color?: boolean;
  /**
   * Whether each token has a line of its own, with its number, its id, and whether it is learned or cut.
   *
   * @default false
   */
  readonly tokens?: boolean;
}

type Mark = "learned" | "cut" | "shown";

const COLORS = {
  learned: "1;32",
  cut: "9;31",
  shown: "0",
  structure: "2",
  error: "31",
  warning: "33",
} as const;

/**
 * A preview as text: the dialogue as the chat template writes it, a turn a line, with what is learned marked. Characters
 * that steer a terminal are written as escapes, because they may stand in the data.
 */
export function previewText(shown: RowPreview, options: PreviewTextOptions = {}): string {
  const { color = false, tokens = false } = options;
  const painted: Paint = (text, name) =>
    color && name !== "shown" ? `\x1b[${COLORS[name]}m${text}\x1b[0m` : text;
  const lines = shown.dialogues.flatMap((dialogue) => [
    ...(dialogue.answer === undefined ? [] : [`${TITLES[dialogue.answer]}:`]),
    ...(tokens ? tokenLines(dialogue.tokens, painted) : dialogueLines(dialogue, painted, color)),
    "",
    summary(dialogue, shown),
    "",
  ]);
  for (const { severity, rule, path, message, remedy } of shown.findings) {
    const name = severity === "info" ? "structure" : severity;
    lines.push(`${painted(severity, name)} ${rule} ${path}: ${message}`, `    → ${remedy}`);
  }
  lines.push(shown.trained ? "The row is trained on." : `The row is not trained on${reason(shown)}`);
  return `${lines.join("\n")}\n`;
}

type Paint = (text: string, name: keyof typeof COLORS | "shown") => string;

const TITLES = { preferred: "The answer to prefer", non_preferred: "The answer to avoid" } as const;

function reason({ findings, dialogues }: RowPreview): string {
  if (findings.some(({ severity }) => severity === "error")) return ": see the errors above.";
  return dialogues.some(({ answer }) => answer !== undefined)
    ? " by the local platform, which has no training by preferences."
    : ".";
}

function summary({ counts }: PreviewDialogue, { model, contextLength }: RowPreview): string {
  const cut = counts.cut > 0 ? `the last ${counts.cut} cut` : "none cut";
  return `${counted(counts.tokens, "token")}, ${counts.learned} of them learned, ${cut}: ${model} reads ${contextLength}.`;
}

function dialogueLines({ tokens, turns }: PreviewDialogue, painted: Paint, color: boolean): string[] {
  const lines = [drawn(tokens.slice(0, turns[0]?.from ?? tokens.length), undefined, painted, color)];
  for (const turn of turns) lines.push(drawn(tokens.slice(turn.from, turn.to), turn, painted, color));
  const last = turns.at(-1)?.to ?? tokens.length;
  lines.push(drawn(tokens.slice(last), undefined, painted, color));
  return lines.filter((line) => line !== "");
}

/** A turn, in pieces of what is learned, cut or neither. */
function drawn(
  tokens: readonly PreviewToken[],
  turn: PreviewTurn | undefined,
  painted: Paint,
  color: boolean,
): string {
  const plain = tokens.filter(({ special }) => !special).length;
  let line = "";
  let at = 0;
  while (at < tokens.length) {
    const mark = markOf(tokens[at]);
    const isNext = (token: PreviewToken | undefined) => token !== undefined && markOf(token) === mark;
    let piece = "";
    while (isNext(tokens[at])) {
      const special = tokens[at]?.special === true;
      const from = at;
      while (isNext(tokens[at]) && tokens[at]?.special === special) at++;
      const joined = tokens
        .slice(from, at)
        .map(({ text }) => text)
        .join("");
      const isWhole = !special && at - from === plain;
      const text = visible(isWhole && turn ? wholeText(joined, turn.text) : joined);
      piece += painted(text, special && mark === "shown" ? "structure" : mark);
    }
    line += color || mark === "shown" ? piece : mark === "learned" ? `«${piece}»` : `[cut: ${piece}]`;
  }
  return line.replaceAll("\n", "\n    ");
}

function markOf(token: PreviewToken | undefined): Mark {
  if (token?.cut) return "cut";
  return token?.learned ? "learned" : "shown";
}

/** Where tokens are parts of characters, the text that they were made of has the characters. */
function wholeText(joined: string, text: string): string {
  const [first = "", ...rest] = joined.split(/\ufffd+/);
  const isMade = rest.length > 0 && text.startsWith(first) && text.endsWith(rest.at(-1) ?? "");
  // A chat template may write more than the text.
  return isMade ? text : joined;
}

function tokenLines(tokens: readonly PreviewToken[], painted: Paint): string[] {
  return tokens.map((token, index) => {
    const mark = markOf(token);
    const text = visible(JSON.stringify(token.text));
    const kind = mark === "shown" ? "" : `  ${mark}`;
    return `${String(index).padStart(6)}${String(token.id).padStart(8)}  ${painted(text, mark)}${kind}`;
  });
}

/** Control characters but tabs and line feeds, and those that turn the direction of writing around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const STEERING = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

function visible(text: string): string {
  return text.replaceAll(STEERING, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
  });
}
