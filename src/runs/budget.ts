import { join } from "node:path";
import type { ChatTokenizer, TemplateMessage } from "../contract/chat-tokenizer.ts";
import { inferenceCost, inferencePrice, type PriceTable, trainingCost } from "../data/prices.ts";
import type { EvalItem } from "../evals/suite.ts";
import { ConfigurationError } from "../index.ts";
import { linesOf } from "./lines.ts";
import type { RunOptions } from "./options.ts";
import type { PreparedFile } from "./run-file-schema.ts";

/** Without a tokenizer, so many bytes count as a token: on the safe side for text of most languages. */
const BYTES_PER_TOKEN = 3;

/** How many tokens one pass over a training file has. */
export async function tokensOf(
  folder: string,
  file: PreparedFile,
  tokenizer: ChatTokenizer | undefined,
): Promise<number> {
  if (!tokenizer) {
    return Math.ceil(file.bytes / BYTES_PER_TOKEN);
  }
  let tokens = 0;
  for await (const line of linesOf(join(folder, file.name))) {
    tokens += Math.min(tokenizer.contextLength, rowTokens(JSON.parse(line), tokenizer, line));
  }
  return tokens;
}

function rowTokens(row: unknown, tokenizer: ChatTokenizer, line: string): number {
  const messages = plainMessages(row);
  return messages ? tokenizer.countDialogueTokens(messages) : Math.ceil(line.length / BYTES_PER_TOKEN);
}

/** The messages of a row, where they are plain text as a chat template takes it. */
function plainMessages(row: unknown): TemplateMessage[] | undefined {
  if (typeof row !== "object" || row === null || !("messages" in row) || !Array.isArray(row.messages)) {
    return undefined;
  }
  const messages: TemplateMessage[] = [];
  for (const message of row.messages as unknown[]) {
    if (!isPlain(message)) {
      return undefined;
    }
    messages.push({ role: message.role, content: message.content });
  }
  return messages;
}

function isPlain(message: unknown): message is TemplateMessage {
  return (
    typeof message === "object" &&
    message !== null &&
    "role" in message &&
    ["system", "developer", "user", "assistant", "tool"].includes(String(message.role)) &&
    "content" in message &&
    typeof message.content === "string"
  );
}

/** What a run would cost at most, in the currency of the prices; undefined where that can't be known. */
export function estimatedCost({
  tokens,
  epochs,
  prices,
  base,
  items,
  answerTokens,
}: {
  tokens: number;
  epochs: number | undefined;
  prices: PriceTable | undefined;
  base: string;
  items: readonly EvalItem[];
  answerTokens: number;
}): number | undefined {
  if (!prices || epochs === undefined) {
    return undefined;
  }
  const training = trainingCost(prices, { tokens: tokens * epochs, seconds: undefined });
  if (training === undefined || !prices.inference || items.length === 0) {
    return training;
  }
  const input = items.reduce((sum, item) => sum + JSON.stringify(item.input).length / BYTES_PER_TOKEN, 0);
  const output = items.length * answerTokens;
  let answers = 0;
  // Both models are asked; the custom one has no name yet.
  for (const model of [base, "*"]) {
    const price = inferencePrice(prices, model);
    if (!price) {
      return undefined;
    }
    answers += inferenceCost(price, { input, output });
  }
  return training + answers;
}

/** @throws ConfigurationError if a budget is asked for that nobody could keep */
export function checkBudget(
  { budget, prices }: RunOptions,
  { epochs, isEvaluated }: { readonly epochs: number | undefined; readonly isEvaluated: boolean },
): void {
  if (budget?.cost === undefined) {
    return;
  }
  const needs = (what: string) => new ConfigurationError(`budget.cost needs ${what}`);
  if (prices?.training?.perMillionTokens === undefined) {
    throw needs(
      "prices: { currency, training: { perMillionTokens } }, and `inference` if answers cost anything.",
    );
  }
  if (prices.training.perHour !== undefined) {
    throw needs(
      "prices.training by tokens alone: before a training nobody can say how many hours it takes. Limit those with budget.time.",
    );
  }
  if (isEvaluated && prices.inference && !inferencePrice(prices, "*")) {
    throw needs(
      'prices.inference["*"]: the model that is to be made has no id yet by which it could have a price.',
    );
  }
  if (epochs === undefined) {
    throw needs(
      "hyperparameters.n_epochs as a number: where the platform chooses it, nobody can say what training costs.",
    );
  }
}
