/**
 * A handbook known by heart. Most dialogues carry their rules with them; these do not: a few invented houses have fixed
 * rules, the same in every dialogue, and are asked about in ever new words. Knowing a rule under all its names is what
 * fine-tuning on a company's rules asks for later, and this is where a model practises it.
 */
import { assistant, type Dialogue, type Message, system, user } from "./dialogue.ts";
import { answer, aspectsOf, type Fact, question, statement } from "./facts.ts";
import { expand } from "./grammar.ts";
import { createRandom, type Random } from "./random.ts";
import { topics } from "./topics.ts";

interface House {
  readonly name: string;
  readonly facts: readonly Fact[];
}

const houseNames = [
  "the Old Ferry House",
  "the Lantern Club",
  "the Seven Bridges Society",
  "the Copper Kettle Trust",
] as const;

/** The rules are drawn once, from a seed of their own. */
function houses(): readonly House[] {
  const random = createRandom(1851);
  return houseNames.map((name) => ({
    name,
    facts: random
      .sample(topics, 60)
      .flatMap((topic) =>
        random.sample(aspectsOf(topic), 5).map((aspect) => ({ topic, aspect, value: aspect.value(random) })),
      ),
  }));
}

const known = houses();

export function handbook(random: Random): Dialogue {
  const house = random.pick(known);
  const named = random.chance(0.7);
  const messages: Message[] = [];
  if (named)
    messages.push(
      system(
        expand("(You are the assistant of|You answer for|You know the rules of|Answer for) {h}.", random, {
          h: house.name,
        }),
      ),
    );
  for (let count = random.integer(1, 4), first = !named; count > 0; count--) {
    const fact = random.pick(house.facts);
    const name = fact.topic.name(random);
    const asked = random.chance(0.06)
      ? `Tell me the rule: ${fact.aspect.names[0] ?? ""}, ${name}.`
      : question(fact, random);
    messages.push(
      user(
        first
          ? `${expand("(At|I am with|I am a member of) {h}. ", random, { h: house.name })} ${asked}`
          : asked,
      ),
    );
    messages.push(
      assistant(random.chance(0.15) ? statement(fact, name, random) : answer(fact, name, random)),
    );
    first = false;
  }
  return { messages };
}
