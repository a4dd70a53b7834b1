import { explain } from "../../contract/explain.ts";
import { dpoRowSchema, supervisedRowSchema } from "../../contract/training-rows.ts";
import { keyPath, pathFrom } from "../key-path.ts";
import { isTooDeep } from "../nesting.ts";
import { addToHistogram } from "./histogram.ts";
import type { Tally } from "./tally.ts";
import { addOne, tallyAnswer } from "./tally.ts";
import { addToHash, createTextHash, resetHash, type TextHash } from "./text-hash.ts";
import type { TokenRules } from "./token-rules.ts";
import { checkTools } from "./tool-rules.ts";
import { checkOrder, checkTurns, isFields, kindOf, type Report, type Turn } from "./turns.ts";

/** What a row is checked for. */
export type RowMethod = "supervised" | "dpo";

/** Looks at a text of a row; `path` is where it stands. */
export type TextRules = (text: string, pathOf: () => string) => void;

/** What is known of the row that was checked last. The same object is used for each row. */
export interface RowFacts {
  /** Whether nothing is wrong with its shape, and the rest is filled in. */
  usable: boolean;
  /** How many keys its objects have; undefined where that wasn't counted. */
  keys: number | undefined;
  /** Of all that is said. */
  readonly whole: TextHash;
  /** Of all before the last answer. */
  readonly prompt: TextHash;
  hasPrompt: boolean;
  /** What is said, turn by turn. */
  texts: readonly string[];
  turns: readonly Turn[];
  /** What the user says and what the assistant answers last. */
  answerText: string;
}

export interface RowChecker {
  readonly facts: RowFacts;
  /** @param label - what is decided in the row, if that is known; otherwise it is what is answered */
  check(row: unknown, report: Report, label?: string): void;
}

interface Parts {
  readonly method: RowMethod;
  readonly tally: Tally;
  readonly tokens: TokenRules | undefined;
  readonly texts: TextRules | undefined;
}

const TOO_DEEP = "The row is nested too deeply.";
const MARKS = { system: 1, developer: 1, user: 2, assistant: 3, tool: 4 } as const;

