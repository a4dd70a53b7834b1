/** Words and abbreviations that multiply a number, in the short scale unless a language has but one meaning for them. */
export const SCALES: ReadonlyMap<string, number> = new Map([
  ...scale(1e2, "hundred hundert"),
  ...scale(1e3, "k thousand thousands tausend tsd mille mil mila"),
  ...scale(1e4, "万 萬"),
  ...scale(1e5, "lakh lakhs"),
  ...scale(1e6, "m mm mn mio mln million millions millionen millón millones milione milioni miljoen"),
  ...scale(1e7, "crore crores"),
  ...scale(1e8, "亿 億"),
  ...scale(
    1e9,
    "b bn bln mrd billion billions milliarde milliarden milliard milliards miliardo miliardi miljard",
  ),
  // The plurals of German and Spanish can't be English; "Billion" alone is read as the English word.
  ...scale(1e12, "t tn trn trillion trillions billionen billones"),
]);

function scale(factor: number, words: string): [string, number][] {
  return words.split(" ").map((word) => [word, factor]);
}

/**
 * Abbreviations that mean something else as often (5 m is a length, 5 t a weight): they are scales only right behind the
 * digits as a capital, or in an amount of money.
 */
export const DOUBTFUL_SCALES: ReadonlySet<string> = new Set(["m", "mm", "b", "t"]);

/** Abbreviations that a point may follow. */
export const DOTTED_SCALES: ReadonlySet<string> = new Set(["mio", "mln", "mrd", "tsd", "bln"]);

/** What follows a percentage; hundredths of a percent too. */
export const PERCENT =
  /^\s?(?:(?<percent>[%٪]|(?:percent(?:age points?)?|pct|prozent(?:punkte?)?|pour cent|per cent|por ciento|per cento|percento|procent)(?!\p{L}))|(?<permille>‰)|(?<basis>(?:basis points?|bps?|basispunkte?)(?!\p{L})))/iu;

/** Codes of currencies, which stand before or behind an amount; signs such as € are known by their kind. */
const CURRENCY_CODES: ReadonlySet<string> = new Set(
  "usd eur gbp chf jpy cny rmb inr aud cad nzd sek nok dkk pln czk huf brl mxn zar krw sgd hkd try ils aed".split(
    " ",
  ),
);

/** Codes that are words as well ("try 2 more", "30 Sek."): in capitals alone they are currencies. */
const WORDS_TOO: ReadonlySet<string> = new Set(["try", "sek"]);

/** Whether three letters are the code of a currency. */
export function isCurrencyCode(letters: string): boolean {
  const code = letters.toLowerCase();
  return CURRENCY_CODES.has(code) && (!WORDS_TOO.has(code) || letters === letters.toUpperCase());
}

/** Words that make the number behind them negative. */
export const MINUS_WORDS: ReadonlySet<string> = new Set(["minus", "negative", "moins", "menos", "meno"]);
