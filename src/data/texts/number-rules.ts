import {
  isDate,
  passesBsn,
  passesChineseId,
  passesCnpj,
  passesCpf,
  passesGermanTaxId,
  passesLuhn,
  passesMedicare,
  passesNhs,
  passesNir,
  passesPesel,
  passesTfn,
  passesVerhoeff,
} from "./check-digits.ts";
import type { TextRuleName } from "./text-rules.ts";

/** A number that consists of digits, as it may stand in a text. */
export interface NumberRule {
  readonly rule: TextRuleName;
  readonly digits: readonly number[];
  /** How it is written. */
  readonly shape: RegExp;
  readonly isValid: (digits: string) => boolean;
  /** Words before or behind it, without which the number could be any other. */
  readonly context?: RegExp;
  /** A way of writing that nothing else has, so that no word is needed. */
  readonly telling?: RegExp;
}

/** Who issues cards, by the first digits and the lengths (ISO/IEC 7812, as the brands publish them). */
const CARD =
  /^(?:4(?:\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}|(?:50|5[6-9]|6[0-9])\d{14})$/;

const SSN_AREA = /^(?!000|666|9)\d{3}(?!00)\d\d(?!0000)\d{4}$/;
/** Printed on sample cards, and withdrawn by the Social Security Administration. */
const SSN_WITHDRAWN = new Set(["078051120", "219099999"]);

const swedish = (digits: string) => {
  const short = digits.slice(-10);
  const year = digits.length === 12 ? digits.slice(0, 4) : digits.slice(0, 2);
  const day = Number(short.slice(4, 6));
  // A coordination number has 60 added to its day.
  return isDate(year, Number(short.slice(2, 4)), day > 60 ? day - 60 : day) && passesLuhn(short);
};

const polish = (digits: string) => {
  const month = Number(digits.slice(2, 4));
  return isDate(digits.slice(0, 2), month % 20, Number(digits.slice(4, 6))) && passesPesel(digits);
};

const french = (digits: string) => {
  const month = Number(digits.slice(3, 5));
  const isMonth = (month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50;
  return /^[1-478]/.test(digits) && isMonth && digits.slice(5, 7) !== "00" && passesNir(digits);
};

const chinese = (digits: string) =>
  /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])/.test(digits) &&
  isDate(digits.slice(6, 10), Number(digits.slice(10, 12)), Number(digits.slice(12, 14))) &&
  passesChineseId(digits);

