/** Check digits of cards and of the numbers that states give to people. All take digits alone, without separators. */

const digit = (text: string, index: number): number => text.charCodeAt(index) - 48;

function weighted(digits: string, weights: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < weights.length; index++) sum += digit(digits, index) * (weights[index] ?? 0);
  return sum;
}

/** ISO/IEC 7812-1, annex B: every second digit from the right counts twice. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = digits.length - 1, twice = false; index >= 0; index--, twice = !twice) {
    const value = digit(digits, index) * (twice ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

/** ISO 7064 mod 97-10 as ISO 13616 uses it: letters count as 10 to 35, and the first four characters come last. */
export function passesIbanCheck(iban: string): boolean {
  const moved = iban.slice(4) + iban.slice(0, 4);
  let rest = 0;
  for (const character of moved) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

const DIHEDRAL = [
  "0123456789",
  "1234067895",
  "2340178956",
  "3401289567",
  "4012395678",
  "5987604321",
  "6598710432",
  "7659821043",
  "8765932104",
  "9876543210",
];
const PERMUTATION = [
  "0123456789",
  "1576283094",
  "5803796142",
  "8916043527",
  "9453126870",
  "4286573901",
  "2793806415",
  "7046913258",
];

/** J. Verhoeff, "Error Detecting Decimal Codes", 1969: multiplication in the dihedral group of order 10. */
export function passesVerhoeff(digits: string): boolean {
  let check = 0;
  for (let index = 0; index < digits.length; index++) {
    const value = digit(digits, digits.length - 1 - index);
    const permuted = Number(PERMUTATION[index % 8]?.[value]);
    check = Number(DIHEDRAL[check]?.[permuted]);
  }
  return check === 0;
}

/** United Kingdom, NHS number: weights 10 to 2, mod 11. */
export function passesNhs(digits: string): boolean {
  const check = (11 - (weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
  return check === digit(digits, 9);
}

/** Germany, Steuer-ID: ISO 7064 mod 11,10, and exactly one digit that comes twice or three times in the first ten. */
export function passesGermanTaxId(digits: string): boolean {
  if (digits[0] === "0") return false;
  const counts = new Map<string, number>();
  for (const character of digits.slice(0, 10)) counts.set(character, (counts.get(character) ?? 0) + 1);
  const repeated = [...counts.values()].filter((count) => count > 1);
  if (repeated.length !== 1 || (repeated[0] ?? 0) > 3) return false;
  let product = 10;
  for (let index = 0; index < 10; index++) {
    const sum = (digit(digits, index) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 === digit(digits, 10);
}

/** Germany, Versicherungsnummer: the letter counts as its two-digit place in the alphabet; sums of digits of products. */
export function passesGermanSocialSecurity(number: string): boolean {
  const letter = number.charCodeAt(8) - 64;
  const expanded = `${number.slice(0, 8)}${String(letter).padStart(2, "0")}${number.slice(9, 11)}`;
  const weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
  const sum = weights.reduce((total, weight, index) => {
    const product = digit(expanded, index) * weight;
    return total + Math.floor(product / 10) + (product % 10);
  }, 0);
  return sum % 10 === digit(number, 11);
}

/** France, NIR: 97 less the number mod 97. The departments of Corsica, 2A and 2B, count as 19 and 18. */
export function passesNir(number: string): boolean {
  const body = number.slice(0, 13).replace("2A", "19").replace("2B", "18");
  return 97 - (Number(body) % 97) === Number(number.slice(13));
}

/** Spain, DNI and NIE: the letter is the number mod 23; X, Y and Z count as 0, 1 and 2. */
export function passesDni(number: string): boolean {
  const digits = number.slice(0, -1).replace("X", "0").replace("Y", "1").replace("Z", "2");
  return "TRWAGMYFPDXBNJZSQVHLCKE"[Number(digits) % 23] === number.at(-1);
}

const CODICE_ODD = [
  1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
];

/** Italy, codice fiscale: D.M. 23 December 1976, its table for odd places. */
export function passesCodiceFiscale(code: string): boolean {
  let sum = 0;
  for (let index = 0; index < 15; index++) {
    const value = Number.parseInt(code[index] ?? "0", 36);
    const place = value > 9 ? value - 10 : value;
    sum += index % 2 === 0 ? (CODICE_ODD[place] ?? 0) : place;
  }
  return 65 + (sum % 26) === code.charCodeAt(15);
}

/** Netherlands, BSN: the eleven test, in which the last digit counts -1. */
export function passesBsn(digits: string): boolean {
  return weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0;
}

/** Poland, PESEL. */
export function passesPesel(digits: string): boolean {
  return weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0;
}

/** Brazil, CPF: two digits, each mod 11. A number of one repeated digit passes, and is never given out. */
export function passesCpf(digits: string): boolean {
  if (/^(\d)\1+$/.test(digits)) return false;
  return [9, 10].every((length) => {
    let sum = 0;
    for (let index = 0; index < length; index++) sum += digit(digits, index) * (length + 1 - index);
    return ((sum * 10) % 11) % 10 === digit(digits, length);
  });
}

/** Brazil, CNPJ: two digits, each mod 11, weights that go round from 9 to 2. */
export function passesCnpj(digits: string): boolean {
  if (/^(\d)\1+$/.test(digits)) return false;
  const weights = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
  return [12, 13].every((length) => {
    const rest = weighted(digits, weights.slice(13 - length)) % 11;
    return (rest < 2 ? 0 : 11 - rest) === digit(digits, length);
  });
}

/** China, resident identity number (GB 11643-1999): ISO 7064 mod 11-2, in which X is 10. */
export function passesChineseId(number: string): boolean {
  const sum = weighted(number, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
  return "10X98765432"[sum % 11] === number[17];
}

/** Australia, tax file number of nine digits. */
export function passesTfn(digits: string): boolean {
  return weighted(digits, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0;
}

/** Australia, Medicare number: the ninth digit checks the eight before it. */
export function passesMedicare(digits: string): boolean {
  return weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === digit(digits, 8);
}

/** Whether a year, month and day of two digits each (the year may have four) can be a date of birth. */
export function isDate(year: string, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  if (year.length === 4 && (Number(year) < 1880 || Number(year) > 2035)) return false;
  const days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day <= days;
}
