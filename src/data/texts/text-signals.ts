import { createCodeUnits } from "../words/code-units.ts";

/** A run of digits with at most three separators between any two. */
export interface DigitRun {
  readonly start: number;
  /** Behind its last digit. */
  readonly end: number;
  readonly digits: number;
  readonly dots: number;
}

/** What one pass over a text has noticed, by which the detectors know whether and where to look. */
export interface TextSignals {
  /** Where each `@` is. */
  readonly ats: readonly number[];
  readonly runs: readonly DigitRun[];
  /** Behind each word that is given a secret, such as `password`. */
  readonly secretWords: readonly number[];
  /** There is a token that is too long, and too mixed, for a word. */
  readonly hasLongToken: boolean;
  /** There are five hyphens in a row. */
  readonly hasDashes: boolean;
  /** A letter stands between digits, as in a codice fiscale. */
  readonly hasLetterInDigits: boolean;
  /** A digit stands right behind two letters, as in an IBAN. */
  readonly hasDigitsBehindLetters: boolean;
  /** There are two or more colons in a run of hexadecimal digits. */
  readonly hasColons: boolean;
  /** There are words that a prompt injection has: one that bids to disregard or reveal, and one for what. */
  readonly hasInjectionWords: boolean;
  /** There is writing without spaces between words, in which words can't be told so quickly. */
  readonly hasIdeographs: boolean;
}

const LETTER = 1;
const DIGIT = 2;
const SEPARATOR = 4;
const TOKEN = 8;
const UPPER = 16;
/** Of scripts that don't put spaces between words. */
const IDEOGRAPHIC = 32;

/** By code unit. */
const CLASSES = new Uint8Array(1 << 16);
for (let code = 0; code < 256; code++) {
  const character = String.fromCharCode(code);
  CLASSES[code] =
    (/\p{L}/u.test(character) ? LETTER : 0) |
    (/[0-9]/.test(character) ? DIGIT : 0) |
    (/[ \u00a0.\-/()]/.test(character) ? SEPARATOR : 0) |
    (/[A-Za-z0-9_-]/.test(character) ? TOKEN : 0) |
    (/[A-Z]/.test(character) ? UPPER : 0);
}
CLASSES.fill(LETTER, 256);
// Hyphens and spaces that word processors put into numbers separate; other punctuation ends what was going on.
CLASSES.fill(0, 0x2000, 0x2070);
for (const code of [0x2009, 0x2010, 0x2011, 0x2012, 0x2013, 0x202f]) CLASSES[code] = SEPARATOR;
CLASSES.fill(0, 0x3000, 0x3040);
CLASSES.fill(LETTER | IDEOGRAPHIC, 0x3040, 0xd7a4);

/** Fewer digits than these are neither an id nor a phone number; four with three dots can be an IP address. */
const LEAST_DIGITS = 6;
const MOST_SEPARATORS = 3;
const LONG_TOKEN = 16;

const SECRET = 1;
const BIDDING = 2;
const INSTRUCTION = 4;

/**
 * Kinds of words by three of their first letters, the last one and the length, so that nothing is done for the others. A
 * word that is taken for another one costs a look, and finds nothing.
 */
const WORDS = new Uint8Array(1 << 16);
/** The words that are given a secret. */
const SECRET_WORDS = new Set<string>();

/** Setting a bit puts case aside, which is right for ASCII and Latin-1 and harmless elsewhere. */
const CASE = 32;

const place = (first: number, second: number, third: number, last: number, length: number): number =>
  (Math.imul(first | CASE, 0x9e3779b1) ^
    Math.imul(second | CASE, 0x85ebca6b) ^
    Math.imul(third | CASE, 0xc2b2ae35) ^
    Math.imul((last | CASE) + (length << 8), 0x27d4eb2f)) >>>
  16;

const withoutCase = (word: string): string =>
  String.fromCharCode(...Array.from(word, (letter) => letter.charCodeAt(0) | CASE));

function learn(kind: number, words: string): void {
  for (const word of words.split(" ")) {
    // Outside Latin-1, setting the bit doesn't make upper and lower case the same.
    for (const form of [word, word.toUpperCase(), `${word[0]?.toUpperCase()}${word.slice(1)}`]) {
      const code = (index: number) => form.charCodeAt(index);
      const at = place(code(0), code(1), code(2), code(form.length - 1), form.length);
      WORDS[at] = (WORDS[at] ?? 0) | kind;
      if (kind === SECRET) SECRET_WORDS.add(withoutCase(form));
    }
  }
}

learn(
  SECRET,
  "password passwd pwd passphrase passcode passwort kennwort contraseña senha wachtwoord hasło пароль lösenord passe secret token key apikey secretkey accesskey authtoken accesstoken clientsecret şifre parola",
);
learn(
  BIDDING,
  "ignore ignoring disregard forget override bypass follow obey following obeying listen reveal print show output repeat display leak tell now enable enter activate ignorier ignoriere ignorieren ignoriert vergiss vergesst vergessen missachte missachten ignores ignorez ignorer oublie oubliez oublier ignora ignorá ignoren ignorar ignori ignorate olvida olvide olviden olvidar esqueça esquece dimentica dimentichi dimenticate desconsidere negeer vergeet ignorera glöm zignoruj ignoruj zapomnij pomiń проигнорируй игнорируй игнорировать забудь игнорируйте проигнорируйте забудьте önceki yukarıdaki",
);
learn(
  INSTRUCTION,
  "instruction instructions prompt prompts mode told taught given instructed above before directives guidelines rules programming jailbroken unrestricted unfiltered dan message anweisungen instruktionen befehle vorgaben regeln prompts consignes règles instrucciones órdenes reglas instruções regras istruzioni regole instructies opdrachten regels instruktioner regler instrukcje instrukcjach polecenia reguły инструкции указания правила talimatları yönergeleri komutları kuralları",
);

