import type { ChatCompletionChunk } from "../contract/chat.ts";

/** Reads chunks that say what one before them said, but for their text. */
export interface ChunkTemplate {
  /** The chunk, exactly as parsing all of it would give it; `undefined` if it differs in more than its text. */
  read(data: string): ChatCompletionChunk | undefined;
  /** Takes a chunk that is valid as the one that others may be like. */
  learn(data: string, chunk: ChatCompletionChunk): void;
}

/** A stream whose chunks are never alike isn't looked at for ever. */
const MAX_LESSONS = 16;
/** What stands in for a text while a chunk is looked at. */
const PROBE = "fermion probe";

interface Pattern {
  readonly before: string;
  readonly behind: string;
  readonly chunk: ChatCompletionChunk;
  readonly choice: ChatCompletionChunk["choices"][number];
}

/**
 * Most chunks of a stream are the same to the letter up to the text of their one choice and behind it. If what stands
 * between is a JSON string, then the whole is JSON, and of the same shape: a parser is in the same state at its beginning,
 * and at its end. So only that string is parsed, and what was found valid once isn't checked again. Parsing is half of
 * all that reading a stream costs.
 */
export function createChunkTemplate(): ChunkTemplate {
  let pattern: Pattern | undefined;
  let lessons = 0;
  return {
    read(data) {
      if (!pattern) {
        return undefined;
      }
      const { before, behind, chunk, choice } = pattern;
      const end = data.length - behind.length;
      // Pieces are compared in a few steps; `startsWith` would go letter by letter.
      if (end < before.length || data.slice(0, before.length) !== before || data.slice(end) !== behind) {
        return undefined;
      }
      const content = stringOf(data.slice(before.length, end));
      return content === undefined
        ? undefined
        : { ...chunk, choices: [{ ...choice, delta: { ...choice.delta, content } }] };
    },
    learn(data, chunk) {
      if (lessons < MAX_LESSONS) {
        const found = patternOf(data, chunk);
        lessons += found ? 1 : 0;
        pattern = found ?? pattern;
      }
    },
  };
}

function patternOf(data: string, chunk: ChatCompletionChunk): Pattern | undefined {
  const [choice, ...others] = chunk.choices;
  if (!choice || others.length > 0 || !choice.delta.content) {
    return undefined;
  }
  const literal = JSON.stringify(choice.delta.content);
  const place = data.lastIndexOf(literal);
  if (place === -1) {
    return undefined;
  }
  const before = data.slice(0, place);
  const behind = data.slice(place + literal.length);
  const probed: unknown = { ...chunk, choices: [{ ...choice, delta: { ...choice.delta, content: PROBE } }] };
  // The place may be that of another field with the same text, or inside one.
  return parsedText(`${before}${JSON.stringify(PROBE)}${behind}`) === JSON.stringify(probed)
    ? { before, behind, chunk, choice }
    : undefined;
}

function parsedText(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function stringOf(literal: string): string | undefined {
  if (literal[0] !== '"') {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === "string" ? value : undefined;
  } catch {
    // Several strings, with more between them: for who parses the whole.
    return undefined;
  }
}
