import type { TokenDecoder } from "./tokenizer.ts";

/** What a token, or the end of the tokens, added to a text. */
export interface TextPiece {
  /** Text that is now certain; empty while more has to come first. */
  readonly text: string;
  /** A stop string was found: the text ends before it. */
  readonly stopped: boolean;
}

/** Makes a text of tokens as they come, up to a stop string. */
export interface TextStream {
  push(token: number): TextPiece;
  /** The text that was held back, when no more tokens come. A stop string that was held back with it ends it. */
  end(): TextPiece;
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
    const found = firstStop(held, stops);
    // One stop string may be there while an earlier, longer one is still open ("bc" and "abcd" in "abc"). Which of them
    // ends the text must not depend on where its tokens end, so the earlier one is waited for.
    const open = held.length - longestBeginning(held, stops);
    stopped = found <= open;
    const certain = Math.min(found, open);
    const text = held.slice(0, certain);
    held = stopped ? "" : held.slice(certain);
    return { text, stopped };
  }

  return {
    push: (token) => (stopped ? { text: "", stopped } : take(decoder.push(token))),
    end() {
      if (stopped) return { text: "", stopped };
      const { text } = take(decoder.end());
      // Without more tokens no longer stop string can come to its end: the first that is there is the one.
      const found = firstStop(held, stops);
      const rest = text + held.slice(0, found);
      stopped ||= found < held.length;
      held = "";
      return { text: rest, stopped };
    },
  };
}

/** Where the first stop string in a text begins; infinite when there is none. */
function firstStop(text: string, stops: readonly string[]): number {
  return Math.min(...stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0));
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