const reader = createCodeUnits();

/** One pass over the text, a few nanoseconds for each character, whatever is in it. */
export function readSignals(text: string): TextSignals {
  reader.read(text);
  const codes = reader.units;
  const length = text.length;
  const ats: number[] = [];
  const runs: DigitRun[] = [];
  const secretWords: number[] = [];
  let hasLongToken = false;
  let hasDashes = false;
  let hasLetterInDigits = false;
  let hasDigitsBehindLetters = false;
  let hasColons = false;
  let words = 0;
  let kindsOfLetters = 0;
  let hasTemplate = false;

  let tokenStart = 0;
  let runStart = -1;
  let runEnd = 0;
  let runDigits = 0;
  let runDots = 0;
  let colons = 0;
  let colonsStart = 0;
  let dashes = 0;

  // The 0 behind the text ends what is going on there.
  for (let index = 0; index <= length; index++) {
    let code = codes[index] ?? 0;
    let kind = CLASSES[code] ?? 0;

    // Most of a text is words: their letters are gone through here, and only what is behind a word below.
    if ((kind & LETTER) !== 0) {
      if (runStart >= 0) {
        if (runEnd === index && isDigit(codes[index + 1] ?? 0)) hasLetterInDigits = true;
        addRun(runs, runStart, runEnd, runDigits, runDots);
        runStart = -1;
      }
      const start = index;
      do {
        kindsOfLetters |= kind;
        code = codes[++index] ?? 0;
        kind = CLASSES[code] ?? 0;
      } while ((kind & LETTER) !== 0);
      const at = place(
        codes[start] ?? 0,
        codes[start + 1] ?? 0,
        codes[start + 2] ?? 0,
        codes[index - 1] ?? 0,
        index - start,
      );
      const known = WORDS[at] ?? 0;
      if (known !== 0) {
        words |= known;
        if ((known & SECRET) !== 0 && SECRET_WORDS.has(withoutCase(text.slice(start, index)))) {
          secretWords.push(index);
        }
      }
    }

    if ((kind & TOKEN) === 0) {
      if (index - tokenStart >= LONG_TOKEN) hasLongToken ||= isMixed(codes, tokenStart, index);
      tokenStart = index + 1;
      // A space behind a word, as most of them are.
      if (code === 32 && runStart < 0) continue;
    }

    if ((kind & DIGIT) !== 0) {
      if (runStart < 0) {
        runStart = index;
        runDigits = 0;
        runDots = 0;
        if (index >= 2 && isLetter(codes[index - 1] ?? 0) && isLetter(codes[index - 2] ?? 0)) {
          hasDigitsBehindLetters = true;
        }
      }
      runDigits++;
      runEnd = index + 1;
      continue;
    }
    if (runStart >= 0) {
      if ((kind & SEPARATOR) === 0 || index - runEnd >= MOST_SEPARATORS) {
        addRun(runs, runStart, runEnd, runDigits, runDots);
        runStart = -1;
      } else if (code === 46 && isDigit(codes[index + 1] ?? 0)) {
        runDots++;
      }
    }
    if (code === 64) {
      ats.push(index);
    } else if (code === 58) {
      // An IPv6 address has two colons at least, with at most four digits between them.
      colons = index - colonsStart <= 5 ? colons + 1 : 1;
      colonsStart = index;
      if (colons >= 2) hasColons = true;
    } else if (code === 45) {
      dashes = codes[index - 1] === 45 ? dashes + 1 : 1;
      if (dashes >= 5) hasDashes = true;
    } else if (code === 124 && codes[index - 1] === 60) {
      hasTemplate = true;
    }
  }
  return {
    ats,
    runs,
    secretWords,
    hasLongToken,
    hasDashes,
    hasLetterInDigits,
    hasDigitsBehindLetters,
    hasColons,
    hasInjectionWords: hasTemplate || ((words & BIDDING) !== 0 && (words & INSTRUCTION) !== 0),
    hasIdeographs: (kindsOfLetters & IDEOGRAPHIC) !== 0,
  };
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isLetter = (code: number): boolean => (code | CASE) >= 97 && (code | CASE) <= 122;

/** Whether a token has a digit or two capital letters in it, as few words do. */
function isMixed(codes: Uint16Array, start: number, end: number): boolean {
  let uppers = 0;
  for (let index = start; index < end; index++) {
    const kind = CLASSES[codes[index] ?? 0] ?? 0;
    if ((kind & DIGIT) !== 0) return true;
    if ((kind & UPPER) !== 0 && ++uppers > 1) return true;
  }
  return false;
}

function addRun(runs: DigitRun[], start: number, end: number, digits: number, dots: number): void {
  if (digits >= LEAST_DIGITS || (dots === 3 && digits >= 4)) runs.push({ start, end, digits, dots });
}
