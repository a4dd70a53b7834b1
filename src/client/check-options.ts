import { ConfigurationError } from "./errors.ts";

/** What an option may be, in words for the message, and the check. */
export interface OptionRule {
  readonly expected: string;
  accepts(value: unknown): boolean;
}

/** The rule of each option that there is. */
export type OptionRules<Options> = { readonly [Name in keyof Required<Options>]: OptionRule };

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

// A timer beyond 2³¹−1 would fire at once.
export const milliseconds: OptionRule = {
  expected: "a number of milliseconds above 0, up to 2³¹−1",
  accepts: (value) => typeof value === "number" && value > 0 && value < 2 ** 31,
};
export const wholeNumber: OptionRule = {
  expected: "a whole number from 0",
  accepts: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
};
export const string: OptionRule = { expected: "a string", accepts: (value) => typeof value === "string" };
export const callback: OptionRule = {
  expected: "a function",
  accepts: (value) => typeof value === "function",
};
export const abortSignal: OptionRule = {
  expected: "an AbortSignal",
  accepts: (value) => isObject(value) && "aborted" in value && "addEventListener" in value,
};
export const record: OptionRule = {
  expected: "an object of names and values",
  accepts: (value) => isObject(value) && !Array.isArray(value),
};
export const strings: OptionRule = {
  expected: "an object of names and strings",
  accepts: (value) =>
    record.accepts(value) &&
    Object.values(value ?? {}).every((item) => item == null || typeof item === "string"),
};

export function oneOf(values: readonly string[]): OptionRule {
  return {
    expected: values.map((value) => JSON.stringify(value)).join(" or "),
    accepts: (value) => values.some((known) => known === value),
  };
}

/**
 * Refuses options that don't exist, and values that can't be meant. Absent ones are fine: `undefined`, and `null`; so are
 * the methods of whatever is given as options.
 *
 * @throws ConfigurationError that names the option, what it may be and what came; never the value of a text
 */
export function checkOptions(
  given: object,
  rules: Readonly<Record<string, OptionRule>>,
  where: string,
): void {
  if (!isObject(given) || Array.isArray(given)) {
    throw new ConfigurationError(`${where} must be an object, not ${described(given)}.`);
  }
  for (const [name, value] of Object.entries(given)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (!rule) {
      const meant = Object.keys(rules).find((known) => plain(known) === plain(name));
      if (!meant && isMethod(name, value)) {
        continue;
      }
      throw new ConfigurationError(
        `There is no option "${name}" in ${where}. ${meant ? `Did you mean ${meant}?` : `There are: ${Object.keys(rules).join(", ")}.`}`,
      );
    }
    if (value !== undefined && value !== null && !rule.accepts(value)) {
      throw new ConfigurationError(`${name} must be ${rule.expected}, not ${described(value)}.`);
    }
  }
}

/**
 * Whether this comes along with an object that is given as options whole, as a local platform's `close()` does in
 * `new Fermion(platform)`. What is named like a callback was meant to be called.
 */
function isMethod(name: string, value: unknown): boolean {
  return typeof value === "function" && !/^on[A-Z]/.test(name);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, "");
}

/** Numbers are shown, and nothing that may be a key. */
function described(value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean" || value === null || value === undefined) {
    return String(value);
  }
  if (value === "") {
    return "an empty string";
  }
  return Array.isArray(value) ? "an array" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}
