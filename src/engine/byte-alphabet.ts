/**
 * The printable characters that stand for bytes in the vocabulary of a byte-level tokenizer.
 *
 * Printable Latin-1 characters stand for themselves; the other 68 bytes take the characters from U+0100 on, in order.
 * This is GPT-2's `bytes_to_unicode`, which `tokenizer.json` files keep.
 */

function isPrintable(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

function alphabet(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
}

const characters = alphabet();
const bytes = new Map(characters.map((character, byte) => [character, byte]));

/** The 256 bytes in the order of their characters, which is the order in which a new vocabulary lists them. */
export const BYTES_IN_ORDER: readonly number[] = characters
  .map((character, byte) => ({ byte, at: character.charCodeAt(0) }))
  .sort((a, b) => a.at - b.at)
  .map(({ byte }) => byte);

/** How a vocabulary spells a run of bytes. */
export function spellBytes(run: Iterable<number>): string {
  let spelling = "";
  for (const byte of run) spelling += characters[byte] ?? "";
  return spelling;
}

/** The bytes that a spelling stands for; `undefined` when a character of it stands for none. */
export function readSpelling(spelling: string): Uint8Array | undefined {
  const run = new Uint8Array(spelling.length);
  for (let i = 0; i < spelling.length; i++) {
    const byte = bytes.get(spelling.charAt(i));
    if (byte === undefined) return undefined;
    run[i] = byte;
  }
  return run;
}
