import { SPECIAL_TOKENS } from "../../src/engine/chat-template.ts";
import { initialWeights } from "../../src/engine/initial-weights.ts";
import { writeModel } from "../../src/engine/model-files.ts";
import { trainTokenizer } from "../../src/engine/tokenizer-training.ts";
import { limits, topics } from "./topics.ts";

/** Dialogues that a tiny model learns in seconds: each line asks about a topic, and the answer names its deadline. */
export function trainingRows(count: number): { messages: { role: string; content: string }[] }[] {
  return Array.from({ length: count }, (_, index) => {
    const which = index % topics.length;
    const [topic, limit] = [topics[which], limits[which % limits.length]];
    return {
      messages: [
        { role: "system", content: "You answer for an insurer." },
        { role: "user", content: `When must I report ${topic}? (${index})` },
        { role: "assistant", content: `You must report ${topic} within ${limit}.` },
      ],
    };
  });
}

/** The rows as a training file. */
export function trainingFile(count: number): string {
  return `${trainingRows(count)
    .map((row) => JSON.stringify(row))
    .join("\n")}\n`;
}

/** Writes a random model of some 40,000 weights that trains in milliseconds a step. Always the same. */
export async function writeTinyBase(directory: string): Promise<void> {
  const texts = trainingRows(60).flatMap(({ messages }) => messages.map(({ content }) => content));
  const tokenizer = trainTokenizer(texts, { vocabularySize: 400, specialTokens: SPECIAL_TOKENS });
  const config = {
    vocabularySize: tokenizer.vocabularySize,
    hiddenSize: 32,
    layers: 2,
    heads: 4,
    keyValueHeads: 2,
    feedForwardSize: 64,
    contextLength: 96,
    ropeTheta: 10_000,
    normEpsilon: 1e-5,
  };
  await writeModel(directory, { config, weights: initialWeights(config, 7), tokenizer });
}
