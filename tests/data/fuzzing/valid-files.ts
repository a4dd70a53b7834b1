import type { CheckOptions } from "../../../src/data.ts";
import type { Random } from "../../../src/engine/random.ts";
import { harmlessText, wordOf } from "./texts.ts";
import { chatRow, preferenceRow } from "./valid-rows.ts";
import { writtenJson } from "./written-json.ts";

/** A kind of file that training data comes in. */
export interface FileKind {
  readonly name: string;
  readonly method: "supervised" | "dpo";
  readonly options?: CheckOptions;
  /** A row that is valid; rows of other numbers ask for something else. */
  row(random: Random, number: number): unknown;
  /** The rows as a file. */
  file(random: Random, rows: readonly unknown[]): string;
}

/** All kinds; of each, a row may be written in any way that is right. */
export const FILE_KINDS: readonly FileKind[] = [
  { name: "chat", method: "supervised", row: chatRow, file: jsonLines },
  { name: "preferences", method: "dpo", row: preferenceRow, file: jsonLines },
  { name: "chat in an array", method: "supervised", row: chatRow, file: jsonArray },
  { name: "ShareGPT", method: "supervised", row: shareGptRow, file: jsonLines },
  { name: "Alpaca", method: "supervised", row: alpacaRow, file: jsonArray },
  { name: "prompt and completion", method: "supervised", row: promptRow, file: jsonLines },
  { name: "prompt and completion in a table", method: "supervised", row: promptTexts, file: table },
  { name: "dialogues in a table", method: "supervised", row: dialogueText, file: table },
  { name: "chosen and rejected", method: "dpo", row: chosenRow, file: jsonLines },
  { name: "chosen and rejected in a table", method: "dpo", row: chosenTexts, file: table },
  {
    name: "mapped columns",
    method: "supervised",
    options: { map: { prompt: "Frage", completion: "Antwort", system: "Vorgabe" } },
    row: (random, number) => ({ Frage: asked(random, number), Antwort: said(random), Vorgabe: said(random) }),
    file: table,
  },
];

const said = (random: Random) => harmlessText(random, 1 + random.below(30));
const asked = (random: Random, number: number) => `${wordOf(number)} ${said(random)}`;

function shareGptRow(random: Random, number: number): object {
  const human = ["human", "user"][random.below(2)];
  const gpt = ["gpt", "assistant", "chatgpt"][random.below(3)];
  const turns = Array.from({ length: 1 + random.below(3) }, () => [
    { from: human, value: asked(random, number) },
    { from: gpt, value: said(random) },
  ]).flat();
  return {
    ...(random.below(3) === 0 ? { id: wordOf(number) } : {}),
    ...(random.below(3) === 0 ? { system: said(random) } : {}),
    conversations: turns,
  };
}

function alpacaRow(random: Random, number: number): object {
  return {
    instruction: asked(random, number),
    input: [said(random), "", null][random.below(3)],
    output: said(random),
    ...(random.below(4) === 0 ? { history: [[said(random), said(random)]] } : {}),
    ...(random.below(4) === 0 ? { system: said(random) } : {}),
  };
}

function promptRow(random: Random, number: number): object {
  const prompt = { role: "user", content: asked(random, number) };
  const completion = { role: "assistant", content: said(random) };
  return random.below(2) === 0
    ? { prompt: prompt.content, completion: completion.content }
    : { prompt: [{ role: "system", content: said(random) }, prompt], completion: [completion] };
}

function promptTexts(random: Random, number: number): object {
  return {
    prompt: asked(random, number),
    completion: said(random),
    system: said(random),
    source: wordOf(number),
  };
}

function dialogueText(random: Random, number: number): object {
  const { messages } = chatRow(random, number);
  const hasCalls = JSON.stringify(messages).includes('"tool');
  const plain = hasCalls
    ? [
        { role: "user", content: asked(random, number) },
        { role: "assistant", content: said(random) },
      ]
    : messages;
  return { id: String(number), messages: JSON.stringify(plain) };
}

function chosenRow(random: Random, number: number): object {
  const prompt = { role: "user", content: asked(random, number) };
  const [chosen, rejected] = ["yes", "no"].map((word) => ({
    role: "assistant",
    content: `${word} ${said(random)}`,
  }));
  switch (random.below(3)) {
    case 0:
      return { prompt: prompt.content, chosen: chosen?.content, rejected: rejected?.content };
    case 1:
      return { prompt: [prompt], chosen: [chosen], rejected: [rejected] };
    default:
      return { chosen: [prompt, chosen], rejected: [prompt, rejected], score: random.next() };
  }
}

function chosenTexts(random: Random, number: number): object {
  return { prompt: asked(random, number), chosen: `yes ${said(random)}`, rejected: `no ${said(random)}` };
}

function jsonLines(random: Random, rows: readonly unknown[]): string {
  const end = random.below(4) === 0 ? "\r\n" : "\n";
  const lines = rows.map((row) => writtenJson(random, row, { lineFeeds: false }));
  return mark(random) + lines.join(end) + (random.below(3) === 0 ? "" : end);
}

function jsonArray(random: Random, rows: readonly unknown[]): string {
  const between = [",", ",\n", "\n, \t"][random.below(3)] ?? ",";
  return `${mark(random)}[${rows.map((row) => writtenJson(random, row, { lineFeeds: true })).join(between)}]\n`;
}

/** A CSV or TSV, as `options.container` needn't say: the header does. */
function table(random: Random, rows: readonly unknown[]): string {
  const delimiter = [",", ";", "\t"][random.below(3)] ?? ",";
  const end = ["\n", "\r\n"][random.below(2)] ?? "\n";
  const fields = rows.map((row) => (typeof row === "object" && row !== null ? row : {}));
  const names = Object.keys(fields[0] ?? {});
  const cell = (value: unknown) => {
    const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
    const mustBeQuoted = /[",;\t\r\n]|^\s|\s$/u.test(text);
    return mustBeQuoted || random.below(3) === 0 ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [names.map(cell), ...fields.map((row) => Object.values(row).map(cell))];
  return (
    mark(random) + lines.map((line) => line.join(delimiter)).join(end) + (random.below(2) === 0 ? "" : end)
  );
}

const mark = (random: Random) => (random.below(6) === 0 ? "\ufeff" : "");
