/**
 * What assistants say of themselves, and a character or a companion never does: each would break the role. As
 * {@link findAssistantPhrase} looks for them, in lower case and with plain apostrophes.
 */
export const assistantPhrases: readonly string[] = [
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
  "how can i help you",
  "how can i assist",
  "how may i assist",
  "what can i do for you today",
  "i cannot assist",
  "i can't assist",
  "i am not able to assist",
  "my training data",
  "i was trained",
  "my programming",
  "as a computer",
  "i have no text about it",
];

/** The first phrase in a text by which an assistant would be known; undefined where there is none. */
export function findAssistantPhrase(text: string): string | undefined {
  const plain = text.toLowerCase().replaceAll("\u2019", "'");
  return assistantPhrases.find((phrase) => plain.includes(phrase));
}
