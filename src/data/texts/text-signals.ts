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

const CLASSES = new Uint8Array(256);
for (let code = 0; code < 256; code++) {
  const character = String.fromCharCode(code);
  CLASSES[code] =
    (/\p{L}/u.test(character) ? LETTER : 0) |
    (/[0-9]/.test(character) ? DIGIT : 0) |
    (/[ \u00a0.\-/()]/.test(character) ? SEPARATOR : 0) |
    (/[A-Za-z0-9_-]/.test(character) ? TOKEN : 0) |
    (/[A-Z]/.test(character) ? UPPER : 0);
}

/** Fewer digits than these are neither an id nor a phone number; four with three dots can be an IP address. */
const LEAST_DIGITS = 6;
const MOST_SEPARATORS = 3;
const LONG_TOKEN = 16;

const SECRET = 1;
const BIDDING = 2;
const INSTRUCTION = 4;
/** Words by their hash. Another word with the same hash costs a look, and finds nothing. */
const WORDS = new Uint8Array(1 << 16);

/** Setting a bit puts case aside, which is right for ASCII and Latin-1 and harmless elsewhere. */
const next = (hash: number, code: number): number => ((hash << 5) | (hash >>> 27)) ^ (code | 32);

const place = (hash: number): number => (hash ^ (hash >>> 16)) & 0xffff;

function placeOf(word: string): number {
  let hash = 0;
  for (let index = 0; index < word.length; index++) hash = next(hash, word.charCodeAt(index));
  return place(hash);
}

function learn(kind: number, words: string): void {
  for (const word of words.split(" ")) {
    // Outside Latin-1, setting the bit doesn't make upper and lower case the same.
    for (const form of [word, word.toUpperCase(), `${word[0]?.toUpperCase()}${word.slice(1)}`]) {
      const at = placeOf(form);
      WORDS[at] = (WORDS[at] ?? 0) | kind;
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

/** The text's code units, and a line feed behind them: reading these is three times as fast as `charCodeAt`. */
let units = new Uint16Array(1 << 16);
let bytes = Buffer.from(units.buffer);

function unitsOf(text: string): Uint16Array {
  if (text.length >= units.length || (units.length > 1 << 20 && text.length < 1 << 16)) {
    units = new Uint16Array(Math.max(1 << 16, text.length + 1));
    bytes = Buffer.from(units.buffer);
  }
  bytes.write(text, "utf16le");
  units[text.length] = 10;
  return units;
}

/** One pass over the text, a few nanoseconds for each character, whatever is in it. */
export function readSignals(text: string): TextSignals {
  const codes = unitsOf(text);
  const length = text.length;
  const ats: number[] = [];
  const runs: DigitRun[] = [];
  const secretWords: number[] = [];
  let hasLongToken = false;
  let hasDashes = false;
  let hasLetterInDigits = false;
  let hasColons = false;
  let words = 0;
  let hasIdeographs = false;
  let hasTemplate = false;

  let tokenStart = 0;
  let tokenKinds = 0;
  let tokenUppers = 0;
  let runStart = -1;
  let runEnd = 0;
  let runDigits = 0;
  let runDots = 0;
  let colons = 0;
  let colonsStart = 0;
  let dashes = 0;

  for (let index = 0; index <= length; index++) {
    let code = codes[index] ?? 10;
    let kind = code < 256 ? (CLASSES[code] ?? 0) : classOfWide(code);

    // Most of a text is words: their letters are gone through here, and only what is behind a word below.
    if ((kind & LETTER) !== 0) {
      if (runStart >= 0) {
        if (runEnd === index && isDigit(codes[index + 1] ?? 0)) hasLetterInDigits = true;
        addRun(runs, runStart, runEnd, runDigits, runDots);
        runStart = -1;
      }
      let hash = 0;
      let kinds = 0;
      do {
        hash = next(hash, code);
        kinds |= kind;
        tokenUppers += (kind & UPPER) >>> 4;
        index++;
        code = codes[index] ?? 10;
        kind = code < 256 ? (CLASSES[code] ?? 0) : classOfWide(code);
      } while ((kind & LETTER) !== 0);
      tokenKinds |= kinds;
      if ((kinds & IDEOGRAPHIC) !== 0) hasIdeographs = true;
      const known = WORDS[place(hash)] ?? 0;
      if (known !== 0) {
        if ((known & SECRET) !== 0) secretWords.push(index);
        words |= known;
      }
    }

    if ((kind & TOKEN) === 0) {
      if (index - tokenStart >= LONG_TOKEN && (tokenUppers > 1 || (tokenKinds & DIGIT) !== 0))
        hasLongToken = true;
      tokenStart = index + 1;
      tokenKinds = 0;
      tokenUppers = 0;
      // A space behind a word, as most of them are.
      if (code === 32 && runStart < 0) continue;
    } else {
      tokenKinds |= kind;
    }

    if ((kind & DIGIT) !== 0) {
      if (runStart < 0) {
        runStart = index;
        runDigits = 0;
        runDots = 0;
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
  const hasInjectionWords = hasTemplate || ((words & BIDDING) !== 0 && (words & INSTRUCTION) !== 0);
  return {
    ats,
    runs,
    secretWords,
    hasLongToken,
    hasDashes,
    hasLetterInDigits,
    hasColons,
    hasInjectionWords,
    hasIdeographs,
  };
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

function addRun(runs: DigitRun[], start: number, end: number, digits: number, dots: number): void {
  if (digits >= LEAST_DIGITS || (dots === 3 && digits >= 4)) runs.push({ start, end, digits, dots });
}

/** Hyphens and spaces that word processors put into numbers separate; other punctuation ends what was going on. */
function classOfWide(code: number): number {
  if (code >= 0x2000 && code <= 0x206f) {
    return (code >= 0x2010 && code <= 0x2013) || code === 0x2009 || code === 0x202f ? SEPARATOR : 0;
  }
  if (code >= 0x3000 && code <= 0xd7a3) return code < 0x3040 ? 0 : LETTER | IDEOGRAPHIC;
  return LETTER;
}
