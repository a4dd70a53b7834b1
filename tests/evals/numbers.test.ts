import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findNumbers, type NumberFormat } from "../../src/evals.ts";

const values = (text: string, format?: NumberFormat) => findNumbers(text, format).map(({ value }) => value);

describe("findNumbers", () => {
  test.each<[string, number[]]>([
    ["1,234", [1234]],
    ["1.234", [1.234]],
    ["1,234,567.89", [1234567.89]],
    ["1.234.567,89", [1234567.89]],
    ["1.234,56 €", [1234.56]],
    ["12,34,567", [1234567]],
    ["1'234.50", [1234.5]],
    ["1 234 567", [1234567]],
    ["1\u202f234,5", [1234.5]],
    ["0,234", [0.234]],
    ["3,5 % und 1.234 Stück", [3.5, 1234]],
    ["3.5 % and 1,234 pieces", [3.5, 1234]],
    [".5", [0.5]],
    ["-5", [-5]],
    ["−9 days", [-9]],
    ["minus 7", [-7]],
    ["-$5", [-5]],
    ["$-5", [-5]],
    ["+5", [5]],
    ["5-10", [5, 10]],
    ["2019–2020", [2019, 2020]],
    ["covid-19", [19]],
    ["(1,234)", [-1234]],
    ["$(1,234.5) million", [-1234500000]],
    ["($5.2 million)", [-5200000]],
    ["(2023) 5", [2023, 5]],
    ["(1) first\n(2) second", [1, 2]],
    ["rose by 5 million (12.5%)", [5e6, 12.5]],
    ["| (12.5%)", [-12.5]],
    ["4.2 million", [4.2e6]],
    ["4,2 Mio. €", [4.2e6]],
    ["4.2bn", [4.2e9]],
    ["2 mil millones de euros", [2e9]],
    ["3 Milliarden", [3e9]],
    ["5 crore", [5e7]],
    ["5万元", [50000]],
    ["$5m", [5e6]],
    ["5m €", [5e6]],
    ["5 m", [5]],
    ["5M", [5e6]],
    ["10k", [1e4]],
    ["1.5e6", [1.5e6]],
    ["1.2×10^6", [1.2e6]],
    ["10⁶", [1e6]],
    ["1.5 × 10⁻³", [0.0015]],
    ["1½", [1.5]],
    ["¾", [0.75]],
    ["٣٫٥", [3.5]],
    ["９ days", [9]],
    ["50 basis points", [0.5]],
    ["5 ‰", [0.5]],
    ["1,2,3", [1, 2, 3]],
    ["1.5,2.5", [1.5, 2.5]],
    ["1.2.3", []],
    ["192.168.0.1", []],
    ["2024-05-01", []],
    ["12.05.2024", []],
    ["10:30", []],
    ["Q3", []],
    ["three", []],
    ["", []],
    ["5,000.", [5000]],
    ["It is 9.", [9]],
  ])("%s", (text, expected) => {
    const found = values(text);
    expect(found).toHaveLength(expected.length);
    for (const [index, value] of found.entries()) {
      expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 9);
    }
  });

  test("sign, currency, percent and unit are told", () => {
    expect(findNumbers("It costs -US$ 5.5 million, 3 % less, in 9 days")).toMatchObject([
      { value: -5.5e6, currency: "US$" },
      { value: 3, percent: true, unit: undefined },
      { value: 9, percent: false, currency: undefined, unit: "days", text: "9" },
    ]);
    expect(findNumbers("5 EUR and CHF 6")).toMatchObject([{ currency: "EUR" }, { currency: "CHF" }]);
  });

  test("a word isn't a currency, nor is what is a unit here", () => {
    expect(findNumbers("Try 2 more, in 30 Sek., for TRY 5 or 6 SEK")).toMatchObject([
      { value: 2, currency: undefined },
      { value: 30, currency: undefined, unit: "sek" },
      { value: 5, currency: "TRY" },
      { value: 6, currency: "SEK" },
    ]);
    expect(findNumbers("12 CAD", { units: ["cad"] })).toMatchObject([{ currency: undefined, unit: "cad" }]);
  });

  test("who knows how decimals are written says so", () => {
    expect(values("1.234", { decimal: "," })).toEqual([1234]);
    expect(values("1,234", { decimal: "," })).toEqual([1.234]);
    expect(values("3,5", { decimal: "." })).toEqual([3, 5]);
  });

  test("a scale makes a number exactly what it is in full", () => {
    expect(values("1.1 million, 4.35 Mio., 0.7 lakh, 2.3 bn, 3.3 bps")).toEqual([
      1_100_000, 4_350_000, 70_000, 2_300_000_000, 0.033,
    ]);
  });

  test("what is a unit here is no scale, and parentheses may mean nothing", () => {
    expect(values("5M", { units: ["M"] })).toEqual([5]);
    expect(values("(1,234)", { negativeParentheses: false })).toEqual([1234]);
  });

  test("fractions are two numbers unless asked for", () => {
    expect(values("3/4")).toEqual([3, 4]);
    expect(values("3/4 or 1 1/2", { fractions: true })).toEqual([0.75, 1.5]);
    expect(values("1/0", { fractions: true })).toEqual([1, 0]);
  });

  // How programs write numbers, by the runtime's own tables and not by the code under test.
  const styles = [
    { locale: "en-US", decimal: "." },
    { locale: "de-DE", decimal: "," },
    { locale: "fr-FR", decimal: "," },
    { locale: "de-CH", decimal: "." },
    { locale: "en-IN", decimal: "." },
    { locale: "es-ES", decimal: "," },
    { locale: "pt-BR", decimal: "," },
  ] as const;

  test.each(styles)("reads what $locale writes, alone and in a sentence", ({ locale, decimal }) => {
    const write = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 });
    fc.assert(
      fc.property(
        fc.integer({ min: -1e12, max: 1e12 }),
        fc.integer({ min: 0, max: 6 }),
        fc.constantFrom("", "It is ", "about:\n"),
        fc.constantFrom("", " days", ".", "!"),
        (whole, digits, head, tail) => {
          const number = whole / 10 ** digits;
          const [found, ...more] = values(`${head}${write.format(number)}${tail}`, { decimal });
          expect(more).toEqual([]);
          expect(found).toBeCloseTo(number, 6);
        },
      ),
    );
  });

  test("money and percent that the runtime writes", () => {
    const money = new Intl.NumberFormat("en-US", {
      style: "currency",
      currency: "USD",
      currencySign: "accounting",
    });
    const share = new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 2 });
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (cents) => {
        expect(values(money.format(cents / 100))[0]).toBeCloseTo(cents / 100, 6);
        const [found] = findNumbers(share.format(cents / 10_000));
        expect(found?.percent).toBe(true);
        expect(found?.value).toBeCloseTo(cents / 100, 6);
      }),
    );
  });

  test("JavaScript's own spelling", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e90, max: 1e90 }), (number) => {
        const [found] = values(String(number), { decimal: "." });
        expect(Math.abs((found ?? Number.NaN) - number)).toBeLessThanOrEqual(Math.abs(number) * 1e-12);
      }),
    );
  });

  test("no text makes it throw, and it never gives what is no number", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.string({
        unit: fc.constantFrom(..."0123456789.,'() -+–$€%eE×^kmM½⁶/\n\u202fbillion"),
        maxLength: 60,
      }),
    );
    fc.assert(
      fc.property(texts, fc.boolean(), (text, fractions) => {
        expect(findNumbers(text, { fractions }).every(({ value }) => Number.isFinite(value))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("a long row of digits and separators takes no time that grows with its square", () => {
    const [found] = [values(`${"1,".repeat(50_000)}1`)];
    expect(found).toHaveLength(50_001);
    expect(values("9".repeat(100_000))).toEqual([]);
  });
});
