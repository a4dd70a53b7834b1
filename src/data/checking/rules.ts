import type { Severity } from "../findings.ts";
import { TEXT_RULES, toMatch } from "../texts/text-rules.ts";

/** Something that {@link check} looks for. */
export interface DataRule {
  /** Stable, for lists of what to ignore. */
  readonly name: string;
  /** What a finding weighs unless {@link CheckOptions.rules} says otherwise. */
  readonly severity: Severity;
  /** What is wrong where it is found. */
  readonly meaning: string;
  /** How to mend it. */
  readonly remedy: string;
}

const rules = [
  // The file.
  rule("invalid-utf8", "error", "A line is no valid UTF-8.", "Save the file as UTF-8."),
  rule(
    "invalid-json",
    "error",
    "A line is no valid JSON.",
    "Write one complete JSON object a line, with JSON.stringify or another library.",
  ),
  rule(
    "line-too-long",
    "error",
    "A line has more than 8 MB, which no platform takes as one row.",
    "Put each row onto a line of its own.",
  ),
  rule(
    "byte-order-mark",
    "warning",
    "A byte order mark stands inside the data, as where files were joined.",
    "Remove U+FEFF; it belongs at the beginning of a file, if anywhere.",
  ),
  rule(
    "unreadable-row",
    "error",
    "A row can't be read, or can't be made a row of training.",
    "Correct it where the path says, or leave it out.",
  ),
  rule("blank-line", "info", "A line is blank, and is skipped.", "Remove the line."),
  rule(
    "duplicate-key",
    "warning",
    "An object has a key twice, of which only the last counts.",
    "Keep one of them.",
  ),
  rule(
    "null-character",
    "warning",
    "A text has a NUL character, which many programs take for its end.",
    "Remove \\u0000 from the text.",
  ),
  rule(
    "lone-surrogate",
    "warning",
    "A text has half of a character, which a model sees as U+FFFD.",
    "Cut texts between characters, not between UTF-16 code units.",
  ),
  // The shape of a row.
  rule("not-an-object", "error", "A row is no object.", 'Write {"messages": […]} for each row.'),
  rule(
    "wrong-method",
    "error",
    "A row is meant for another training method.",
    "Train with the method that the rows are made for, or convert them.",
  ),
  rule(
    "unknown-field",
    "error",
    "A field is none that a training row may have.",
    "Remove the field, or correct its name.",
  ),
  rule(
    "invalid-field",
    "error",
    "A field has a value that it can't have.",
    "Correct the value, or remove the field.",
  ),
  rule("missing-messages", "error", "A row has no list of messages.", 'Give the row a list "messages".'),
  rule("empty-messages", "error", "A dialogue has no messages.", "Remove the row, or add its messages."),
  rule(
    "invalid-message",
    "error",
    "A message is no object.",
    'Write {"role": …, "content": …} for each message.',
  ),
  rule(
    "unknown-role",
    "error",
    "A message has no role, or one that is unknown.",
    "Use system, developer, user, assistant or tool.",
  ),
  rule(
    "invalid-content",
    "error",
    "The content of a message is neither a text nor a list of text parts.",
    'Give a string, or parts such as {"type": "text", "text": …}.',
  ),
  rule("invalid-weight", "error", "A weight is neither 0 nor 1.", "Use 0 (shown) or 1 (learned)."),
  rule(
    "missing-assistant",
    "error",
    "A dialogue has no message by the assistant, so there is nothing to learn.",
    "Add the answer that the model should give.",
  ),
  rule(
    "empty-assistant",
    "error",
    "An assistant's message that would be learned says nothing.",
    "Write the answer, give the message the weight 0, or remove it.",
  ),
  rule(
    "nothing-weighted",
    "error",
    "Every assistant's message has a weight of 0.",
    "Give at least one the weight 1.",
  ),
  rule(
    "last-not-assistant",
    "error",
    "The last message is not the assistant's, so it is never answered.",
    "End the dialogue with an answer by the assistant.",
  ),
  rule(
    "role-order",
    "warning",
    "Roles come in an unusual order.",
    "Put the system message first, and let user and assistant take turns.",
  ),
  rule("blank-content", "warning", "A message is empty, or only white space.", "Write it, or remove it."),
  // Tools.
  rule(
    "tools-unsupported",
    "error",
    "The row has tools or tool calls, which the local platform can't train on yet.",
    'For another platform, turn the rule off: rules: { "tools-unsupported": "off" }.',
  ),
  rule(
    "tool-arguments",
    "error",
    "The arguments of a tool call are not the JSON of an object.",
    "Write them with JSON.stringify.",
  ),
  rule(
    "tool-arguments-schema",
    "error",
    "The arguments of a tool call don't fit the tool's JSON schema.",
    "Correct the arguments, or the tool's parameters.",
  ),
  rule(
    "undeclared-tool",
    "error",
    "A tool is called that the row doesn't declare.",
    'Declare it in "tools", or correct its name.',
  ),
  rule(
    "unanswered-tool-call",
    "error",
    "A tool call is never answered, though the dialogue goes on.",
    'Add a message of the role "tool" with its id as tool_call_id.',
  ),
  rule(
    "tool-result-without-call",
    "warning",
    "A tool's message answers no call before it.",
    "Correct its tool_call_id, or add the assistant's call.",
  ),
  // Preferences.
  rule(
    "invalid-preference",
    "error",
    "A preference row lacks an answer to prefer or one to avoid.",
    'Give "preferred_output" and "non_preferred_output" one assistant\'s message each.',
  ),
  rule(
    "same-preference",
    "warning",
    "The answer to prefer is the one to avoid, so there is nothing to learn.",
    "Remove the row, or correct one of the two.",
  ),
  // Tokens.
  rule(
    "too-long",
    "warning",
    "A row has more tokens than the model can read at once; what is behind them is cut.",
    "Shorten the row, or split it into several.",
  ),
  rule(
    "nothing-to-learn",
    "error",
    "What comes before the answer fills the context of the model, so nothing of the answer is learned.",
    "Shorten the prompt.",
  ),
  // All of the data.
  rule("too-few-rows", "error", "There are fewer rows than a platform takes.", "Add rows."),
  rule("duplicate", "warning", "A row repeats another to the letter.", "Keep one of them."),
  rule(
    "near-duplicate",
    "warning",
    "A row says nearly the same as another.",
    "Keep the better of them, unless the small difference is what matters.",
  ),
  rule(
    "conflicting-answers",
    "warning",
    "One prompt is answered in different ways.",
    "Decide which answer is right, or tell the prompts apart.",
  ),
  rule(
    "label-imbalance",
    "warning",
    "Some answers are far rarer than others, so they will hardly be learned.",
    "Collect more rows with the rare answers, or leave out some with the common ones.",
  ),
  rule(
    "language-mix",
    "info",
    "A few rows are in another language than the rest.",
    "Check that they belong here; for a second language to be learned, it needs more rows.",
  ),
  rule(
    "leakage",
    "error",
    "A training row is in the validation data too, so validation measures what was learned by heart.",
    "Remove it from one of the two.",
  ),
  rule(
    "prompt-leakage",
    "warning",
    "A training row has the prompt of a validation row.",
    "Keep rows of one prompt on one side, as a split by groups does.",
  ),
  rule(
    "near-leakage",
    "warning",
    "A training row says nearly the same as a validation row.",
    "Keep alike rows on one side, as a split by groups does.",
  ),
] as const;

function rule<const Name extends string>(name: Name, severity: Severity, meaning: string, remedy: string) {
  return { name, severity, meaning, remedy } as const;
}

/** The name of a rule that looks at rows and at the data as a whole; rules about what texts say have others. */
export type RuleName = (typeof rules)[number]["name"];

const textRules = TEXT_RULES.map((name): DataRule => {
  const { severity, message, remedy } = toMatch({ rule: name, start: 0, end: 0 });
  return { name, severity, meaning: message, remedy };
});

/** All rules: those about files, rows and all of the data, and those about what texts say ({@link TEXT_RULES}). */
export const dataRules: readonly DataRule[] = [...rules, ...textRules];

/** What is asked of a rule: nothing at all, or another severity. */
export type RuleSettings = Readonly<Record<string, "off" | Severity>>;

const byName = new Map(dataRules.map((each) => [each.name, each]));

/** The rule of a name. */
export function ruleOf(name: string): DataRule | undefined {
  return byName.get(name);
}
