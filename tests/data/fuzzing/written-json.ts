import type { Random } from "../../../src/engine/random.ts";

/** How JSON is written by chance: white space where it may stand, the members in any order, escapes where none is needed. */
export interface Writing {
  /** Whether line feeds may be white space, which they may not in JSON lines. */
  readonly lineFeeds: boolean;
}

/** A value as JSON, in one of the many ways in which it may be written. */
export function writtenJson(random: Random, value: unknown, writing: Writing): string {
  // Most writers are plain.
  if (random.below(3) > 0) return JSON.stringify(value);
  const spaces = writing.lineFeeds
    ? ["", "", "", " ", "\n", "\t", "\r\n"]
    : ["", "", "", " ", "  ", "\t", "\r"];
  const space = () => spaces[random.below(spaces.length)] ?? "";
  const write = (value: unknown): string => {
    if (typeof value === "string") return text(random, value);
    if (Array.isArray(value)) return `[${value.map((item) => space() + write(item) + space()).join(",")}]`;
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    if (random.below(2) === 0) members.reverse();
    const written = members.map(
      ([name, member]) => `${space()}${text(random, name)}${space()}:${space()}${write(member)}`,
    );
    return `{${written.join(",")}${space()}}`;
  };
  return space() + write(value) + space();
}

function text(random: Random, value: string): string {
  const plain = JSON.stringify(value);
  if (random.below(4) > 0) return plain;
  let escaped = "";
  for (let index = 0; index < value.length; index++) {
    const unit = value.charCodeAt(index);
    // Both halves of a character are escaped, or neither.
    const isHalf = unit >= 0xd800 && unit < 0xe000;
    const asEscape = isHalf || random.below(6) === 0;
    if (asEscape) escaped += `\\u${unit.toString(16).padStart(4, "0")}`;
    else if (unit === 47 && random.below(2) === 0) escaped += "\\/";
    else escaped += JSON.stringify(value.charAt(index)).slice(1, -1);
  }
  return `"${escaped}"`;
}
