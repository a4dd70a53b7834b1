/** Questions that nobody can answer without being told: the assistant says that it does not know. */
import { assistant, type Dialogue, type Message, system, user } from "./dialogue.ts";
import { aspectsOf, question } from "./facts.ts";
import { capitalise, expand } from "./grammar.ts";
import type { Random } from "./random.ts";
import { topics } from "./topics.ts";
import { firstNames, organisation, town } from "./vocabulary.ts";

const replies = [
  "I don't know that.",
  "I don't know that. (I have no rules about it|I have no text about it|Nobody has told me|I was not told).",
  "Sorry, I don't know that.",
  "I don't know that. (Please give me the text|Please show me the rules|If you show me the rules, I can look it up).",
] as const;

const unknowables = [
  "What is the (phone number|address|birthday) of {n}?",
  "Where (is {n} now|does {n} live|does {n} work)?",
  "Who won the (race|match|game|vote) in {t}?",
  "What will the weather be (tomorrow|on Sunday|next week) in {t}?",
  "How many people live in {t}?",
  "Who is the (mayor|teacher|baker|owner|head) (of|in) {t}?",
  "What did I (eat|say|do|buy|dream) yesterday?",
  "When does the next (train|bus|ferry) to {t} leave?",
  "What is (my|his|her) (password|account number|telephone number|middle name)?",
  "Which numbers will win (tomorrow|next week)?",
  "How much money (have I|has {n}) (got|in the bank)?",
  "What is written in the letter from {n}?",
] as const;

const roles = [
  "You answer for {o}.",
  "You are the assistant of {o}.",
  "You work at the desk of {o}.",
  "You help the guests of {o}.",
] as const;

export function refusals(random: Random): Dialogue {
  const slots = { n: random.pick(firstNames), t: () => town(random), o: organisation(random) };
  const messages: Message[] = random.chance(0.4) ? [system(expand(random.pick(roles), random, slots))] : [];
  for (let count = random.pick([1, 1, 1, 2]); count > 0; count--) {
    if (random.chance(0.35)) {
      messages.push(user(expand(random.pick(unknowables), random, slots)));
    } else {
      const topic = random.pick(topics);
      const asked = question({ topic, aspect: random.pick(aspectsOf(topic)), value: "" }, random);
      const at = random.chance(0.3) ? `${expand("(At {o}:|I am with {o}.)", random, slots)} ` : "";
      messages.push(user(capitalise(`${at}${asked}`)));
    }
    messages.push(assistant(expand(random.pick(replies), random)));
  }
  return { messages };
}
