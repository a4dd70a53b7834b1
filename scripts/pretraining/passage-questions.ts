/**
 * Questions about a passage of invented rules. The answer copies its value from the passage; where the passage has no
 * answer, the assistant says so. Several questions may follow one passage.
 */
import { assistant, type Dialogue, type Message, system, user } from "./dialogue.ts";
import { answer, aspectsOf, type Fact, inventFacts, question, statement } from "./facts.ts";
import { capitalise, expand } from "./grammar.ts";
import type { Random } from "./random.ts";
import { organisation } from "./vocabulary.ts";

const unknown = [
  "I don't know that. The (passage|text) does not say it.",
  "I don't know that. The (passage|text) says nothing about it.",
  "Sorry, I don't know that. It is not in the (passage|text).",
  "I don't know that: (the rules above do not tell|the text above does not tell).",
] as const;

const openings = [
  "{o} has these rules. {p}",
  "From the handbook of {o}: {p}",
  "{p}",
  "Rules of {o}. {p}",
  "Read this: {p}",
  "Passage: {p}",
  "Here is what {o} says. {p}",
] as const;

/** A question that the passage does not answer: a known topic with an aspect that is not stated, or nothing of both. */
function unansweredFact(facts: readonly Fact[], random: Random): Fact | undefined {
  const { topic } = random.pick(facts);
  const stated = facts.filter((fact) => fact.topic.key === topic.key).map((fact) => fact.aspect.key);
  const left = aspectsOf(topic).filter((aspect) => !stated.includes(aspect.key));
  if (left.length === 0) return undefined;
  return { topic, aspect: random.pick(left), value: "" };
}

export function passageQuestions(random: Random): Dialogue {
  const facts = inventFacts(random, random.integer(1, 6));
  const plain = random.chance(0.5);
  const names = new Map(facts.map((fact) => [fact.topic.key, fact.topic.name(random, plain)]));
  const nameOf = (fact: Fact) => names.get(fact.topic.key) ?? fact.topic.name(random, true);

  const sentences = facts.map((fact) => statement(fact, nameOf(fact), random));
  const separator = random.chance(0.25) ? "\n" : " ";
  const passage = capitalise(
    expand(random.pick(openings), random, { o: organisation(random), p: "@" }).replace(
      "@",
      sentences.join(separator),
    ),
  );

  const ask = (): readonly [string, string] => {
    const missing = random.chance(0.15) ? unansweredFact(facts, random) : undefined;
    if (missing) return [question(missing, random), expand(random.pick(unknown), random)];
    const fact = random.pick(facts);
    return [question(fact, random), answer(fact, nameOf(fact), random)];
  };

  const messages: Message[] = [];
  const turns = random.pick([1, 2, 2, 3, 4]);
  const asSystem = random.chance(0.35);
  if (asSystem) messages.push(system(random.chance(0.5) ? `Answer from these rules. ${passage}` : passage));
  for (let turn = 0; turn < turns; turn++) {
    const [asked, told] = ask();
    const first = turn === 0 && !asSystem;
    messages.push(
      user(first ? `${passage}${random.pick([" ", "\n", "\n\n", "\nQuestion: "])}${asked}` : asked),
    );
    messages.push(assistant(told));
  }
  return { messages };
}
