import { NUMBER_RULES, type NumberRule } from "./number-rules.ts";
import type { RuleHit } from "./text-rules.ts";
import type { DigitRun } from "./text-signals.ts";

/** How far around a number its name is looked for. */
const BEFORE = 56;
const BEHIND = 24;

/** The most that a rule takes: the groups of a French NIR, the digits of a card. */
const MOST_GROUPS = 8;
const MOST_DIGITS = 19;

const BY_LENGTH: readonly (readonly NumberRule[])[] = Array.from({ length: MOST_DIGITS + 1 }, (_, length) =>
  NUMBER_RULES.filter((rule) => rule.digits.includes(length)),
);

/** Names of numbers that are no card's, right before a number that is written without spaces. */
const OTHER_NUMBER =
  /(?:order|bestell\w*|serial|tracking|invoice|rechnung\w*|ref\w*|imei|meter|ticket|case|parcel|shipment|sku|ean|gtin|upc|hash|seed|#|pedido|commande|id)(?:\s?(?:no|nr|number|id|n[°º])\.?)?\s?[:=#]?\s?$/i;

/** Ids and cards in a run of digits: each of its groups, alone and together with those that follow. */
export function findNumbers(text: string, run: DigitRun, hits: RuleHit[]): void {
  const groups = groupsOf(text, run);
  for (let first = 0; first < groups.length; first++) {
    const start = groups[first]?.start ?? run.start;
    let digits = "";
    let found: RuleHit | undefined;
    let lastFound = first;
    for (let last = first; last < groups.length && last < first + MOST_GROUPS; last++) {
      const group = groups[last];
      if (group === undefined || digits.length + group.end - group.start > MOST_DIGITS) break;
      digits += text.slice(group.start, group.end);
      const candidates = BY_LENGTH[digits.length] ?? [];
      if (candidates.length === 0) continue;
      const hit = matchOf(text, start, group.end, digits, candidates);
      // A longer number goes before a shorter one within it.
      if (hit !== undefined) {
        found = hit;
        lastFound = last;
      }
    }
    if (found !== undefined) {
      hits.push(found);
      first = lastFound;
    }
  }
}

function matchOf(
  text: string,
  start: number,
  end: number,
  digits: string,
  candidates: readonly NumberRule[],
): RuleHit | undefined {
  if (isPartOfMore(text, start, end)) return undefined;
  const written = text.slice(start, end);
  let before: string | undefined;
  let around = "";
  for (const { rule, shape, isValid, context, telling } of candidates) {
    if (!shape.test(written) || !isValid(digits)) continue;
    if (context !== undefined && telling?.test(written) !== true) {
      before ??= text.slice(Math.max(0, start - BEFORE), start);
      around ||= text.slice(end, end + BEHIND);
      // A card's number without spaces needs no word: one in ten numbers passes the check, and few begin like a card.
      const isAnyCard = rule === "personal-card" && !OTHER_NUMBER.test(before) && digits.length === 16;
      if (!isAnyCard && !context.test(before) && !context.test(around)) continue;
    }
    return { rule, start, end };
  }
  return undefined;
}

/** Whether what is before or behind makes it a part of a longer code, amount or path. */
function isPartOfMore(text: string, start: number, end: number): boolean {
  const before = text.charCodeAt(start - 1);
  const behind = text.charCodeAt(end);
  if (isWord(before) || isWord(behind)) return true;
  const isDecimal = (behind === 46 || behind === 44) && isDigit(text.charCodeAt(end + 1));
  const followsPoint = (before === 46 || before === 44) && isDigit(text.charCodeAt(start - 2));
  const isJoined = (before === 45 || before === 47) && isWord(text.charCodeAt(start - 2));
  return isDecimal || followsPoint || isJoined || (behind === 45 && isWord(text.charCodeAt(end + 1)));
}

const isDigit = (code: number) => code >= 48 && code <= 57;
/** Letters of scripts without spaces between words may stand right beside a number. */
const isWord = (code: number) =>
  isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;

/** The digits between separators. */
function groupsOf(text: string, run: DigitRun): { start: number; end: number }[] {
  const groups: { start: number; end: number }[] = [];
  let start = -1;
  for (let index = run.start; index <= run.end; index++) {
    const digit = index < run.end && isDigit(text.charCodeAt(index));
    if (digit && start < 0) start = index;
    if (!digit && start >= 0) {
      groups.push({ start, end: index });
      start = -1;
    }
  }
  return groups;
}
