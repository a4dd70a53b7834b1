/** A fact joins a topic, an aspect and a value, and can be said, asked and answered in many wordings. */
import { type Aspect, aspects } from "./aspects.ts";
import { capitalise, expand } from "./grammar.ts";
import type { Random } from "./random.ts";
import { type Topic, topics } from "./topics.ts";

export interface Fact {
  readonly topic: Topic;
  readonly aspect: Aspect;
  readonly value: string;
}

/** The rule as a passage states it; the name of the topic stays the one that is given, so that answers can repeat it. */
export function statement(fact: Fact, name: string, random: Random): string {
  return capitalise(expand(random.pick(fact.aspect.rules), random, { t: name, v: fact.value }));
}

/** A question about the fact. The topic goes by any of its names, or by what happened. */
export function question(fact: Fact, random: Random): string {
  const text = expand(random.pick(fact.aspect.questions), random, {
    t: () => fact.topic.name(random),
    s: () => fact.topic.told(random),
  });
  return capitalise(text);
}

export function answer(fact: Fact, name: string, random: Random): string {
  return capitalise(expand(random.pick(fact.aspect.answers), random, { t: name, v: fact.value }));
}

export function aspectsOf(topic: Topic): readonly Aspect[] {
  return aspects.filter((aspect) => aspect.kinds.includes(topic.kind));
}

/**
 * Facts that are easily taken for each other: a few topics, and for each a few aspects, so that neither the topic nor
 * the aspect alone tells which fact is asked for.
 */
export function inventFacts(random: Random, count: number): Fact[] {
  const wanted = random.pick([1, 2, 2, 3]);
  const kind = random.chance(0.6) ? "incident" : "service";
  const chosen = random.sample(
    topics.filter((topic) => topic.kind === kind),
    wanted,
  );
  const shared = random.sample(
    aspects.filter((aspect) => aspect.kinds.includes(kind)),
    Math.max(2, Math.ceil((count + 1) / wanted)),
  );
  const pairs = chosen.flatMap((topic) =>
    shared.map((aspect) => ({ topic, aspect, value: aspect.value(random) })),
  );
  return random.sample(pairs, count);
}
