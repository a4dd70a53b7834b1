import { type DetectedLanguage, detectLanguage } from "../texts/language.ts";
import type { Turn } from "./turns.ts";

/** The language of what is learned in a row. */
export interface RowLanguage extends DetectedLanguage {
  /** As its block counts it, or over all data. */
  readonly row: number;
  /** Of the text. */
  readonly path: string;
}

/** Where the longest answer is shorter, its language may show only with the others. */
const SHORT = 80;

/**
 * The language of the longest answer that is learned in a row. A prompt may be in another: so it is where the model is
 * to translate.
 *
 * @param lastPath - where the last of the turns stands, if it is not in the list of messages
 */
export function languageOfTurns(
  turns: readonly Turn[],
  lastPath: string | undefined,
): Omit<RowLanguage, "row"> | undefined {
  let longest = -1;
  let all = "";
  for (const [index, { role, weight, content }] of turns.entries()) {
    const isLearned =
      role === "assistant" && weight === 1 && (lastPath === undefined || index === turns.length - 1);
    if (!isLearned) continue;
    if (content.length > (turns[longest]?.content.length ?? 0)) longest = index;
    if (all.length < SHORT) all += `${content}\n`;
  }
  const turn = turns[longest];
  const found = turn && detectLanguage(turn.content.length < SHORT ? all : turn.content);
  if (!turn || !found) return undefined;
  const { content } = turn.fields;
  const field = typeof content === "string" || Array.isArray(content) ? "content" : "refusal";
  return { ...found, path: `${lastPath ?? `$.messages[${longest}]`}.${field}` };
}
