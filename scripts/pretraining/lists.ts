/** Making lists: of a kind of thing by heart, of what the prompt names, and back from a list to a sentence. */
import { assistant, type Dialogue, type Message, user } from "./dialogue.ts";
import { capitalise, expand, joined } from "./grammar.ts";
import type { Random } from "./random.ts";

const kinds: Readonly<Record<string, string>> = {
  fruits: "apple|pear|plum|cherry|grape|lemon|orange|banana|peach|fig",
  vegetables: "carrot|onion|bean|pea|leek|cabbage|potato|beet|radish|spinach",
  animals: "dog|cat|horse|cow|sheep|goat|fox|hare|bear|wolf",
  birds: "robin|crow|owl|eagle|duck|swan|gull|hawk|wren|stork",
  tools: "hammer|saw|drill|file|wrench|chisel|pliers|spade|rake|axe",
  colours: "red|blue|green|yellow|white|black|brown|grey|orange|violet",
  trees: "oak|ash|birch|pine|elm|maple|willow|beech|fir|lime",
  sports: "rowing|running|swimming|tennis|chess|skating|climbing|cycling|football|judo",
  instruments: "violin|piano|flute|drum|harp|guitar|trumpet|cello|organ|horn",
  drinks: "water|tea|coffee|milk|juice|cocoa|lemonade|cider",
  "rooms of a house": "kitchen|bathroom|bedroom|cellar|attic|hall|study|pantry",
  "means of travel": "train|bus|ferry|bicycle|car|tram|plane|boat",
  jobs: "baker|nurse|teacher|driver|plumber|farmer|tailor|sailor|cook|judge",
  seasons: "spring|summer|autumn|winter",
  "things for a picnic": "blanket|basket|bread|cheese|fruit|cups|water|plates",
  "things for a trip": "ticket|passport|map|coat|bag|keys|money|snack",
  clothes: "coat|hat|scarf|shirt|sock|glove|belt|shoe|skirt|jacket",
};

const numbers = ["", "", "two", "three", "four", "five", "six"] as const;

function byHeart(random: Random): readonly [string, string] {
  const kind = random.pick(Object.keys(kinds));
  const count = random.integer(2, kind === "seasons" ? 4 : 6);
  const items = random.sample((kinds[kind] ?? "").split("|"), count);
  const asked = expand("(Name|List|Tell me|Give me|Can you name|Write down) {n} {k}.", random, {
    n: numbers[count] ?? "",
    k: kind,
  });
  return [asked.startsWith("Can") ? asked.replace(".", "?") : asked, written(items, random)];
}

function written(items: readonly string[], random: Random): string {
  const style = random.integer(0, 2);
  if (style === 0) return items.map((item) => `- ${item}`).join("\n");
  if (style === 1) return items.map((item, index) => `${index + 1}. ${item}`).join("\n");
  return capitalise(`${joined(items)}.`);
}

function fromText(random: Random): readonly [string, string] {
  const items = random.sample(
    (kinds[random.pick(Object.keys(kinds))] ?? "").split("|"),
    random.integer(2, 5),
  );
  const asked = expand(
    "(Make a list of these|Write this as a list|Turn this into a list|One on each line, please): {i}.",
    random,
    { i: joined(items) },
  );
  return [asked, items.map((item) => `- ${item}`).join("\n")];
}

function toText(random: Random): readonly [string, string] {
  const items = random.sample(
    (kinds[random.pick(Object.keys(kinds))] ?? "").split("|"),
    random.integer(2, 5),
  );
  const asked = expand(
    "(Write this list as one sentence|Put this in one line|Say this in a sentence):",
    random,
  );
  return [`${asked}\n${items.map((item) => `- ${item}`).join("\n")}`, capitalise(`${joined(items)}.`)];
}

function counting(random: Random): readonly [string, string] {
  const items = random.sample(
    (kinds[random.pick(Object.keys(kinds))] ?? "").split("|"),
    random.integer(2, 6),
  );
  const which = random.pick(["first", "last", "count"] as const);
  const list = joined(items);
  if (which === "first") return [`What comes first: ${list}?`, capitalise(`${items[0] ?? ""}.`)];
  if (which === "last") return [`What comes last: ${list}?`, capitalise(`${items[items.length - 1] ?? ""}.`)];
  return [`How many are these: ${list}?`, capitalise(`${numbers[items.length] ?? ""}.`)];
}

export function lists(random: Random): Dialogue {
  const messages: Message[] = [];
  for (let count = random.integer(1, 3); count > 0; count--) {
    const [asked, told] = random.pick([byHeart, byHeart, fromText, toText, counting])(random);
    messages.push(user(asked), assistant(told));
  }
  return { messages };
}
