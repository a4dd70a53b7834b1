import { InvalidArgumentError, Option } from "commander";
import type { ColumnNames, DataSource, RuleSettings } from "fermion/data";

/** The options by which any data is read. */
export const readingOptions = () => [
  new Option(
    "--map <columns>",
    "the columns of a table, such as prompt=question,completion=answer",
  ).argParser(columnNames),
  new Option("--method <method>", "what the rows are for").choices(["supervised", "dpo"]),
];

/** Where data lies; a single file is named without a list around it. */
export function sourceOf(files: readonly string[]): DataSource {
  const [file, ...others] = files;
  return file !== undefined && others.length === 0 ? file : [...files];
}

/** `{ "role-order": "off" }` of `role-order=off`. Which names and severities there are, the check says. */
export function ruleSettings(text: string, before: RuleSettings = {}): RuleSettings {
  const added = pairs(text).map(([name, setting]) => {
    if (setting !== "off" && setting !== "error" && setting !== "warning" && setting !== "info") {
      throw new InvalidArgumentError(`${name} is set to "off", "error", "warning" or "info".`);
    }
    return [name, setting] as const;
  });
  return { ...before, ...Object.fromEntries(added) };
}

/** Names between commas, of an option that may be repeated. */
export function names(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(",").map((name) => name.trim())].filter((name) => name !== "");
}

function columnNames(text: string): ColumnNames {
  const {
    prompt,
    completion,
    chosen,
    rejected,
    messages,
    system,
    tools,
    id,
    group,
    stratum,
    label,
    ...other
  } = Object.fromEntries(pairs(text));
  const [unknown] = Object.keys(other);
  if (unknown !== undefined) {
    throw new InvalidArgumentError(
      `A row has no ${unknown}: name the columns of prompt, completion, chosen, rejected, messages, system, tools, id, group, stratum or label.`,
    );
  }
  const record = given({ id, group, stratum, label });
  if (prompt && completion) return { prompt, completion, ...given({ system }), ...record };
  if (prompt && chosen && rejected) return { prompt, chosen, rejected, ...given({ system }), ...record };
  if (messages) return { messages, ...given({ tools }), ...record };
  throw new InvalidArgumentError("Name prompt and completion, or prompt, chosen and rejected, or messages.");
}

/** Without what is undefined. */
function given<Name extends string>(values: Record<Name, string | undefined>): Partial<Record<Name, string>> {
  const kept: Partial<Record<Name, string>> = {};
  for (const name in values) {
    const value = values[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

function pairs(text: string): [name: string, value: string][] {
  return names(text).map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw new InvalidArgumentError(`"${pair}" should be a name, "=" and what it is set to.`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
}

/** A whole number from `least`. */
export function wholeFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d{1,15}$/.test(text) || value < least) {
      throw new InvalidArgumentError(`It must be a whole number from ${least}.`);
    }
    return value;
  };
}

/** A number such as a price. */
export function amount(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text))
    throw new InvalidArgumentError("It must be a number from 0, such as 2.50.");
  return value;
}
