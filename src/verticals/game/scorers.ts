import * as z from "zod";
import { scored, unparsed } from "../../evals/scores.ts";
import type { EvalItem, Scorer } from "../../evals/suite.ts";
import { assistantPhrases, findAssistantPhrase } from "../assistant-phrases.ts";
import { firstMentioned, mentions } from "../mentions.ts";
import { replySchema } from "./record.ts";

const contextSchema = z.object({
  /** What the character has to tell. */
  facts: z.array(z.string()),
  /** What would give a secret away. */
  forbidden: z.array(z.string()),
  /** Whether the scene is over with this turn. */
  ends_scene: z.boolean(),
});

/** What the scorers know about a turn; the `context` of an item. */
export type TurnContext = z.output<typeof contextSchema>;

const FORM = ["say", "end"];
const UNREADABLE = "The answer is no reply that the game can read.";

/**
 * Whether the game can use the turn: it can be read, stays in the role, gives no secret away, tells what it has to, and
 * ends the scene where it ends. A reply that the game can't read is a turn that failed, so it is 0.
 */
export function turn(): Scorer {
  return {
    name: "turn",
    options: { form: FORM, phrases: assistantPhrases },
    score({ text }, item) {
      const reply = readReply(text);
      if (reply === undefined) return scored(0, UNREADABLE);
      const problem = outOfRole(reply.say, item);
      if (problem !== undefined) return scored(0, problem);
      const { facts, ends_scene } = contextSchema.parse(item.context);
      const missing = facts.find((fact) => !mentions(reply.say, fact));
      if (missing !== undefined) return scored(0, `Not told: ${missing}`);
      if (reply.end === ends_scene) return scored(1);
      return scored(0, ends_scene ? "The scene should be over." : "The scene isn't over yet.");
    },
  };
}

/** Whether the game can read the reply. */
export function form(): Scorer {
  return {
    name: "form",
    options: { form: FORM },
    score: ({ text }) => (readReply(text) === undefined ? scored(0, UNREADABLE) : scored(1)),
  };
}

/** Whether the character stays in its role and keeps its secrets, in whatever form it answers. */
export function inRole(): Scorer {
  return {
    name: "in-role",
    options: { phrases: assistantPhrases },
    score({ text }, item) {
      if (text.trim() === "") return unparsed("The answer is empty.");
      const problem = outOfRole(readReply(text)?.say ?? text, item);
      return problem === undefined ? scored(1) : scored(0, problem);
    },
  };
}

/** Whether the character tells what it is asked for and may tell. */
export function toldFacts(): Scorer {
  return {
    name: "told-facts",
    options: {},
    appliesTo: (item) => contextSchema.parse(item.context).facts.length > 0,
    score({ text }, item) {
      if (text.trim() === "") return unparsed("The answer is empty.");
      const missing = contextSchema.parse(item.context).facts.find((fact) => !mentions(text, fact));
      return missing === undefined ? scored(1) : scored(0, `Not told: ${missing}`);
    },
  };
}

/** Whether the reply ends the scene where it ends. */
export function sceneEnd(): Scorer {
  return {
    name: "scene-end",
    options: {},
    score({ text }, item) {
      const reply = readReply(text);
      if (reply === undefined) return unparsed(UNREADABLE);
      return scored(Number(reply.end === contextSchema.parse(item.context).ends_scene));
    },
  };
}

function readReply(text: string): z.output<typeof replySchema> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // That it is no JSON is what there is to say about it.
    return undefined;
  }
  return replySchema.safeParse(value).data;
}

function outOfRole(line: string, item: EvalItem): string | undefined {
  const phrase = findAssistantPhrase(line);
  if (phrase !== undefined) return `Out of role: ${phrase}`;
  const word = firstMentioned(line, contextSchema.parse(item.context).forbidden);
  return word === undefined ? undefined : `Given away: ${word}`;
}
