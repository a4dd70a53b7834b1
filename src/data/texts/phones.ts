import { type CountryCode, parsePhoneNumberFromString } from "libphonenumber-js/max";
import type { RuleHit } from "./text-rules.ts";
import type { DigitRun } from "./text-signals.ts";

/** Words that announce a phone number. */
const PHONE_WORD =
  /\b(?:phone|tele(?:phone|fon|fono)|tel|tél|téléphone|teléfono|cell|cellphone|celular|cellulare|mobile|mobil\w*|mob|móvil|handy\w*|call|called|calls?|dial|ring|reach|text|sms|whats\s?app|fax|contact|number|telefonnummer\w*|rufnummer|ruf\w*|anruf\w*|erreich\w*|appel\w*|joindre|portable|llám\w*|número|chiam\w*|bel|bellen|dzwoni\w*|telefonu?|nr|ligue|ligar|celular|zap|telefonnr|ring|tfn)\b|\b(?:phone|tel)[_":]|电话|手机|電話|携帯|тел|звон|전화|फ़ोन|फोन/iu;

/** Words right before a number that make it another kind of number. */
const OTHER_NUMBER =
  /(?:order|bestell\w*|pedido|commande|zamówienie|serial|tracking|invoice|rechnung\w*|factura|facture|faktura|kunden\w*|customer|account|konto|policy|claim|ticket|case|reference|ref|part|sku|model|isbn|ean|gtin|upc|imei|vin|timestamp|version|v|seed|build|meter|zähler\w*|lot|batch|id|room|cnpj|cpf|abn|dossier|注文番号|订单号|单号)(?:\s?(?:no|nr|number|num|id|n[°º])\.?)?(?:\s(?:is|ist|est|es))?\s?[:=#°º]*\s?$/iu;

/** Countries whose national numbers may look like this one, those with most speakers first. */
function countriesOf(digits: string): readonly CountryCode[] {
  if (digits.startsWith("0"))
    return ["GB", "DE", "FR", "JP", "NL", "SE", "AU", "AT", "CH", "BE", "IT", "IN", "TR", "CN"];
  switch (digits.length) {
    case 9:
      return ["ES", "PL", "PT"];
    case 10:
      return ["US", "IN", "IT", "MX", "RU"];
    case 11:
      return ["CN", "BR", "US", "RU"];
    case 8:
      return ["DK", "NO", "SG"];
    default:
      return [];
  }
}

/** North America: (415) 867-2931, 415-867-2931. Nothing else is grouped like this and has such first digits. */
const NORTH_AMERICAN = /^(?:1[-. ])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-.])[2-9]\d{2}[-.]\d{4}$/;
const FICTIONAL = /^1?[2-9]\d{2}55501\d{2}$/;

/**
 * Phone numbers among digits that no id has taken: with a country's code, in North America's own shape, or after a
 * word for it. What libphonenumber knows to be assigned to nobody is none; nor are 555-0100 to 0199, kept for fiction.
 */
export function findPhones(text: string, run: DigitRun, hits: RuleHit[]): void {
  const start = startOf(text, run.start);
  const written = text.slice(start, run.end);
  if (run.digits > 16 || written.length > 32) {
    findParts(text, run, hits);
  } else if (isPhone(text, start, run.end, written)) {
    hits.push({ rule: "personal-phone", start, end: run.end });
  }
}

/** Several numbers in a row, with spaces or slashes between them. */
function findParts(text: string, run: DigitRun, hits: RuleHit[]): void {
  for (const match of text.slice(run.start, run.end).matchAll(/\d(?:[\d.()-]| (?=\d)){6,24}\d/g)) {
    const start = startOf(text, run.start + match.index);
    const end = run.start + match.index + match[0].length;
    if (isPhone(text, start, end, text.slice(start, end))) hits.push({ rule: "personal-phone", start, end });
  }
}

/** A plus and an opened parenthesis belong to a number. */
function startOf(text: string, start: number): number {
  let from = start;
  while (from > 0 && start - from < 2 && /[+(]/.test(text.charAt(from - 1))) from--;
  return from;
}

function isPhone(text: string, start: number, end: number, written: string): boolean {
  if (/[A-Za-z0-9_=/.#$€£-]/.test(text.charAt(start - 1)) && !/[=:.]/.test(text.charAt(start - 1)))
    return false;
  if (/[A-Za-z0-9_%€]/.test(text.charAt(end)) || /^[.,:]\d/.test(text.slice(end, end + 2))) return false;
  const digits = written.replace(/\D/g, "");
  if (digits.length < 7 || digits.length > 16 || FICTIONAL.test(digits)) return false;
  const before = text.slice(Math.max(0, start - 40), start);
  if (written.startsWith("+") || written.startsWith("(+")) {
    return internationalOf(written.replace(/\(0\)/, "").replace(/\D/g, "")) !== undefined;
  }
  if (OTHER_NUMBER.test(before)) return false;
  const isAmerican = NORTH_AMERICAN.test(written);
  if (!isAmerican && !PHONE_WORD.test(before)) return false;
  if (!isAmerican && isDateOrAmount(written)) return false;
  return phoneOf(digits, isAmerican ? ["US"] : countriesOf(digits)) !== undefined;
}

/** The number in the form of E.164, by the first country that assigns such numbers. */
function phoneOf(digits: string, countries: readonly CountryCode[]): string | undefined {
  if (digits.startsWith("00")) return internationalOf(digits.slice(2));
  for (const country of countries) {
    const phone = parsePhoneNumberFromString(digits, country);
    if (phone?.isValid() === true) return phone.number;
  }
  return undefined;
}

function internationalOf(digits: string): string | undefined {
  const phone = parsePhoneNumberFromString(`+${digits}`);
  return phone?.isValid() === true ? phone.number : undefined;
}

/** One form for all ways of writing a phone number; where a country is missing, the likeliest is taken. */
export function normalizePhone(written: string): string {
  const digits = written.replace(/\(0\)/, "").replace(/\D/g, "");
  if (written.includes("+")) return internationalOf(digits) ?? digits;
  return phoneOf(digits, NORTH_AMERICAN.test(written) ? ["US"] : countriesOf(digits)) ?? digits;
}

function isDateOrAmount(written: string): boolean {
  return /^\d{4}[-./]\d{1,2}[-./]\d{1,2}/.test(written) || /^\d{1,2}[-./]\d{1,2}[-./]\d{4}/.test(written);
}
