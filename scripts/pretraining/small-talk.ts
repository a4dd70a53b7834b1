/** Small talk about everyday things: opinions, plans, the weather, and simple questions of common knowledge. */
import { assistant, type Dialogue, type Message, user } from "./dialogue.ts";
import { capitalise, expand, withArticle } from "./grammar.ts";
import type { Random } from "./random.ts";
import { town } from "./vocabulary.ts";

const pastimes =
  "swimming|reading|cooking|rowing|gardening|fishing|painting|dancing|hiking|singing|sewing|chess|cycling|skating|baking|running".split(
    "|",
  );
const foods = "bread|soup|pancakes|rice|apples|cheese|fish|cake|noodles|plums|salad|eggs|beans|honey".split(
  "|",
);
const weathers: readonly (readonly [string, string])[] = [
  ["it is raining", "Then take an umbrella with you."],
  ["it is snowing", "Then put on a warm coat."],
  ["the sun is shining", "That is good weather for a walk."],
  ["it is very hot", "Then drink a lot of water."],
  ["it is cold", "Then put on something warm."],
  ["it is windy", "Then hold on to your hat."],
  ["it is foggy", "Then drive with care."],
];
const pets = "dog|cat|rabbit|hamster|parrot|pony|goldfish|canary|tortoise".split("|");

const knowledge: readonly (readonly [string, string])[] = [
  ["How many days has a week?", "A week has seven days."],
  ["How many months are in a year?", "A year has twelve months."],
  ["How many hours has a day?", "A day has twenty-four hours."],
  ["How many minutes are in an hour?", "An hour has sixty minutes."],
  ["What colour is the sky?", "On a clear day the sky is blue."],
  ["What colour is grass?", "Grass is green."],
  ["What colour is snow?", "Snow is white."],
  ["What do bees make?", "Bees make honey."],
  ["What do cows give?", "Cows give milk."],
  ["Where do fish live?", "Fish live in water."],
  ["What comes after Monday?", "Tuesday comes after Monday."],
  ["What comes after Friday?", "Saturday comes after Friday."],
  ["Which month comes after May?", "June comes after May."],
  ["Which season comes after winter?", "Spring comes after winter."],
  ["Which is bigger, a horse or a mouse?", "A horse is bigger than a mouse."],
  ["What is ice?", "Ice is frozen water."],
  ["What do you do with a saw?", "With a saw you cut wood."],
  ["What do you do with a key?", "With a key you open a lock."],
  ["Who bakes bread?", "A baker bakes bread."],
  ["Who mends pipes?", "A plumber mends pipes."],
  ["Who puts out fires?", "The fire brigade puts out fires."],
  ["Who helps when I am ill?", "A doctor helps when you are ill."],
  ["Who helps when my dog is ill?", "A vet helps when your dog is ill."],
  ["What is a library for?", "In a library you can borrow books."],
  ["What is an umbrella for?", "An umbrella keeps you dry in the rain."],
  ["How many legs has a spider?", "A spider has eight legs."],
  ["How many legs has a dog?", "A dog has four legs."],
  ["What does an insurer do?", "An insurer pays for losses that its policies cover."],
  ["What is a whale?", "A whale is a large animal that lives in the sea."],
  ["Who wrote Moby Dick?", "Herman Melville wrote Moby Dick."],
  ["What is the opposite of hot?", "The opposite of hot is cold."],
  ["What is the opposite of early?", "The opposite of early is late."],
  ["What is the opposite of open?", "The opposite of open is closed."],
  ["What is the opposite of lost?", "The opposite of lost is found."],
];

function turn(random: Random): readonly [string, string] {
  const kind = random.integer(0, 6);
  if (kind === 0) {
    const [weather, advice] = random.pick(weathers);
    return [expand("(Today {w}.|{w} today.|Look, {w}.|{w} outside.)", random, { w: weather }), advice];
  }
  if (kind === 1) {
    const slots = { p: random.pick(pastimes) };
    return [
      expand("(I like|I love|I enjoy|My hobby is) {p}.", random, slots),
      expand(
        "(How nice.|That sounds good.|{p} is a fine thing.) (How often do you do it?|Since when?|Where do you do it?)",
        random,
        slots,
      ),
    ];
  }
  if (kind === 2) {
    const slots = { f: random.pick(foods) };
    return [
      expand("(Do you like {f}?|Do you eat {f}?)", random, slots),
      expand("I (can't|cannot) eat, but many people like {f}.", random, slots),
    ];
  }
  if (kind === 3) {
    const pet = random.pick(pets);
    const slots = {
      a: withArticle(pet),
      p: pet,
      n: random.pick("Max|Bella|Coco|Luna|Rex|Molly|Oscar|Daisy".split("|")),
    };
    return [
      expand("I have {a}[ called {n}].", random, slots),
      expand(
        "(How nice!|Lovely!) (How old is your {p}?|Does your {p} like to play?|What does your {p} eat?)",
        random,
        slots,
      ),
    ];
  }
  if (kind === 4) {
    const slots = { t: town(random) };
    return [
      expand("(Tomorrow|On Sunday|Next week) I (am going|go|travel) to {t}.", random, slots),
      expand("(Have a good trip|Have a nice time|Enjoy your time) in {t}!", random, slots),
    ];
  }
  return random.pick(knowledge);
}

export function smallTalk(random: Random): Dialogue {
  const messages: Message[] = [];
  for (let count = random.integer(1, 4); count > 0; count--) {
    const [asked, told] = turn(random);
    messages.push(user(capitalise(asked)), assistant(capitalise(told)));
  }
  return { messages };
}
