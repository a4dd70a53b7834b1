import type { Random } from "../../../src/engine/random.ts";
import { harmlessText, wordOf } from "./texts.ts";

type Fields = Record<string, unknown>;

/** A dialogue for the method `supervised`, with all that a row may have. `number` is in what is asked, so no two are alike. */
export function chatRow(random: Random, number: number): Fields {
  const hasTools = random.below(6) === 0;
  const tools = hasTools ? Array.from({ length: 1 + random.below(3) }, (_, i) => toolOf(random, i)) : [];
  const messages: Fields[] = [...leads(random), ...dialogue(random, number, tools)];
  const answers = messages.filter(({ role }) => role === "assistant");
  for (const answer of answers) {
    if (random.below(4) === 0) answer.weight = random.below(2);
  }
  // Something has to be learned.
  const last = answers.at(-1);
  if (last && answers.every(({ weight }) => weight === 0)) last.weight = 1;
  const row: Fields = { messages };
  if (hasTools || random.below(40) === 0) row.tools = tools;
  if (random.below(20) === 0) row.parallel_tool_calls = random.below(2) === 0;
  return row;
}

/** A pair of answers for the method `dpo`. */
export function preferenceRow(random: Random, number: number): Fields {
  const tools = random.below(8) === 0 ? [toolOf(random, 0)] : [];
  const messages = [...leads(random), ...dialogue(random, number, tools), question(random, number + 1)];
  const input: Fields = { messages };
  if (tools.length > 0) input.tools = tools;
  const preferred = answer(random);
  const other = answer(random);
  // Texts of chance differ, unless they are single letters.
  return {
    input,
    preferred_output: [preferred],
    non_preferred_output: [{ ...other, content: `${wordOf(number)} no` }],
  };
}

function leads(random: Random): Fields[] {
  const role = random.below(3);
  if (role === 0) return [];
  const content = contentOf(random, 1 + random.below(20));
  return [{ role: role === 1 ? "system" : "developer", content, ...nameOf(random) }];
}

/** Questions and answers in turns, with calls of tools between them; an answer is last. */
function dialogue(random: Random, number: number, tools: readonly Tool[]): Fields[] {
  const messages: Fields[] = [];
  let calls = 0;
  for (let turns = 1 + (random.below(3) === 0 ? random.below(5) : 0); turns > 0; turns--) {
    messages.push(question(random, number));
    const tool = tools[random.below(Math.max(1, tools.length))];
    if (tool && random.below(2) === 0) {
      const made = Array.from({ length: 1 + random.below(3) }, () => callOf(random, `call_${++calls}`, tool));
      messages.push({
        role: "assistant",
        content: random.below(2) === 0 ? null : textOf(random),
        tool_calls: made,
      });
      const results = made.map(({ id }) => ({
        role: "tool",
        tool_call_id: id,
        content: contentOf(random, 4),
      }));
      messages.push(...(random.below(2) === 0 ? results : results.reverse()));
    }
    messages.push(answer(random));
  }
  return messages;
}

function question(random: Random, number: number): Fields {
  return { role: "user", content: `${wordOf(number)} ${textOf(random)}`, ...nameOf(random) };
}

function answer(random: Random): Fields {
  const refuses = random.below(30) === 0;
  return {
    role: "assistant",
    content: refuses
      ? random.below(2) === 0
        ? null
        : undefined
      : contentOf(random, random.below(400) === 0 ? 2000 : 1 + random.below(40)),
    ...(refuses ? { refusal: textOf(random) } : random.below(40) === 0 ? { refusal: null } : {}),
    ...nameOf(random),
  };
}

function nameOf(random: Random): Fields {
  return random.below(10) === 0 ? { name: harmlessText(random, 1) } : {};
}

function contentOf(random: Random, words: number): unknown {
  if (random.below(8) !== 0) return harmlessText(random, words);
  const part = () => ({ type: "text", text: harmlessText(random, 1 + random.below(words)) });
  return [
    part(),
    ...(random.below(3) === 0 ? [{ type: "text", text: "" }] : []),
    ...(random.below(3) === 0 ? [part()] : []),
  ];
}

const textOf = (random: Random) => harmlessText(random, 1 + random.below(12));

interface Tool {
  readonly type: "function";
  readonly function: {
    readonly name: string;
    readonly parameters?: Fields;
    readonly description?: string;
    strict?: boolean | null;
  };
}

function toolOf(random: Random, index: number): Tool {
  const name = `look_up_${wordOf(index)}`;
  if (random.below(4) === 0) return { type: "function", function: { name } };
  const parameters = {
    type: "object",
    properties: {
      text: { type: "string" },
      count: { type: "integer" },
      flags: { type: "array", items: { type: "boolean" } },
    },
    required: ["text"],
    additionalProperties: false,
  };
  return {
    type: "function",
    function: { name, description: textOf(random), parameters, strict: random.below(2) === 0 ? null : true },
  };
}

function callOf(random: Random, id: string, { function: { name } }: Tool): Fields {
  const value = {
    text: textOf(random),
    ...(random.below(2) === 0 ? { count: random.below(1000) } : {}),
    ...(random.below(2) === 0 ? { flags: [true, false] } : {}),
  };
  return {
    id,
    type: "function",
    function: { name, arguments: JSON.stringify(value, null, random.below(2)) },
  };
}
