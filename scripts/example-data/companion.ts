/** Composes examples/data/companion.records.jsonl: dialogues of 80 people with their companions, four of each. */
import { capitalise, expand } from "../pretraining/grammar.ts";
import { createRandom, type Random } from "../pretraining/random.ts";
import { type Matter, matters, personas, persons, smallTalk } from "./companion-matters.ts";

const SESSIONS = 4;

interface Remembered {
  readonly matter: Matter;
  readonly value: string;
}

export function companionRecords(seed = 4003): unknown[] {
  const random = createRandom(seed);
  return persons.flatMap((name, index) => {
    const persona = personas[index % personas.length];
    if (persona === undefined) throw new RangeError("A person needs a companion");
    // Two matters come up only later, in the third and fourth session.
    const known = random.sample(matters, 8).map((matter) => ({ matter, value: random.pick(matter.values) }));
    return Array.from({ length: SESSIONS }, (_, at) =>
      dialogueOf({ name, index, persona, known, session: at + 2 }, random),
    );
  });
}

interface Session {
  readonly name: string;
  readonly index: number;
  readonly persona: (typeof personas)[number];
  readonly known: readonly Remembered[];
  readonly session: number;
}

function dialogueOf({ name, index, persona, known, session }: Session, random: Random): unknown {
  const slots = (value: string) => ({ v: value, n: name, p: persona.name });
  const say = (pattern: string, value = "") => capitalise(expand(pattern, random, slots(value)));
  const says = (pattern: string, value = "") => say(`${persona.opens} ${pattern}`, value);
  const exchange = (asked: string, said: string, recalls: readonly string[] = []) => [
    { speaker: "person", text: asked },
    { speaker: "companion", text: said, ...(recalls.length > 0 ? { recalls } : {}) },
  ];
  const recall = ({ matter, value }: Remembered, id: string) => {
    const [asked, said] = random.pick(matter.recalled);
    return exchange(say(random.pick(asked), value), says(random.pick(said), value), [id]);
  };
  const remembered = random.sample(known, 4).map((one, at) => ({ ...one, id: `m${at + 1}` }));
  const memories: unknown[] = remembered.map(({ matter, value, id }) => ({
    id,
    about: matter.about,
    text: expand(matter.memory, random, slots(value)),
    value,
    session: random.integer(1, session - 1),
  }));
  const keep = (matter: Matter, value: string) =>
    memories.push({
      id: "m5",
      about: matter.about,
      text: expand(matter.memory, random, slots(value)),
      value,
      session,
    });

  const dialogue: unknown[] = [];
  const opening = random.chance(0.3) ? random.pick(smallTalk) : undefined;
  if (opening !== undefined) dialogue.push(...exchange(say(opening[0]), say(opening[1])));
  const kind = random.integer(1, 5);
  const changing = remembered.find(({ matter }) => matter.changed !== undefined);
  const [first, second] = random.sample(remembered, 2);
  if (first === undefined || second === undefined) throw new RangeError("There is too little to recall");
  if (kind === 1) {
    // Something new is told, and comes up again in the same dialogue.
    const matter = random.pick(matters.filter((one) => !remembered.some((other) => other.matter === one)));
    const value = random.pick(matter.values);
    keep(matter, value);
    dialogue.push(
      ...exchange(say(random.pick(matter.told), value), says(random.pick(matter.taken), value), ["m5"]),
    );
    dialogue.push(...recall(first, first.id), ...recall({ matter, value }, "m5"));
  } else if (kind === 2 && changing?.matter.changed !== undefined) {
    // Something is no longer as it was.
    const { matter, id } = changing;
    const value = random.pick(matter.values.filter((other) => other !== changing.value));
    memories.forEach((memory, at) => {
      if (typeof memory === "object" && remembered[at]?.id === id)
        memories[at] = { ...memory, replaced_by: "m5" };
    });
    keep(matter, value);
    dialogue.push(
      ...exchange(say(random.pick(matter.changed ?? []), value), says(random.pick(matter.taken), value), [
        "m5",
      ]),
    );
    dialogue.push(...recall({ matter, value }, "m5"));
  } else {
    dialogue.push(...recall(first, first.id), ...recall(second, second.id));
  }
  return {
    id: `${name.toLowerCase()}-${session}`,
    persona: { name: persona.name, manner: persona.manner },
    person: { id: `person-${String(index + 1).padStart(2, "0")}`, name },
    memories,
    session,
    dialogue,
  };
}
