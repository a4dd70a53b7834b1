/** What the generators give: dialogues as they go over the wire, one kind of dialogue a module. */
import type { Random } from "./random.ts";

export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

export interface Dialogue {
  readonly messages: readonly Message[];
}

/** A generator of one kind of dialogue. */
export type DialogueMaker = (random: Random) => Dialogue;

export const user = (content: string): Message => ({ role: "user", content });
export const assistant = (content: string): Message => ({ role: "assistant", content });
export const system = (content: string): Message => ({ role: "system", content });
