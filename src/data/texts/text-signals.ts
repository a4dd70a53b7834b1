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
  /** There are two or more colons in a run of hexadecimal digits. */
  readonly hasColons: boolean;
  /** There is a word, or a kind of script, in which a prompt injection is written. */
  readonly mayInject: boolean;
}

const LETTER = 1;
const DIGIT = 2;
const SEPARATOR = 4;
const TOKEN = 8;
const UPPER = 16;
const HEX = 32;

const CLASSES = new Uint8Array(256);
for (let code = 0; code < 256; code++) {
  const character = String.fromCharCode(code);
  CLASSES[code] =
    (/\p{L}/u.test(character) ? LETTER : 0) |
    (/[0-9]/.test(character) ? DIGIT : 0) |
    (/[ \u00a0.\-/()]/.test(character) ? SEPARATOR : 0) |
    (/[A-Za-z0-9_-]/.test(character) ? TOKEN : 0) |
    (/[A-Z]/.test(character) ? UPPER : 0) |
    (/[0-9A-Fa-f]/.test(character) ? HEX : 0);
}

/** Fewer digits than these are neither an id nor a phone number; four with three dots can be an IP address. */
const LEAST_DIGITS = 6;
const MOST_SEPARATORS = 3;
const LONG_TOKEN = 16;

const SECRET = 1;
const INJECTION = 2;
/** Words by their hash. Another word with the same hash costs a look, and finds nothing. */
const WORDS = new Uint8Array(1 << 16);

function hashOf(word: string): number {
  let hash = 0;
  for (let index = 0; index < word.length; index++) hash = next(hash, word.charCodeAt(index));
  return hash & 0xffff;
}

/** Case is put aside by setting a bit, which is right for ASCII and Latin-1 and harmless elsewhere. */
function next(hash: number, code: number): number {
  return (Math.imul(hash, 31) + (code | 32)) | 0;
}

function learn(kind: number, words: string): void {
  for (const word of words.split(" ")) {
    // Outside Latin-1, setting the bit doesn't make upper and lower case the same.
    for (const form of [word, word.toUpperCase(), `${word[0]?.toUpperCase()}${word.slice(1)}`]) {
      const hash = hashOf(form);
      WORDS[hash] = (WORDS[hash] ?? 0) | kind;
    }
  }
}

learn(
  SECRET,
  "password passwd pwd passphrase passcode passwort kennwort contraseña senha wachtwoord hasło пароль lösenord passe secret token key apikey secretkey accesskey authtoken accesstoken clientsecret şifre parola",
);
learn(
  INJECTION,
  "instruction instructions prompt prompts mode told guidelines rules directives programming anweisung anweisungen instruktionen vorgaben regeln befehle consignes directives instrucciones órdenes istruzioni instruções instructies instrukcje polecenia инструкции инструкций указания talimatları talimatlari yönergeleri instruktioner dan",
);

/** One pass over the text, a few nanoseconds for each character, whatever is in it. */
export function readSignals(text: string): TextSignals {
  const ats: number[] = [];
  const runs: DigitRun[] = [];
  const secretWords: number[] = [];
  let hasLongToken = false;
  let hasDashes = false;
  let hasLetterInDigits = false;
  let hasColons = false;
  let mayInject = false;

  let hash = 0;
  let inWord = false;
  let tokenLength = 0;
  let tokenDigits = 0;
  let tokenUppers = 0;
  let runStart = -1;
  let runEnd = 0;
  let runDigits = 0;
  let runDots = 0;
  let hexColons = 0;
  let dashes = 0;

  for (let index = 0; index <= text.length; index++) {
    // Behind the end there is a line feed, which ends whatever was going on.
    const code = index < text.length ? text.charCodeAt(index) : 10;
    const kind = code < 256 ? (CLASSES[code] ?? 0) : classOfWide(code);

    if ((kind & LETTER) !== 0) {
      hash = inWord ? next(hash, code) : next(0, code);
      inWord = true;
      if (code >= 0x3040 && code <= 0xd7a3) mayInject = true;
    } else if (inWord) {
      inWord = false;
      const known = WORDS[hash & 0xffff] ?? 0;
      if (known !== 0) {
        if ((known & SECRET) !== 0) secretWords.push(index);
        if ((known & INJECTION) !== 0) mayInject = true;
      }
    }

    if ((kind & TOKEN) !== 0) {
      tokenLength++;
      if ((kind & UPPER) !== 0) tokenUppers++;
      if ((kind & DIGIT) !== 0) tokenDigits++;
    } else if (tokenLength !== 0) {
      if (tokenLength >= LONG_TOKEN && (tokenDigits > 0 || tokenUppers > 1)) hasLongToken = true;
      tokenLength = 0;
      tokenDigits = 0;
      tokenUppers = 0;
    }

    if ((kind & DIGIT) !== 0) {
      if (runStart < 0) {
        runStart = index;
        runDigits = 0;
        runDots = 0;
      }
      runDigits++;
      runEnd = index + 1;
    } else if (runStart >= 0) {
      if ((kind & LETTER) !== 0 && runEnd === index && (classAt(text, index + 1) & DIGIT) !== 0) {
        hasLetterInDigits = true;
      }
      if ((kind & SEPARATOR) === 0 || index - runEnd >= MOST_SEPARATORS) {
        if (runDigits >= LEAST_DIGITS || (runDots === 3 && runDigits >= 4)) {
          runs.push({ start: runStart, end: runEnd, digits: runDigits, dots: runDots });
        }
        runStart = -1;
      } else if (code === 46 && (classAt(text, index + 1) & DIGIT) !== 0) {
        runDots++;
      }
    }

    if ((kind & (HEX | DIGIT)) === 0) {
      if (code === 58) {
        if (++hexColons >= 2) hasColons = true;
      } else if (code === 64) {
        ats.push(index);
        hexColons = 0;
      } else if (code === 124) {
        if (index > 0 && text.charCodeAt(index - 1) === 60) mayInject = true;
        hexColons = 0;
      } else {
        hexColons = 0;
      }
    }
    if (code === 45) {
      if (++dashes >= 5) hasDashes = true;
    } else {
      dashes = 0;
    }
  }
  return { ats, runs, secretWords, hasLongToken, hasDashes, hasLetterInDigits, hasColons, mayInject };
}

function classAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code < 256 ? (CLASSES[code] ?? 0) : 0;
}

/** Hyphens and spaces that word processors put into numbers separate; other punctuation ends what was going on. */
function classOfWide(code: number): number {
  if (code >= 0x2000 && code <= 0x206f) {
    return (code >= 0x2010 && code <= 0x2013) || code === 0x2009 || code === 0x202f ? SEPARATOR : 0;
  }
  return code >= 0x3000 && code < 0x3040 ? 0 : LETTER;
}