/** Makes what checks one row after the other, each by itself. */
export function createRowChecker({ method, tally, tokens, texts }: Parts): RowChecker {
  const facts: RowFacts = {
    usable: false,
    keys: undefined,
    whole: createTextHash(),
    prompt: createTextHash(),
    hasPrompt: false,
    texts: [],
    turns: [],
    answerText: "",
  };
  let errors = 0;
  let label: string | undefined;

  const checkSupervised = (row: Readonly<Record<string, unknown>>, report: Report) => {
    let keys = 0;
    let plain = true;
    for (const key in row) {
      keys++;
      if (key === "messages") continue;
      plain = false;
      if (key !== "tools" && key !== "parallel_tool_calls") {
        report("unknown-field", keyPath("$", key), "A row has no such field.");
      }
    }
    const { messages } = row;
    if (!Array.isArray(messages)) {
      report("missing-messages", "$.messages", `"messages" must be a list, and is ${kindOf(messages)}.`);
      return;
    }
    if (messages.length === 0) {
      report("empty-messages", "$.messages", "The dialogue is empty.");
      return;
    }
    const { turns, sound, plain: plainTurns, keys: turnKeys } = checkTurns(messages, "$.messages", report);
    const pathOf = (index: number) => `$.messages[${index}]`;
    if (sound) {
      checkOrder(turns, "$.messages", false, report);
      if (!plain || !plainTurns) {
        facts.keys = undefined;
        if (isTooDeep(row)) report("invalid-field", "$", TOO_DEEP);
        else checkTools(row, turns, "$", pathOf, report);
        if (errors === 0) askSchema(supervisedRowSchema, row, report);
      } else facts.keys = keys + turnKeys;
    }
    checkAnswers(messages, turns, sound, report);
    if (texts) for (const [index, turn] of turns.entries()) scanTurn(turn, pathOf(index), texts);
    if (errors > 0 || !sound) return;
    facts.usable = true;
    hashDialogue(turns);
    tallyDialogue(turns);
    tokens?.(turns, "$", report);
  };

  const checkPreference = (row: Readonly<Record<string, unknown>>, report: Report) => {
    for (const key in row) {
      if (key !== "input" && key !== "preferred_output" && key !== "non_preferred_output") {
        report("unknown-field", keyPath("$", key), "A preference row has no such field.");
      }
    }
    const { input } = row;
    const preferred = answerOf(row.preferred_output, "preferred_output", report);
    const other = answerOf(row.non_preferred_output, "non_preferred_output", report);
    if (!isFields(input)) {
      report("invalid-field", "$.input", `"input" must be an object, and is ${kindOf(input)}.`);
      return;
    }
    for (const key in input) {
      if (key !== "messages" && key !== "tools" && key !== "parallel_tool_calls") {
        report("unknown-field", keyPath("$.input", key), "The input of a preference row has no such field.");
      }
    }
    const { messages } = input;
    if (!Array.isArray(messages)) {
      const given = kindOf(messages);
      report("missing-messages", "$.input.messages", `"messages" must be a list, and is ${given}.`);
      return;
    }
    if (messages.length === 0) {
      report("empty-messages", "$.input.messages", "The dialogue is empty.");
      return;
    }
    const { turns, sound } = checkTurns(messages, "$.input.messages", report);
    const pathOf = (index: number) => `$.input.messages[${index}]`;
    if (texts) for (const [index, turn] of turns.entries()) scanTurn(turn, pathOf(index), texts);
    if (!sound || !preferred || !other) return;
    if (isTooDeep(row)) {
      report("invalid-field", "$", TOO_DEEP);
      return;
    }
    checkOrder(turns, "$.input.messages", true, report);
    for (const [index, turn] of turns.entries()) checkBlank(turn, pathOf(index), report);
    const answers = [preferred, other] as const;
    const outputs = ["$.preferred_output[0]", "$.non_preferred_output[0]"] as const;
    for (const [index, turn] of answers.entries()) checkBlank(turn, outputs[index] ?? "$", report);
    const calls = [...turns, preferred, other].some(({ fields }) => fields.tool_calls !== undefined);
    if (calls || input.tools !== undefined || input.parallel_tool_calls !== undefined) {
      const at = (output: string) => (index: number) => (index < turns.length ? pathOf(index) : output);
      checkTools(input, [...turns, preferred], "$.input", at(outputs[0]), report);
      // What was said of the dialogue and its tools was said with the first answer.
      const own: Report = (rule, path, text) => {
        if (path.startsWith(outputs[1])) report(rule, path, text);
      };
      checkTools(input, [...turns, other], "$.input", at(outputs[1]), own);
    }
    if (preferred.content === other.content && sameCalls(preferred, other)) {
      report("same-preference", "$", "The preferred answer is the one to avoid.");
    }
    if (errors === 0) askSchema(dpoRowSchema, row, report);
    if (errors > 0) return;
    facts.usable = true;
    const dialogue = [...turns, preferred];
    hashDialogue(dialogue);
    addToHash(facts.whole, 9, other.content);
    // That a prompt has several pairs is what preferences are.
    facts.hasPrompt = false;
    tallyDialogue(dialogue);
    tokens?.(dialogue, "$", report);
  };

  const answerOf = (output: unknown, field: string, report: Report): Turn | undefined => {
    const at = `$.${field}`;
    if (!Array.isArray(output) || output.length !== 1) {
      const given = Array.isArray(output) ? `${output.length} of them` : kindOf(output);
      report(
        "invalid-preference",
        at,
        `"${field}" must be a list of one assistant's message, and is ${given}.`,
      );
      return undefined;
    }
    const { turns, sound } = checkTurns(output, at, report);
    const [turn] = turns;
    if (!sound || !turn) return undefined;
    if (turn.role !== "assistant") {
      report(
        "invalid-preference",
        `${at}[0].role`,
        `The answer must be the assistant's, not the ${turn.role}'s.`,
      );
      return undefined;
    }
    if (texts) scanTurn(turn, `${at}[0]`, texts);
    return turn;
  };

  const hashDialogue = (turns: readonly Turn[]) => {
    resetHash(facts.whole);
    const last = turns.length - 1;
    const answer = turns[last];
    for (const [index, turn] of turns.entries()) {
      if (index === last) {
        facts.prompt.low = facts.whole.low;
        facts.prompt.high = facts.whole.high;
      }
      addToHash(facts.whole, MARKS[turn.role] + (turn.weight === 0 ? 8 : 0), turn.content);
      if (turn.fields.tool_calls !== undefined) {
        addToHash(facts.whole, 7, JSON.stringify(turn.fields.tool_calls));
      }
    }
    facts.hasPrompt = last > 0 && turns.some(({ role }) => role === "user");
    facts.texts = turns.map(({ content }) => content);
    facts.turns = turns;
    facts.answerText = answer?.content ?? "";
  };

  const tallyDialogue = (turns: readonly Turn[]) => {
    let characters = 0;
    for (const { role, content } of turns) {
      characters += content.length;
      addOne(tally.roles, role);
    }
    tally.usable++;
    addToHistogram(tally.characters, characters);
    addToHistogram(tally.turns, turns.length);
    tallyAnswer(tally, label ?? facts.answerText);
  };

  return {
    facts,
    check(row, reportTo, ownLabel) {
      label = ownLabel;
      facts.usable = false;
      facts.keys = undefined;
      facts.hasPrompt = false;
      errors = 0;
      const report: Report = (rule, path, message) => {
        if (!HARMLESS.has(rule)) errors++;
        reportTo(rule, path, message);
      };
      if (!isFields(row)) {
        report("not-an-object", "$", `A row must be an object, and is ${kindOf(row)}.`);
        return;
      }
      const isPreference = "preferred_output" in row || "non_preferred_output" in row;
      if (isPreference !== (method === "dpo")) {
        if (isPreference || "messages" in row) {
          const made = isPreference ? "a preference row (dpo)" : "a dialogue (supervised)";
          report("wrong-method", "$", `The row is ${made}, and is checked for the method ${method}.`);
          return;
        }
      }
      if (method === "dpo") checkPreference(row, report);
      else checkSupervised(row, report);
    },
  };
}

