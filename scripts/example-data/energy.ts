/** Composes examples/data/energy.records.jsonl: what fifty customers of an energy supplier wrote, and the tickets made of it. */
import { capitalise, expand } from "../pretraining/grammar.ts";
import { createRandom, type Random } from "../pretraining/random.ts";
import { endings, greetings, type Matter, matters, meterMentions, names } from "./energy-pieces.ts";

const MESSAGES_PER_CUSTOMER = 5;

export function energyRecords(seed = 4004): unknown[] {
  const random = createRandom(seed);
  const said = new Set<string>();
  return names.flatMap((name, at) => {
    const meter = `M${random.integer(1000, 9999)}`;
    return random.sample(matters, MESSAGES_PER_CUSTOMER).map((matter, index) => {
      const named = random.chance(0.6);
      const message = newMessage(matter, named ? meter : undefined, said, random);
      return {
        id: `E-${at + 101}-${index + 1}`,
        customer: name,
        message,
        ticket: { queue: matter.queue, urgent: matter.urgent, meter: named ? meter : null },
      };
    });
  });
}

/** A message that nobody has sent yet. */
function newMessage(matter: Matter, meter: string | undefined, said: Set<string>, random: Random): string {
  for (let tries = 0; tries < 200; tries++) {
    const say = (patterns: readonly string[]) =>
      expand(random.pick(patterns), random, {
        r: () => String(random.integer(10_000, 99_999)),
        m: meter ?? "",
      });
    const parts = [
      ...(random.chance(0.4) ? [say(greetings)] : []),
      ...random.sample([say(matter.wordings), ...(meter ? [say(meterMentions)] : [])], meter ? 2 : 1),
      ...(random.chance(0.25) ? [say(endings)] : []),
    ];
    const message = capitalise(parts.join(" "));
    if (said.has(message)) continue;
    said.add(message);
    return message;
  }
  throw new RangeError(`No further message about ${matter.queue}`);
}
