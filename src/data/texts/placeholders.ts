import { createHmac, randomBytes } from "node:crypto";
import { normalizePhone } from "./phones.ts";
import type { TextRuleName } from "./text-rules.ts";

/** Tells one value from another without keeping either. */
export interface Placeholders {
  /** The placeholder for a value: the same for the same value, however it is written. */
  of(rule: TextRuleName, value: string): string;
  /** How many different values each rule has seen, as far as they are counted. */
  distinct(): Readonly<Partial<Record<TextRuleName, number>>>;
}

/** How a placeholder is written. */
export type PlaceholderFormat = (kind: string, id: string, rule: TextRuleName) => string;

/** `[EMAIL_1]`: no quote or backslash, so that JSON stays JSON, and nothing a tokenizer is surprised by. */
const inBrackets: PlaceholderFormat = (kind, id) => `[${kind}_${id}]`;

/** Of a digest, 48 bits: among a million values, two get the same in one of 500 data sets. */
const ID_DIGITS = 12;

/**
 * @param secret - with it the placeholder is a keyed hash, the same in every process that has it; without, values are
 * numbered as they come
 * @param mostNumbered - of values that are numbered the hash is kept, so there is an end: later ones get a hash too
 */
export function createPlaceholders(
  secret: string | undefined,
  format: PlaceholderFormat = inBrackets,
  mostNumbered = 500_000,
): Placeholders {
  const key = secret ?? randomBytes(32);
  const numbers = new Map<string, number>();
  const distinct = new Map<TextRuleName, number>();
  return {
    of(rule, value) {
      const digest = createHmac("sha256", key)
        .update(`${rule}\0${normalize(rule, value)}`)
        .digest("hex");
      const kind = kindOf(rule);
      if (secret !== undefined) return format(kind, digest.slice(0, ID_DIGITS), rule);
      const hash = digest.slice(0, 24);
      let number = numbers.get(hash);
      if (number === undefined) {
        if (numbers.size >= mostNumbered) return format(kind, digest.slice(0, ID_DIGITS), rule);
        number = (distinct.get(rule) ?? 0) + 1;
        distinct.set(rule, number);
        numbers.set(hash, number);
      }
      return format(kind, String(number), rule);
    },
    distinct: () => Object.fromEntries(distinct),
  };
}

/** `EMAIL` of `personal-email`, `AWS_KEY` of `secret-aws-key`. */
function kindOf(rule: TextRuleName): string {
  // "Assigned" says how it was found, and nothing to who reads the text.
  if (rule === "secret-assigned") return "SECRET";
  return rule
    .replace(/^(?:personal|secret)-/, "")
    .replaceAll("-", "_")
    .toUpperCase();
}

function normalize(rule: TextRuleName, value: string): string {
  if (rule === "personal-phone") return normalizePhone(value);
  if (rule === "personal-email" || rule === "personal-ip") return value.toLowerCase();
  if (rule === "personal-se-personnummer") return value.replace(/\D/g, "").slice(-10);
  return rule.startsWith("personal-") ? value.replace(/[^A-Za-z0-9]/g, "").toUpperCase() : value;
}
