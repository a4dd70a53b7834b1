import { normaliseText } from "../evals/normalise-text.ts";

/** What assistants say of themselves; a character that says one of these has left its role. */
export const assistantPhrases: readonly string[] = Object.freeze([
  "as an ai",
  "an ai assistant",
  "i am an ai",
  "i'm an ai",
  "artificial intelligence",
  "language model",
  "chatbot",
  "virtual assistant",
  "i am an assistant",
  "i'm an assistant",
  "how can i help you today",
  "how can i assist",
  "how may i assist",
  "i cannot assist",
  "i can't assist",
  "i'm not able to assist",
  "my training data",
  "i was trained",
  "my programming",
  "as a computer",
]);

/** The first phrase in a text by which an assistant would be known; undefined where there is none. */
export function findAssistantPhrase(text: string): string | undefined {
  const said = normaliseText(text);
  return assistantPhrases.find((phrase) => said.includes(phrase));
}
