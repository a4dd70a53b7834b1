import { randomBytes } from "node:crypto";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/**
 * A random id such as `file-4QbTz…`.
 *
 * @param prefix - with its separator, as the wire contract writes it: `file-`, `upload_`, `ftjob-`
 * @param length - how many characters follow; 24 make 142 bits
 */
export function newId(prefix: string, length = 24): string {
  let id = prefix;
  while (id.length < prefix.length + length) {
    for (const byte of randomBytes(length)) {
      // 248 is the largest multiple of 62 in a byte: a remainder of the rest would make some letters likelier.
      if (byte < 248 && id.length < prefix.length + length) id += ALPHABET[byte % ALPHABET.length];
    }
  }
  return id;
}