/** What a platform takes: rows with these findings are looked at further, and count. */
const HARMLESS: ReadonlySet<string> = new Set([
  "role-order",
  "blank-content",
  "tool-result-without-call",
  "same-preference",
  "too-long",
  "tools-unsupported",
]);

function checkAnswers(
  messages: readonly unknown[],
  turns: readonly Turn[],
  sound: boolean,
  report: Report,
): void {
  const answers = messages.filter((message) => isFields(message) && message.role === "assistant");
  if (answers.length === 0) {
    // Where a role is wrong, it may be the one that is missing.
    if (sound) report("missing-assistant", "$.messages", "The dialogue has no message by the assistant.");
  } else if (answers.every((answer) => isFields(answer) && answer.weight === 0)) {
    report("nothing-weighted", "$.messages", "Every message by the assistant has a weight of 0.");
  }
  if (!sound) return;
  for (let index = 0; index < turns.length; index++) {
    const turn = turns[index];
    if (!turn) continue;
    if (turn.content === "" && turn.role === "assistant" && turn.weight === 1) {
      if (turn.fields.tool_calls === undefined) {
        report("empty-assistant", `$.messages[${index}]`, "The assistant says nothing.");
      }
    } else checkBlank(turn, `$.messages[${index}]`, report);
  }
}

function checkBlank(turn: Turn, path: string, report: Report): void {
  const { content } = turn;
  // Nearly no text begins with white space, so nearly none is trimmed; some of it lies outside ASCII.
  const first = content.charCodeAt(0);
  if ((first > 32 && first < 128) || content.trim() !== "") return;
  if (turn.fields.tool_calls !== undefined) return;
  const what = content === "" ? "says nothing" : "says nothing but white space";
  report("blank-content", `${path}.content`, `The ${turn.role} ${what}.`);
}

function sameCalls(a: Turn, b: Turn): boolean {
  return JSON.stringify(a.fields.tool_calls) === JSON.stringify(b.fields.tool_calls);
}

function scanTurn({ fields }: Turn, path: string, texts: TextRules): void {
  const { content, refusal, tool_calls: calls } = fields;
  if (typeof content === "string") texts(content, () => `${path}.content`);
  else if (Array.isArray(content)) {
    content.forEach((part: unknown, index) => {
      if (isFields(part) && typeof part.text === "string") {
        texts(part.text, () => `${path}.content[${index}].text`);
      }
    });
  }
  if (typeof refusal === "string") texts(refusal, () => `${path}.refusal`);
  if (!Array.isArray(calls)) return;
  calls.forEach((call: unknown, index) => {
    if (isFields(call) && isFields(call.function) && typeof call.function.arguments === "string") {
      texts(call.function.arguments, () => `${path}.tool_calls[${index}].function.arguments`);
    }
  });
}

/** The schema of the wire has the last word: what it refuses and no rule has found is found here. */
function askSchema(
  schema: typeof supervisedRowSchema | typeof dpoRowSchema,
  row: unknown,
  report: Report,
): void {
  const result = schema.safeParse(row);
  if (result.success) return;
  for (const issue of result.error.issues.slice(0, 20)) {
    // The answers of a dialogue are looked at elsewhere.
    if (issue.code === "custom") continue;
    const { path, reason } = explain(issue, row);
    const place = pathFrom("$", path);
    report("invalid-field", place, `The value ${reason.replace(/\.$/, "")}.`);
  }
}
