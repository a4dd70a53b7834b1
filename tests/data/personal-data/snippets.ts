import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A text, and where in it what is. */
export interface Snippet {
  readonly id: number;
  /** Rules may be changed by what the tuning part shows; the held-out part is for measuring alone. */
  readonly part: "tuning" | "held-out";
  readonly language: string;
  readonly text: string;
  readonly spans: readonly { readonly rule: string; readonly start: number; readonly end: number }[];
}

/**
 * The labelled set. In the file, `[[rule:value]]` marks what should be found, and `¦` stands within secrets and is taken
 * out here: whole, made-up keys would alarm those who scan repositories for real ones.
 */
export function readSnippets(): Snippet[] {
  const lines = readFileSync(join(import.meta.dirname, "snippets.jsonl"), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => {
    const { id, part, language, text: marked } = JSON.parse(line);
    const spans: { rule: string; start: number; end: number }[] = [];
    let text = "";
    let from = 0;
    const whole: string = marked.replaceAll("¦", "");
    for (const match of whole.matchAll(/\[\[([a-z-]+):(.*?)\]\]/gs)) {
      text += whole.slice(from, match.index);
      const value = match[2] ?? "";
      spans.push({ rule: match[1] ?? "", start: text.length, end: text.length + value.length });
      text += value;
      from = match.index + match[0].length;
    }
    text += whole.slice(from);
    return { id, part, language, text, spans };
  });
}
