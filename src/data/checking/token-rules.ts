import type { ChatTokenizer, TemplateMessage } from "../../contract/chat-tokenizer.ts";
import { addToHistogram } from "./histogram.ts";
import type { Tally } from "./tally.ts";
import type { Report } from "./turns.ts";

/** Counts the tokens of dialogues and finds those that don't fit. */
export type TokenRules = (messages: readonly TemplateMessage[], at: string, report: Report) => void;

/** @param tally - where the tokens are counted */
export function createTokenRules(tokenizer: ChatTokenizer, tally: Tally): TokenRules {
  const { contextLength } = tokenizer;
  const structure = learnedStructure(tokenizer);
  return (messages, at, report) => {
    const tokens = tokenizer.countDialogueTokens(messages);
    addToHistogram(tally.tokens, tokens);
    if (tokens <= contextLength) {
      tally.trainedTokens += tokens;
      for (const { role, content, weight } of messages) {
        if (role === "assistant" && weight !== 0) {
          tally.learnedTokens += tokenizer.countTokens(content) + structure;
        }
      }
      return;
    }
    const seen = tokenizer.dialogue(messages).slice(0, contextLength);
    tally.trainedTokens += seen.length;
    // The first token has nothing before it that could predict it.
    const learned = seen.reduce((sum, token, index) => sum + (token.learned && index > 0 ? 1 : 0), 0);
    if (learned === 0) {
      tally.nothingToLearn++;
      const context = `the model ${tokenizer.model} reads ${contextLength}`;
      report("nothing-to-learn", at, `The row has ${tokens} tokens, ${context}, and its answers lie behind.`);
      return;
    }
    tally.learnedTokens += learned;
    tally.cutRows++;
    const message = `The row has ${tokens} tokens; the last ${tokens - contextLength} are cut, because the model ${tokenizer.model} reads ${contextLength}.`;
    report("too-long", at, message);
  };
}

/** How many tokens of structure, such as the end of a turn, are learned with each answer. */
function learnedStructure(tokenizer: ChatTokenizer): number {
  const sample = [
    { role: "user", content: "a" },
    { role: "assistant", content: "b" },
  ] as const;
  const learned = tokenizer.dialogue(sample).filter((token) => token.learned).length;
  return learned - tokenizer.countTokens("b");
}
