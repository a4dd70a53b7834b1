import * as z from "zod";
import { scored, unparsed } from "../../evals/scores.ts";
import type { Scorer } from "../../evals/suite.ts";
import { assistantPhrases, findAssistantPhrase } from "../assistant-phrases.ts";
import { firstMentioned, mentions } from "../mentions.ts";

const contextSchema = z.object({
  /** What has to be recalled. */
  recalled: z.array(z.string()),
  /** What doesn't hold any more, or is about something else that is remembered. */
  confused: z.array(z.string()),
});

/** What the scorers know about a reply; the `context` of an item. */
export type RecallContext = z.output<typeof contextSchema>;

/** Whether the reply recalls what it should, mixes nothing up, and stays in the role. */
export function remembers(): Scorer {
  return {
    name: "remembers",
    options: { phrases: assistantPhrases },
    score({ text }, item) {
      if (text.trim() === "") return unparsed("The answer is empty.");
      const { recalled, confused } = contextSchema.parse(item.context);
      const phrase = findAssistantPhrase(text);
      if (phrase !== undefined) return scored(0, `Out of role: ${phrase}`);
      const missing = recalled.find((value) => !mentions(text, value));
      if (missing !== undefined) return scored(0, `Not recalled: ${missing}`);
      const wrong = firstMentioned(text, confused);
      return wrong === undefined ? scored(1) : scored(0, `Mixed up with: ${wrong}`);
    },
  };
}

/** Whether the reply avoids what doesn't hold any more, and what is about something else. */
export function noMixUp(): Scorer {
  return {
    name: "no-mix-up",
    options: {},
    score({ text }, item) {
      if (text.trim() === "") return unparsed("The answer is empty.");
      const wrong = firstMentioned(text, contextSchema.parse(item.context).confused);
      return wrong === undefined ? scored(1) : scored(0, `Mixed up with: ${wrong}`);
    },
  };
}

/** Whether somebody says it who isn't an assistant. */
export function inPersona(): Scorer {
  return {
    name: "in-persona",
    options: { phrases: assistantPhrases },
    score({ text }) {
      if (text.trim() === "") return unparsed("The answer is empty.");
      const phrase = findAssistantPhrase(text);
      return phrase === undefined ? scored(1) : scored(0, `Out of role: ${phrase}`);
    },
  };
}
