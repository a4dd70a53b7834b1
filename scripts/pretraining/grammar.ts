/**
 * A small grammar for wordings: one line of text stands for many sentences.
 *
 *   (What is|What's) the [usual ]price of {thing}?
 *
 * `(a|b)` is one of the alternatives, `[a|b]` is one of them half of the time and else nothing, `{name}` is filled from
 * the slots; all nest.
 */
import type { Random } from "./random.ts";

type Part =
  | { kind: "text"; text: string }
  | { kind: "slot"; name: string }
  | { kind: "choice"; options: readonly (readonly Part[])[] }
  | { kind: "optional"; parts: readonly Part[] };

/** What fills `{name}`: a text, or a function that is asked anew each time the slot occurs. */
export type Slots = Readonly<Record<string, string | (() => string)>>;

const parsed = new Map<string, readonly Part[]>();

function parse(pattern: string): readonly Part[] {
  const known = parsed.get(pattern);
  if (known) return known;
  let at = 0;

  const fail = (what: string): never => {
    throw new SyntaxError(`${what} at character ${at} of the wording "${pattern}"`);
  };
  const alternatives = (end: string): Part => {
    const options = [sequence(`|${end}`)];
    while (pattern.charAt(at) === "|") {
      at++;
      options.push(sequence(`|${end}`));
    }
    if (pattern.charAt(at++) !== end) fail(`The bracket before ${end} is never closed`);
    return { kind: "choice", options };
  };
  const sequence = (ends: string): Part[] => {
    const parts: Part[] = [];
    let text = "";
    const flush = () => {
      if (text) parts.push({ kind: "text", text });
      text = "";
    };
    while (at < pattern.length && !ends.includes(pattern.charAt(at))) {
      const character = pattern.charAt(at++);
      if (character === "(") {
        flush();
        parts.push(alternatives(")"));
      } else if (character === "[") {
        flush();
        parts.push({ kind: "optional", parts: [alternatives("]")] });
      } else if (character === "{") {
        flush();
        const end = pattern.indexOf("}", at);
        if (end < 0) fail("A { is never closed");
        parts.push({ kind: "slot", name: pattern.slice(at, end) });
        at = end + 1;
      } else if (")]}|".includes(character)) {
        fail(`A ${character} stands in no bracket`);
      } else {
        text += character;
      }
    }
    flush();
    return parts;
  };

  const parts = sequence("");
  parsed.set(pattern, parts);
  return parts;
}

/** One of the sentences that the pattern stands for. Throws a SyntaxError for a bad pattern or an unknown slot. */
export function expand(pattern: string, random: Random, slots: Slots = {}): string {
  const write = (parts: readonly Part[]): string =>
    parts
      .map((part) => {
        if (part.kind === "text") return part.text;
        if (part.kind === "choice") return write(random.pick(part.options));
        if (part.kind === "optional") return random.chance(0.5) ? write(part.parts) : "";
        const value = slots[part.name];
        if (value === undefined) throw new SyntaxError(`No {${part.name}} for the wording "${pattern}"`);
        return typeof value === "string" ? value : value();
      })
      .join("");
  return write(parse(pattern))
    .replace(/ +/g, " ")
    .replace(/ (?=[.,!?])/g, "")
    .trim();
}

/** The text with a capital letter at the start of each sentence. */
export function capitalise(text: string): string {
  return text.replace(
    /(^|[.!?] )([a-z])/g,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  );
}

/** "a" or "an" put before a noun phrase, by how its first word sounds. */
export function withArticle(noun: string): string {
  const vowel = /^([aeio]|u(?!ni|se|til|ku)|hour|honest|heir)/i.test(noun) && !/^one\b/i.test(noun);
  return `${vowel ? "an" : "a"} ${noun}`;
}

/** "a", "a and b", "a, b and c". */
export function joined(items: readonly string[], word = "and"): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} ${word} ${items[items.length - 1] ?? ""}`;
}
