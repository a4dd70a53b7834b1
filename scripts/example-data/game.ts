/** Composes examples/data/game.records.jsonl: scenes that players have with six characters of one world. */
import { capitalise, expand } from "../pretraining/grammar.ts";
import { createRandom, type Random } from "../pretraining/random.ts";
import { type Cast, casts, greetings, outside } from "./game-characters.ts";

const SCENES_PER_CHARACTER = 27;

interface Line {
  readonly speaker: "player" | "character";
  readonly text: string;
  readonly about?: string;
  readonly facts?: readonly string[];
  readonly ends_scene?: boolean;
  readonly scripted?: boolean;
}

export function gameRecords(seed = 4001): unknown[] {
  const random = createRandom(seed);
  return casts.flatMap((cast) => {
    const deck = exchangesInTurn(cast, random);
    const begun = new Set<string>();
    return Array.from({ length: SCENES_PER_CHARACTER }, (_, index) =>
      newScene(cast, index, deck, begun, random),
    );
  });
}

/** Gives a character's exchanges in a shuffled order, all of them before one comes again. */
function exchangesInTurn(cast: Cast, random: Random): () => readonly Line[] {
  const say = (patterns: readonly string[]) =>
    capitalise(expand(random.pick(patterns), random, { n: cast.name }));
  const makers: (() => readonly Line[])[] = [
    ...cast.facts.map(({ asked, told, says }) => () => [
      { speaker: "player" as const, text: say(asked), about: "knowledge" },
      { speaker: "character" as const, text: say(told), facts: [says] },
    ]),
    ...cast.secrets.map(({ pried, evaded }) => () => [
      { speaker: "player" as const, text: say(pried), about: "secret" },
      { speaker: "character" as const, text: say(evaded) },
    ]),
    () => [
      { speaker: "player" as const, text: say(outside), about: "outside" },
      { speaker: "character" as const, text: say(cast.puzzled) },
    ],
  ];
  let left: (() => readonly Line[])[] = [];
  return () => {
    if (left.length === 0) left = random.sample(makers, makers.length);
    return left.pop()?.() ?? [];
  };
}

/** A scene that begins as none of the character's before, so that nothing which is asked was learned word by word. */
function newScene(
  cast: Cast,
  index: number,
  exchange: () => readonly Line[],
  begun: Set<string>,
  random: Random,
) {
  for (let tries = 0; tries < 50; tries++) {
    const record = sceneOf(cast, index, exchange, random);
    const beginning = `${record.scene.recap} ${record.scene.dialogue[0]?.text}`;
    if (begun.has(beginning)) continue;
    begun.add(beginning);
    return record;
  }
  throw new RangeError(`No further scene for ${cast.name}`);
}

function sceneOf(cast: Cast, index: number, exchange: () => readonly Line[], random: Random) {
  const say = (pattern: string) => capitalise(expand(pattern, random, { n: cast.name }));
  const errand = cast.errands[index % cast.errands.length];
  if (errand === undefined) throw new RangeError(`${cast.name} has no errand`);
  const id = `${cast.id}-${String(index + 1).padStart(2, "0")}`;

  const opening: Line[] = random.chance(0.3)
    ? [
        { speaker: "player", text: say(random.pick(greetings)), about: "greeting" },
        {
          speaker: "character",
          text: say(random.pick(cast.hello)),
          ...(random.chance(0.5) ? { scripted: true } : {}),
        },
      ]
    : [];
  const middle = Array.from({ length: opening.length > 0 ? 1 : random.integer(2, 3) }, exchange).flat();
  // Some scenes are shown up to a point where they still go on.
  const ending: Line[] = random.chance(0.8)
    ? [
        { speaker: "player", text: say(random.pick(errand.closing)), about: "closing" },
        { speaker: "character", text: say(random.pick(errand.closed)), ends_scene: true },
      ]
    : [...exchange()];
  return {
    id,
    character: {
      id: cast.id,
      name: cast.name,
      role: cast.role,
      voice: cast.voice,
      knowledge: cast.facts.map(({ fact }) => fact),
      secrets: cast.secrets.map(({ lore, forbidden }) => ({ lore, forbidden })),
    },
    scene: {
      id: `scene-${id}`,
      place: random.pick(cast.places),
      recap: say(errand.recap),
      objective: errand.objective,
      ends_when: errand.endsWhen,
      dialogue: [...opening, ...middle, ...ending],
    },
  };
}
