const names: Readonly<Record<string, string>> = {
  EUR: "euros",
  USD: "dollars",
  GBP: "pounds",
  CHF: "francs",
};

/** What a currency is called in a sentence: `euros`; its code where it has no name here. */
export function currencyName(code: string): string {
  return names[code] ?? code;
}

/** A sum as it stands in a sentence: `1,250 euros`. */
export function moneyText(amount: number, code: string): string {
  return `${numberText(amount)} ${currencyName(code)}`;
}

/** A number with separators of thousands, in English: `1,250` and `0.5`. */
export function numberText(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 10 });
}
