import type { TokenDecoder } from "./tokenizer.ts";

/** What a token added to a text. */
export interface TextPiece {
  /** Text that is now certain; empty while more has to come first. */
  readonly text: string;
  /** A stop string was found: the text ends before it. */
  readonly stopped: boolean;
}

/** Makes a text of tokens as they come, up to a stop string. */
export interface TextStream {
  push(token: number): TextPiece;
  /** The text that was held back, when no more tokens come. */
  end(): string;
}

/**
 * Joins tokens to text and ends it before the first stop string, also one that spans several tokens: what could be the
 * beginning of a stop string is held back until it is certain that it is not.
 *
 * @param decoder - the tokenizer's streaming decoder
 * @param stop - strings that end the text; empty ones count for nothing
 */
export function createTextStream(decoder: TokenDecoder, stop: readonly string[]): TextStream {
  const stops = stop.filter((text) => text.length > 0);
  let held = "";
  let stopped = false;

  /** Takes more text and gives what can't be part of a stop string any more. */
  function take(more: string): TextPiece {
    held += more;
    const found = stops.map((text) => held.indexOf(text)).filter((at) => at >= 0);
    if (found.length > 0) {
      const text = held.slice(0, Math.min(...found));
      held = "";
      stopped = true;
      return { text, stopped };
    }
    const keep = longestBeginning(held, stops);
    const text = held.slice(0, held.length - keep);
    held = held.slice(held.length - keep);
    return { text, stopped };
  }

  return {
    push: (token) => (stopped ? { text: "", stopped } : take(decoder.push(token))),
    end() {
      if (stopped) return "";
      const { text } = take(decoder.end());
      const rest = text + held;
      held = "";
      return rest;
    },
  };
}

/** The length of the longest end of the text that is the beginning of a stop string. */
function longestBeginning(text: string, stops: readonly string[]): number {
  let longest = 0;
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(stop.slice(0, length))) longest = length;
    }
  }
  return longest;
}
