/** Look-ups in a small table or list that stands in the prompt. */
import { assistant, type Dialogue, type Message, user } from "./dialogue.ts";
import { capitalise, expand } from "./grammar.ts";
import type { Random } from "./random.ts";
import * as values from "./values.ts";
import { firstNames, town } from "./vocabulary.ts";

interface Column {
  readonly title: string;
  readonly value: (random: Random) => string;
  readonly questions: readonly string[];
  readonly answers: readonly string[];
}

interface Table {
  readonly rows: (random: Random, count: number) => string[];
  readonly columns: readonly Column[];
}

const goods = (
  "bread|milk|cheese|apples|pears|soap|rice|tea|coffee|flour|honey|candles|rope|nails|paint|paper|ink|stamps|salt|sugar|" +
  "butter|eggs|soup|plums|beans|onions|carrots|chairs|lamps|pens|cups|plates|spoons|towels|blankets|seeds|bulbs|hammers"
).split("|");
const colours = [
  "red",
  "blue",
  "green",
  "yellow",
  "white",
  "black",
  "grey",
  "brown",
  "orange",
  "violet",
] as const;
const courses =
  "pottery|chess|drawing|swimming|yoga|Spanish|French|cooking|rowing|guitar|piano|first aid|sewing|welding|climbing|dance|singing|history|maths|biology".split(
    "|",
  );

const priceColumn: Column = {
  title: "price",
  value: values.money,
  questions: [
    "What is to be paid for {r}?",
    "At what price do we sell {r}?",
    "What is the price of {r}?",
    "What do I pay for {r}?",
  ],
  answers: ["{v}.", "The price of {r} is {v}.", "That is {v}.", "You pay {v}."],
};
const feeColumn: Column = {
  title: "fee",
  value: values.money,
  questions: [
    "What does {r} cost?",
    "How much is {r}?",
    "What is the fee for {r}?",
    "What do I pay for {r}?",
  ],
  answers: ["{v}.", "The fee for {r} is {v}.", "That is {v}.", "{r} costs {v}."],
};
const dayColumn: Column = {
  title: "day",
  value: values.day,
  questions: [
    "When is {r}?",
    "On (which|what) day is {r}?",
    "What day is {r} on?",
    "Which day is set for {r}?",
  ],
  answers: ["On {v}.", "{r} is on {v}.", "{v}."],
};
const personColumn: Column = {
  title: "teacher",
  value: values.person,
  questions: ["Who teaches {r}?", "Who is the teacher of {r}?", "(Who gives|Who runs|Who leads) {r}?"],
  answers: ["{v}.", "{v} teaches {r}.", "It is {v}."],
};
const placeColumn: Column = {
  title: "room",
  value: (random) => `room ${random.integer(1, 60)}`,
  questions: ["Where is {r}?", "In (which|what) room is {r}?", "Where do I go for {r}?"],
  answers: ["In {v}.", "{r} is in {v}.", "{v}."],
};
const timeColumn: Column = {
  title: "time",
  value: values.clockTime,
  questions: [
    "What time is {r}?",
    "(At what|At which) time is {r}?",
    "When does {r} begin?",
    "When does {r} start?",
  ],
  answers: ["At {v}.", "{r} starts at {v}.", "{v}."],
};
const colourColumn: Column = {
  title: "colour",
  value: (random) => random.pick(colours),
  questions: ["What colour does {r} like?", "Which colour has {r} got?", "What is the colour of {r}?"],
  answers: ["{v}.", "{r} has {v}.", "It is {v}."],
};
const ageColumn: Column = {
  title: "age",
  value: (random) => String(random.integer(3, 92)),
  questions: ["How old is {r}?", "What is the age of {r}?", "What age is {r}?"],
  answers: ["{v}.", "{r} is {v}.", "{r} is {v} years old."],
};
const homeColumn: Column = {
  title: "home",
  value: town,
  questions: ["Where does {r} live?", "Where is {r} from?", "What is the home of {r}?"],
  answers: ["In {v}.", "{r} lives in {v}.", "{v}."],
};
const stockColumn: Column = {
  title: "number",
  value: (random) => String(random.integer(1, 400)),
  questions: [
    "How many {r} are there?",
    "How many {r} do we have?",
    "What is the number of {r}?",
    "How many {r} are left?",
  ],
  answers: ["{v}.", "There are {v}.", "We have {v}."],
};

const tables: readonly Table[] = [
  { rows: (random, count) => random.sample(goods, count), columns: [priceColumn, stockColumn] },
  {
    rows: (random, count) => random.sample(courses, count),
    columns: [dayColumn, personColumn, placeColumn, timeColumn, feeColumn],
  },
  {
    rows: (random, count) => random.sample(firstNames, count),
    columns: [ageColumn, homeColumn, colourColumn],
  },
];

const unknown = [
  "I don't know that. {r} is not in the (list|table).",
  "I don't know that. The (list|table) has no {r}.",
  "Sorry, I don't know: there is no {r} in the (list|table).",
] as const;

export function lookUps(random: Random): Dialogue {
  const table = random.pick(tables);
  const columns = random.sample(table.columns, random.pick([1, 1, 2, 2, 3]));
  const [absent = "", ...rows] = table.rows(random, random.integer(3, 7));
  const cells = rows.map((row) => ({ row, cells: columns.map((column) => column.value(random)) }));

  const layout = random.integer(0, 3);
  const header = layout === 0 ? `| name | ${columns.map((column) => column.title).join(" | ")} |\n` : "";
  const lines = cells.map(({ row, cells: line }) => {
    if (layout === 0) return `| ${row} | ${line.join(" | ")} |`;
    if (layout === 1) return `${row}: ${line.join(", ")}`;
    if (layout === 2) return `- ${row}: ${line.join(", ")}`;
    return `${row}, ${columns.map((column, index) => `${column.title} ${line[index] ?? ""}`).join(", ")}`;
  });
  const list = header + lines.join(layout === 3 ? "; " : "\n");

  const messages: Message[] = [];
  for (let turn = 0, turns = random.integer(1, 4); turn < turns; turn++) {
    const index = random.integer(0, columns.length - 1);
    const column = columns[index] ?? priceColumn;
    const missing = random.chance(0.12);
    const { row, cells: line } = random.pick(cells);
    const slots = { r: missing ? absent : row, v: line[index] ?? "" };
    const asked = capitalise(expand(random.pick(column.questions), random, slots));
    const told = capitalise(expand(random.pick(missing ? unknown : column.answers), random, slots));
    messages.push(
      user(turn === 0 ? `${list}${random.pick(["\n", "\n\n"])}${asked}` : asked),
      assistant(told),
    );
  }
  return { messages };
}
