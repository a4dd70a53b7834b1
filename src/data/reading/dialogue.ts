import { isTooDeep } from "../nesting.ts";
import { isAbsent, list, type Members, members, Unconvertible } from "./converted.ts";
import { TOO_DEEP } from "./raw-rows.ts";

/** Whom the names of other formats mean. */
const ROLES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    assistant: ["assistant", "bard", "bing", "chatbot", "chatgpt", "claude", "gpt", "model"],
    developer: ["developer"],
    function_call: ["function_call", "tool_call"],
    system: ["system"],
    tool: ["function_response", "observation", "tool", "tool_response"],
    user: ["human", "prompter", "user"],
  }).flatMap(([role, names]) => names.map((name) => [name, role] as const)),
);

/** A turn of a dialogue, whatever its members are called. */
export interface Turn extends Members {
  readonly role: string;
}

/**
 * The turns of a dialogue as messages: those of `role` and `content` as they are, those of `from` and `value` by what
 * they mean.
 *
 * @throws Unconvertible
 */
export function dialogue(value: unknown, path: string): Turn[] {
  const turns: Turn[] = [];
  let calls = 0;
  /** The calls that nobody has answered. */
  let open: string[] = [];
  for (const [i, item] of list(value, path).entries()) {
    const at = `${path}[${i}]`;
    const given = members(item, at);
    if (!("from" in given)) {
      turns.push(message(given, at));
      continue;
    }
    const role = roleOf(given.from, `${at}.from`);
    const { value: content } = given;
    if (isAbsent(content)) throw new Unconvertible(`${at}.value`, "this is missing");
    if (typeof content !== "string" && role !== "function_call" && role !== "tool") {
      throw new Unconvertible(`${at}.value`, "this should be a string");
    }
    if (role === "function_call") {
      const made = functionCalls(content, `${at}.value`).map((call) => ({ id: `call_${++calls}`, ...call }));
      open = made.map(({ id }) => id);
      turns.push({ role: "assistant", content: null, tool_calls: made });
    } else if (role === "tool") {
      const tool_call_id = open.shift();
      if (!tool_call_id) throw new Unconvertible(at, "this answers a call that nobody made");
      turns.push({
        role,
        tool_call_id,
        content: typeof content === "string" ? content : jsonText(content),
      });
    } else {
      const weight = given.weight ?? (given.train === false ? 0 : undefined);
      turns.push({ role, content, ...(role === "assistant" && weight !== undefined ? { weight } : {}) });
    }
  }
  return turns;
}

/** A message without what is null in it: tables have a member for each that any message has. */
function message(given: Members, path: string): Turn {
  const { role } = given;
  if (typeof role !== "string") {
    throw new Unconvertible(`${path}.role`, isAbsent(role) ? "this is missing" : "this should be a string");
  }
  const kept = withoutNulls(given);
  const calls = kept.tool_calls;
  return {
    ...kept,
    ...(Array.isArray(calls) && calls.length > 0
      ? { tool_calls: calls.map((call, i) => withoutNulls(members(call, `${path}.tool_calls[${i}]`))) }
      : {}),
    ...(Array.isArray(calls) && calls.length === 0 ? { tool_calls: undefined } : {}),
    role: ROLES.get(role.toLowerCase()) ?? role,
  };
}

function withoutNulls(value: Members): Members {
  for (const name in value) {
    if (isAbsent(value[name])) {
      return Object.fromEntries(Object.entries(value).filter(([, member]) => !isAbsent(member)));
    }
  }
  return value;
}

function roleOf(value: unknown, path: string): string {
  const role = typeof value === "string" ? ROLES.get(value.toLowerCase()) : undefined;
  if (role === undefined) {
    throw new Unconvertible(path, "this is nobody's role: human, gpt, system, function_call or observation");
  }
  return role;
}

interface FunctionCall {
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: string };
}

/** A call, or several, of which the arguments are an object or a text of JSON. */
function functionCalls(value: unknown, path: string): FunctionCall[] {
  let given = value;
  if (typeof value === "string") {
    try {
      given = JSON.parse(value);
    } catch {
      throw new Unconvertible(path, "a call should be JSON, with `name` and `arguments`");
    }
  }
  return (Array.isArray(given) ? given : [given]).map((call: unknown) => {
    const { name, arguments: given = {} } = members(call, path);
    if (typeof name !== "string") throw new Unconvertible(path, "a call should have a `name`");
    const text = typeof given === "string" ? given : jsonText(given);
    return { type: "function", function: { name, arguments: text } };
  });
}

/** How deep a value JSON.stringify takes depends on the runtime, and a row has to be the same on each. */
function jsonText(value: unknown): string {
  if (isTooDeep(value)) throw new Unconvertible(TOO_DEEP.path, TOO_DEEP.message);
  return JSON.stringify(value);
}
