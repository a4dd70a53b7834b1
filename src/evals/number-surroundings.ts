import {
  DOTTED_SCALES,
  DOUBTFUL_SCALES,
  isCurrencyCode,
  MINUS_WORDS,
  PERCENT,
  SCALES,
} from "./number-words.ts";

/** What stands before a number and belongs to it. */
export interface Ahead {
  readonly start: number;
  readonly minus: boolean;
  readonly currency: string | undefined;
}

/** What stands behind a number and belongs to it. */
export interface Behind {
  /** Behind scale, percent and currency; a unit isn't among it. */
  readonly end: number;
  readonly scale: number;
  readonly percent: boolean;
  readonly currency: string | undefined;
  readonly unit: string | undefined;
}

/** How far back a sign, a currency or a word of minus is looked for. */
const REACH = 24;

/** Sign and currency before a number that starts there. */
export function before(text: string, start: number): Ahead {
  let at = start;
  const head = () => text.slice(Math.max(0, at - REACH), at);
  let sign = signBefore(head());
  at -= sign.length;
  const money = /(?<sign>(?:(?<!\p{L})[A-Z]{1,3})?\p{Sc}) ?$|(?<![\p{L}\p{N}])(?<code>[A-Za-z]{3}) ?$/u.exec(
    head(),
  );
  const code = money?.groups?.code;
  const currency = money?.groups?.sign ?? (code !== undefined && isCurrencyCode(code) ? code : undefined);
  if (money && currency !== undefined) {
    at -= money[0].length;
    if (sign === "") {
      sign = signBefore(head());
      at -= sign.length;
    }
  }
  if (sign !== "") {
    return { start: at, minus: sign !== "+", currency };
  }
  const word = /(?<![\p{L}\p{N}])(\p{L}+) $/u.exec(head());
  const minus = MINUS_WORDS.has(word?.[1]?.toLowerCase() ?? "");
  return { start: minus && word ? at - word[0].length : at, minus, currency };
}

/** A sign belongs to its number unless it joins it to what is before, as in `5-10` or `covid-19`. */
function signBefore(head: string): string {
  return /(?<![\p{L}\p{N}%)\]])[-+–]$/u.exec(head)?.[0] ?? "";
}

/** Scale, percent, currency and unit behind a number that ends there. */
export function after(text: string, end: number, own: ReadonlySet<string>, hasCurrency: boolean): Behind {
  let at = end;
  let scale = 1;
  const tail = () => text.slice(at, at + REACH * 2);
  // Two at most: "mil millones", "hundred thousand".
  for (let times = 0; times < 2; times++) {
    const found = scaleBehind(tail(), own, hasCurrency);
    if (!found) {
      break;
    }
    scale *= found.factor;
    at += found.length;
  }
  const percent = PERCENT.exec(tail());
  if (percent) {
    at += percent[0].length;
    scale *= percent.groups?.basis ? 0.01 : percent.groups?.permille ? 0.1 : 1;
  }
  const money = percent ? undefined : currencyBehind(tail(), own);
  at += money?.length ?? 0;
  const unit = /^[\s-]?(°\s?\p{L}|\p{L}+(?:\/\p{L}+|[23](?!\d))?)/u.exec(tail())?.[1];
  return {
    end: at,
    scale,
    percent: percent !== null,
    currency: money?.currency,
    unit: percent ? undefined : unit?.toLowerCase().replace(/\s/g, ""),
  };
}

function scaleBehind(
  tail: string,
  own: ReadonlySet<string>,
  hasCurrency: boolean,
): { factor: number; length: number } | undefined {
  // Chinese and Japanese write on without a space behind their scales.
  const match = /^([\s-]?)([万萬亿億]|\p{L}+)/u.exec(tail);
  const word = match?.[2] ?? "";
  const key = word.toLowerCase();
  const factor = SCALES.get(key);
  if (!match || factor === undefined || own.has(key) || own.has(word)) {
    return undefined;
  }
  if (DOUBTFUL_SCALES.has(key)) {
    const isAttached = match[1] === "";
    const isMoney = hasCurrency || currencyBehind(tail.slice(match[0].length), own) !== undefined;
    const isCapital = isAttached && word.length === 1 && word !== key;
    if (!isMoney && !isCapital) {
      return undefined;
    }
  }
  const isDotted = DOTTED_SCALES.has(key) && tail[match[0].length] === ".";
  return { factor, length: match[0].length + Number(isDotted) };
}

function currencyBehind(
  tail: string,
  own: ReadonlySet<string>,
): { currency: string; length: number } | undefined {
  const match = /^\s?(\p{Sc}|[A-Za-z]{3}(?!\p{L}))/u.exec(tail);
  const currency = match?.[1];
  if (!match || currency === undefined) {
    return undefined;
  }
  const isKnown = currency.length === 1 || (isCurrencyCode(currency) && !own.has(currency.toLowerCase()));
  return isKnown ? { currency, length: match[0].length } : undefined;
}
