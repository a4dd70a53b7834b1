import {
  isDate,
  passesChineseId,
  passesCodiceFiscale,
  passesDni,
  passesGermanSocialSecurity,
  passesIbanCheck,
  passesNir,
} from "./check-digits.ts";
import type { RuleHit, TextRuleName } from "./text-rules.ts";
import type { DigitRun } from "./text-signals.ts";

/** Lengths of an IBAN by country, from SWIFT's IBAN registry. */
const IBAN_LENGTHS = new Map(
  (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 " +
    "FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 " +
    "LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SD18 " +
    "SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"
  )
    .split(" ")
    .map((entry): [string, number] => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const IBAN = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ \u00a0-]?[A-Za-z0-9]){11,30}/g;

/** IBANs of each country's length with the right check digits; a word that follows isn't taken in. */
export function findIbans(text: string, hits: RuleHit[]): void {
  IBAN.lastIndex = 0;
  for (let match = IBAN.exec(text); match !== null; match = IBAN.exec(text)) {
    const length = IBAN_LENGTHS.get(match[0].slice(0, 2).toUpperCase());
    const end = length === undefined ? undefined : endOf(match[0], length);
    const written = match[0].slice(0, end);
    if (
      end !== undefined &&
      !/[A-Za-z0-9]/.test(text.charAt(match.index + end)) &&
      passesIbanCheck(compact(written))
    ) {
      hits.push({ rule: "personal-iban", start: match.index, end: match.index + end });
      IBAN.lastIndex = match.index + end;
    } else {
      // What looked like the beginning of one may stand right before another.
      IBAN.lastIndex = match.index + 4;
    }
  }
}

/** Where the given number of letters and digits ends. */
function endOf(text: string, length: number): number | undefined {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    if (/[A-Za-z0-9]/.test(text.charAt(index)) && ++count === length) return index + 1;
  }
  return undefined;
}

const compact = (text: string) => text.replace(/[^A-Za-z0-9]/g, "").toUpperCase();

interface LetteredId {
  readonly rule: TextRuleName;
  readonly shape: RegExp;
  readonly isValid: (compact: string, written: string, before: string) => boolean;
}

/** Ids with letters in them. Each shape begins and ends at the edge of a token, and has a bounded length. */
const LETTERED: readonly LetteredId[] = [
  {
    rule: "personal-uk-nino",
    // HM Revenue & Customs, NIM39110: the letters that are never used first and second.
    shape:
      /(?<![A-Za-z0-9])(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![A-Za-z0-9])/gi,
    isValid: (_, written, before) =>
      /^[A-Z]{2}(?: \d{2} \d{2} \d{2} [A-D])$/.test(written) ||
      /national insurance|\bni\b|\bnino\b|insurance n/i.test(before) ||
      (/^[A-Z]{2}\d{6}[A-D]$/.test(written) && !/part|model|sku|order|serial|code|ref|item/i.test(before)),
  },
  {
    rule: "personal-de-social-security",
    shape: /(?<![A-Za-z0-9])\d{2} ?\d{6} ?[A-Z] ?\d{2} ?\d(?![A-Za-z0-9])/g,
    isValid: (number, _, before) =>
      isDate(number.slice(6, 8), Number(number.slice(4, 6)), Number(number.slice(2, 4)) % 50) &&
      passesGermanSocialSecurity(number) &&
      /versicherung|\bsv\b|\brv\b|\bsvnr|\brvnr|social security|rente/i.test(before),
  },
  {
    rule: "personal-fr-nir",
    shape: /(?<![A-Za-z0-9])[12] ?\d{2} ?\d{2} ?2[AB] ?\d{3} ?\d{3} ?\d{2}(?![A-Za-z0-9])/gi,
    isValid: (number) => passesNir(number),
  },
  {
    rule: "personal-es-dni",
    shape:
      /(?<![A-Za-z0-9.])(?:\d{8}|\d{2}\.\d{3}\.\d{3}|[XYZ][ -]?\d{7})[ -]?[A-HJ-NP-TV-Z](?![A-Za-z0-9])/gi,
    // One in 23 of all eight digits with a letter passes: without the word it has to be in one piece, or with points.
    isValid: (number, written, before) =>
      passesDni(number) &&
      (/\b(?:dni|nie|nif|documento|identidad)\b/i.test(before) ||
        (/^(?:\d{8}-?[A-Z]|\d{2}\.\d{3}\.\d{3}-?[A-Z]|[XYZ]-?\d{7}-?[A-Z])$/.test(written) &&
          !/(?:ref\w*|pedido|factura|order|sku|model|part|serie)\W{0,3}$/i.test(before))),
  },
  {
    rule: "personal-it-codice-fiscale",
    // Digits may be replaced by letters where two people would have the same code (omocodia).
    shape:
      /(?<![A-Za-z0-9])[A-Z]{3} ?[A-Z]{3} ?[0-9LMNP-V]{2}[ABCDEHLMPRST][0-9LMNP-V]{2} ?[A-Z][0-9LMNP-V]{3}[A-Z](?![A-Za-z0-9])/gi,
    isValid: passesCodiceFiscale,
  },
  {
    rule: "personal-cn-resident-id",
    shape: /(?<![A-Za-z0-9])[1-8]\d{5} ?(?:19|20)\d{6} ?\d{3}X(?![A-Za-z0-9])/gi,
    isValid: (number) =>
      isDate(number.slice(6, 10), Number(number.slice(10, 12)), Number(number.slice(12, 14))) &&
      passesChineseId(number),
  },
];

/** Whether digits have a letter beside them as such an id has: right there, or alone behind one separator. */
export function isBesideLetter(text: string, { start, end }: DigitRun): boolean {
  const behind = isSeparator(text.charCodeAt(end)) ? end + 1 : end;
  if (isLetter(text.charCodeAt(behind)) && !isLetter(text.charCodeAt(behind + 1))) return true;
  const before = text.charCodeAt(start - 1);
  if (!isSeparator(before)) return isLetter(before);
  let letters = 0;
  while (letters < 3 && isLetter(text.charCodeAt(start - 2 - letters))) letters++;
  return letters === 1 || letters === 2;
}

const isSeparator = (code: number) => code === 32 || code === 45;
const isLetter = (code: number) => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);

export function findLetteredIds(text: string, hits: RuleHit[]): void {
  for (const { rule, shape, isValid } of LETTERED) {
    for (const match of text.matchAll(shape)) {
      const before = text.slice(Math.max(0, match.index - 56), match.index);
      if (isValid(compact(match[0]), match[0], before)) {
        hits.push({ rule, start: match.index, end: match.index + match[0].length });
      }
    }
  }
}
