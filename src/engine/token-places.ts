/** Follows where in a text each of its tokens begins. */
export interface TokenPlaces {
  /**
   * Takes the next token's bytes, one at least.
   *
   * @returns where in the text, in UTF-16 code units, the character begins that the first of these bytes is part of
   */
  push(bytes: Uint8Array): number;
}

/**
 * Makes what says, for tokens that come one by one, where each begins in the text that a streaming UTF-8 decoder makes
 * of all of them. Several tokens begin at the same place when each is a part of one character.
 */
export function createTokenPlaces(): TokenPlaces {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let length = 0;
  return {
    push(bytes) {
      // The first byte alone shows whether the character before it was complete: if not, its U+FFFD comes now, too.
      const text = decoder.decode(bytes.subarray(0, 1), { stream: true });
      const ended = text.length > 0 && !beginsCharacter(bytes[0] ?? 0) ? lastCharacterLength(text) : 0;
      const place = length + text.length - ended;
      length += text.length + decoder.decode(bytes.subarray(1), { stream: true }).length;
      return place;
    },
  };
}

/** Whether a byte is the first of several of a character, so that a text given for it is not of this byte. */
function beginsCharacter(byte: number): boolean {
  return byte >= 0xc2 && byte <= 0xf4;
}

function lastCharacterLength(text: string): number {
  return (text.codePointAt(text.length - 2) ?? 0) > 0xffff ? 2 : 1;
}