/** In the order in which one goes before another. */
export const NUMBER_RULES: readonly NumberRule[] = [
  {
    rule: "personal-cn-resident-id",
    digits: [18],
    shape: /^\d{6}[ -]?\d{8}[ -]?\d{4}$/,
    isValid: chinese,
  },
  {
    rule: "personal-card",
    digits: [14, 15, 16, 17, 18, 19],
    shape:
      /^(?:\d{14,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?|\d{4}([ -])\d{6}\2\d{4,5}|\d{6}[ -]\d{8,13})$/,
    isValid: (digits) => CARD.test(digits) && !/^(\d)\1+$/.test(digits) && passesLuhn(digits),
    telling: /[ -]/,
    context:
      /\b(?:cards?|visa|master\s?card|amex|american express|credit|debit|discover|diners|jcb|unionpay|maestro|cc|pan|karten?\w*|kreditkarte\w*|carte|tarjeta|cart[ãa]o|carta|kaart|kort\w*|kart[ay]?|pay\w*|charge\w*|paid|zahl\w*)\b|[_"]card|卡|カード|карт|카드/i,
  },
  {
    rule: "personal-fr-nir",
    digits: [15],
    shape: /^\d[ .-]?\d\d[ .-]?\d\d[ .-]?\d\d[ .-]?\d{3}[ .-]?\d{3}[ .-]{0,2}\d\d$/,
    isValid: french,
  },
  {
    rule: "personal-br-cnpj",
    digits: [14],
    shape: /^\d{2}\.?\d{3}\.?\d{3}\/?\d{4}-?\d{2}$/,
    isValid: passesCnpj,
    telling: /^\d{2}\.\d{3}\.\d{3}\/\d{4}-\d{2}$/,
    context: /\bcnpj\b/i,
  },
  {
    rule: "personal-in-aadhaar",
    digits: [12],
    shape: /^[2-9]\d{3}[ -]?\d{4}[ -]?\d{4}$/,
    isValid: passesVerhoeff,
    context: /\baadh?aa?r\b|\badhaar\b|\buidai\b|\buid\b|आधार/i,
  },
  {
    rule: "personal-se-personnummer",
    digits: [10, 12],
    shape: /^(?:\d{6}[-+]?\d{4}|(?:19|20)\d{6}-?\d{4}|\d{6} \d{4}|(?:19|20)\d{6} \d{4})$/,
    isValid: swedish,
    context: /personn(?:ummer|r)\b|\bpers\.?\s?nr|\bpnr\b|samordningsnummer|swedish (?:id|personal)/i,
    telling: /^(?:\d{6}|(?:19|20)\d{6})[-+]\d{4}$/,
  },
  {
    rule: "personal-pl-pesel",
    digits: [11],
    shape: /^\d{11}$/,
    isValid: polish,
    context: /\bpesel/i,
  },
  {
    rule: "personal-de-tax-id",
    digits: [11],
    shape: /^\d{2}[ /]?\d{3}[ /]?\d{3}[ /]?\d{3}$/,
    isValid: passesGermanTaxId,
    context:
      /steuer-?\s?(?:id\b|ident|nummer|nr)|\bidnr\b|\bid-?nr\.|\btin\b|tax\s?id|identifikationsnummer/i,
  },
  {
    rule: "personal-br-cpf",
    digits: [11],
    shape: /^\d{3}[. ]?\d{3}[. ]?\d{3}[- ]?\d{2}$/,
    isValid: passesCpf,
    telling: /^\d{3}\.\d{3}\.\d{3}-\d{2}$/,
    context: /\bcpf\b/i,
  },
  {
    rule: "personal-uk-nhs",
    digits: [10],
    shape: /^\d{3}[ -]?\d{3}[ -]?\d{4}$/,
    isValid: passesNhs,
    context: /\bnhs\b/i,
  },
  {
    rule: "personal-au-medicare",
    digits: [10, 11],
    shape: /^[2-6]\d{3}[ -]?\d{5}[ -]?\d(?:[ /-]?[1-9])?$/,
    isValid: passesMedicare,
    context: /\bmedicare(?:\s(?:card|number|no\.?|nr\.?|#|is))*\s?[:#=]?\s?$/i,
  },
  {
    rule: "personal-us-ssn",
    digits: [9],
    shape: /^\d{3}([- .]?)\d{2}\1\d{4}$/,
    isValid: (digits) => SSN_AREA.test(digits) && !SSN_WITHDRAWN.has(digits),
    telling: /^\d{3}-\d{2}-\d{4}$/,
    context: /\bssn\b|_ssn|social[\s_-]?security|\bsoc(?:ial)?\.?\s?(?:sec|#|no|number)|seguro social/i,
  },
  {
    rule: "personal-ca-sin",
    digits: [9],
    shape: /^[1-79]\d{2}([- ]?)\d{3}\1\d{3}$/,
    isValid: passesLuhn,
    context:
      /\bSIN\b|\bsin(?:\s(?:number|no\.?|is|#))?\s?[:=#]?\s?$|[Ss]ocial [Ii]nsurance|\bNAS\b|[Aa]ssurance [Ss]ociale/,
  },
  {
    rule: "personal-au-tfn",
    digits: [9],
    shape: /^\d{3}[ -]?\d{3}[ -]?\d{3}$/,
    isValid: passesTfn,
    context: /\btfn\b|tax file/i,
  },
  {
    rule: "personal-nl-bsn",
    digits: [9],
    shape: /^(?:\d{9}|\d{3}[ .-]\d{3}[ .-]\d{3}|\d{4}[ .]\d{2}[ .]\d{3})$/,
    isValid: passesBsn,
    context: /\bbsn\b|burger\s?service|sofi-?nummer/i,
  },
];
