import type * as z from "zod/mini";

/** What is wrong, and where. */
export interface Explanation {
  readonly path: readonly PropertyKey[];
  readonly reason: string;
  /** Whether the reason goes on behind the name of the parameter, such as "must be at most 2"; else it is a sentence. */
  readonly isPredicate: boolean;
}

type Issue = z.core.$ZodIssue;

/**
 * Finds the fault that a person would name. Of the branches of a union it follows the one that fits best: the one in
 * which the fault lies deepest.
 *
 * @param value - what was checked; the path of the issue begins there
 */
export function explain(issue: Issue, value: unknown): Explanation {
  return explained(issue, value, false);
}

function explained(issue: Issue, value: unknown, isBranch: boolean): Explanation {
  const here = issue.path.reduce(memberOf, value);
  if (issue.code === "unrecognized_keys") {
    const path = [...issue.path, ...issue.keys.slice(0, 1)];
    return { path, reason: "there is no parameter of this name.", isPredicate: false };
  }
  // Of a union, too: none of its branches is to blame where nothing was given.
  if (here === undefined && issue.code !== "custom") {
    return { path: issue.path, reason: "is missing", isPredicate: true };
  }
  if (issue.code === "invalid_union") return explainUnion(issue, here);
  const predicate = predicateOf(issue, here, isBranch);
  if (predicate !== undefined) return { path: issue.path, reason: predicate, isPredicate: true };
  const reason = issue.message.endsWith(".") ? issue.message : `${issue.message}.`;
  return { path: issue.path, reason, isPredicate: false };
}

function explainUnion(issue: Extract<Issue, { code: "invalid_union" }>, here: unknown): Explanation {
  const { path } = issue;
  const firsts = issue.errors.flatMap(([first]) => (first ? [first] : []));
  // A branch that is of another kind altogether has nothing to say where one is of the right kind.
  const fitting = firsts.filter(
    ({ code, path }) => path.length > 0 || (code !== "invalid_type" && code !== "invalid_value"),
  );
  const branches = (fitting.length > 0 ? fitting : firsts).map((first) => explained(first, here, true));
  const deepest = branches.reduce<Explanation | undefined>(
    (best, branch) => (best && best.path.length >= branch.path.length ? best : branch),
    undefined,
  );
  if (!deepest) return { path, reason: "is none of the values that are known here", isPredicate: true };
  if (deepest.path.length > 0) return { ...deepest, path: [...path, ...deepest.path] };
  const reasons = [...new Set(branches.map(({ reason }) => reason.replace(/\.$/, "")))];
  if (reasons.every((reason) => reason.startsWith("must be "))) {
    const choices = reasons.map((reason) => reason.slice("must be ".length));
    return { path, reason: `must be ${choices.join(" or ")}`, isPredicate: true };
  }
  const isPredicate = branches.every((branch) => branch.isPredicate);
  return { path, reason: isPredicate ? reasons.join(" or ") : `${reasons.join("; or: ")}.`, isPredicate };
}

/** The words of zod are for programmers, such as "Too big: expected number to be <=2"; these are for anybody. */
function predicateOf(issue: Issue, here: unknown, isBranch: boolean): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${kinds[issue.expected] ?? issue.expected}${isBranch ? "" : butIs(issue, here)}`;
    case "invalid_value": {
      const values = issue.values.map((value) => (typeof value === "string" ? `"${value}"` : String(value)));
      return `must be ${values.length === 1 ? "" : "one of "}${values.join(", ")}`;
    }
    case "too_big": {
      const { maximum, origin, inclusive = true } = issue;
      const of = measures[origin];
      if (of) return `must have at most ${maximum} ${of}`;
      return `must be ${inclusive ? "at most" : "below"} ${maximum}`;
    }
    case "too_small": {
      const { minimum, origin, inclusive = true } = issue;
      const of = measures[origin];
      if (of) return minimum === 1 ? "must not be empty" : `must have at least ${minimum} ${of}`;
      return `must be ${inclusive ? "at least" : "above"} ${minimum}`;
    }
    case "invalid_key": {
      const [first] = issue.issues;
      const predicate = first && predicateOf(first, issue.path.at(-1), isBranch);
      return predicate && `is a key that ${predicate}`;
    }
    default:
      return undefined;
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  array: "a list",
  null: "null",
};

/** What is counted of a thing that has a length. */
const measures: Readonly<Record<string, string>> = { string: "characters", array: "items" };

/** The kind that was given. Not of 1.5, which is a number too, nor of a query's text, which was to be read as one. */
function butIs(issue: Extract<Issue, { code: "invalid_type" }>, here: unknown): string {
  const isRead = issue.message.endsWith("NaN");
  return isRead || (issue.expected === "int" && typeof here === "number") ? "" : `, not ${kindOf(here)}`;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "boolean") return String(value);
  return kinds[typeof value] ?? typeof value;
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return Object.getOwnPropertyDescriptor(value, key)?.value;
}
