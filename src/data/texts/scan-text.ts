import type { TextMatch } from "../findings.ts";
import { findEmail, findIpv4, findIpv6 } from "./addresses.ts";
import { findAssignedSecret } from "./assigned-secrets.ts";
import { findNumbers } from "./digit-runs.ts";
import { findIbans, findLetteredIds, isBesideLetter } from "./lettered-ids.ts";
import { findPhones } from "./phones.ts";
import { findInjections } from "./prompt-injection.ts";
import { findKeys, findPrivateKeys, findUrlPassword } from "./secrets.ts";
import { type RuleHit, TEXT_RULES, type TextRuleName, toMatch } from "./text-rules.ts";
import { readSignals, type TextSignals } from "./text-signals.ts";

const NOTHING: readonly TextMatch[] = [];

/** Which of two overlapping matches stays: what has been checked most closely comes first. */
const RANK = new Map<TextRuleName, number>(TEXT_RULES.map((rule, index) => [rule, index]));

/**
 * Secrets, personal data and prompt injections in a text, in the order in which they stand there; none overlaps another.
 *
 * What belongs to nobody by a registry's rule is not found: addresses at `example.com` or `.test` (RFC 2606), IP
 * addresses for documentation and private networks (RFC 5737, RFC 6890), and phone numbers 555-0100 to 0199. Payment
 * gateways' test cards are found: nothing but a list tells them from a customer's.
 *
 * @example
 * ```ts
 * import { scanText } from "fermion/data";
 *
 * for (const { rule, start, end } of scanText("Write to margaret.holloway@btinternet.com")) {
 *   console.log(rule, start, end); // personal-email 9 41
 * }
 * ```
 */
export function scanText(text: string): readonly TextMatch[] {
  const hits = hitsIn(text);
  return hits.length === 0 ? NOTHING : hits.map(toMatch);
}

/** As {@link scanText}, without the words for people. */
export function hitsIn(text: string, signals: TextSignals = readSignals(text)): RuleHit[] {
  const hits: RuleHit[] = [];
  if (signals.hasDashes) findPrivateKeys(text, hits);
  if (signals.hasLongToken) findKeys(text, hits);
  for (const wordEnd of signals.secretWords) findAssignedSecret(text, wordEnd, hits);
  for (const at of signals.ats) {
    if (!findUrlPassword(text, at, hits)) findEmail(text, at, hits);
  }
  if (signals.hasColons) findIpv6(text, hits);
  if (signals.hasLetterInDigits || signals.runs.some((run) => isBesideLetter(text, run)))
    findLetteredIds(text, hits);
  const ibans: RuleHit[] = [];
  let iban = 0;
  if (signals.runs.length > 0 && signals.hasDigitsBehindLetters) {
    findIbans(text, ibans);
    for (const hit of ibans) hits.push(hit);
  }
  for (const run of signals.runs) {
    if (run.dots >= 3) findIpv4(text, run, hits);
    if (run.digits < 7) continue;
    const before = hits.length;
    findNumbers(text, run, hits);
    // A run that belongs to an IBAN, a card or an id needn't be looked at again.
    while ((ibans[iban]?.end ?? Number.POSITIVE_INFINITY) < run.end) iban++;
    const isInIban = (ibans[iban]?.start ?? Number.POSITIVE_INFINITY) <= run.start;
    if (!isInIban && hits.length === before) findPhones(text, run, hits);
  }
  if (signals.hasInjectionWords) findInjections(text, true, hits);
  if (signals.hasIdeographs) findInjections(text, false, hits);
  return hits.length > 1 ? withoutOverlaps(hits) : hits;
}

/** By place; of those that overlap, the one whose rule comes first, and of the same rule the longer one. */
function withoutOverlaps(hits: RuleHit[]): RuleHit[] {
  const rank = (hit: RuleHit) => RANK.get(hit.rule) ?? RANK.size;
  hits.sort((a, b) => a.start - b.start || rank(a) - rank(b) || b.end - a.end);
  const kept: RuleHit[] = [];
  for (const hit of hits) {
    const last = kept.at(-1);
    if (last === undefined || hit.start >= last.end) {
      kept.push(hit);
    } else if (rank(hit) < rank(last)) {
      kept[kept.length - 1] = hit;
    }
  }
  return kept;
}
