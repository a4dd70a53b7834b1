/** The mix that photon-nano learns from: an endless, seeded stream of generated dialogues and pieces of prose. */
import type { Dialogue, DialogueMaker } from "./dialogue.ts";
import { greetings } from "./greetings.ts";
import { handbook } from "./handbook.ts";
import { lists } from "./lists.ts";
import { lookUps } from "./look-ups.ts";
import { passageQuestions } from "./passage-questions.ts";
import { createRandom, type Random } from "./random.ts";
import { refusals } from "./refusals.ts";
import { rewordings } from "./rewordings.ts";
import { smallTalk } from "./small-talk.ts";

export type Kind =
  | "passageQuestions"
  | "lookUps"
  | "rewordings"
  | "handbook"
  | "refusals"
  | "greetings"
  | "smallTalk"
  | "lists"
  | "prose";

export type Document =
  | { readonly kind: Exclude<Kind, "prose">; readonly dialogue: Dialogue }
  | { readonly kind: "prose"; readonly text: string };

const makers: Readonly<Record<Exclude<Kind, "prose">, DialogueMaker>> = {
  passageQuestions,
  lookUps,
  rewordings,
  handbook,
  refusals,
  greetings,
  smallTalk,
  lists,
};

/** How often each kind is drawn, in documents; prose pieces and passages are some three times as long as the others. */
export const defaultMix: Readonly<Record<Kind, number>> = {
  passageQuestions: 30,
  lookUps: 8,
  rewordings: 14,
  handbook: 20,
  refusals: 6,
  greetings: 6,
  smallTalk: 4,
  lists: 4,
  prose: 8,
};

function draw(mix: Readonly<Record<Kind, number>>, random: Random): Kind {
  const entries = Object.entries(mix) as [Kind, number][];
  let left = random.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [kind, weight] of entries) {
    left -= weight;
    if (left < 0) return kind;
  }
  return "passageQuestions";
}

/** Documents without end; the same seed, mix and prose give the same stream. */
export function* documents(
  seed: number,
  prose: readonly string[],
  mix = defaultMix,
): Generator<Document, never> {
  const random = createRandom(seed);
  while (true) {
    const kind = draw(mix, random);
    if (kind === "prose") yield { kind, text: random.pick(prose) };
    else yield { kind, dialogue: makers[kind](random) };
  }
}
