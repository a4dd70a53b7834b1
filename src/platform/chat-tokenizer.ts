import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { ChatTokenizer, DialogueToken } from "../contract/chat-tokenizer.ts";
import { encodeDialogue, specialTokenId } from "../engine/chat-template.ts";
import { readModelTokenizer } from "../engine/model-files.ts";
import { createTokenCounter } from "../engine/token-counter.ts";
import { BaseModelError } from "./errors.ts";
import { packageRoot, runsFromSources } from "./package-root.ts";

/** The module by which a worker thread makes a tokenizer again: the entrance, which keeps its name in dist/. */
const ENTRANCE = new URL(runsFromSources ? "../local.ts" : "./local.js", import.meta.url).href;

/**
 * Loads what a model makes of text, its tokenizer and chat template, without its weights. It needs none of the packages
 * that only a running platform needs.
 *
 * @param modelOrDirectory - a model that comes with the package, by its name, or a model's directory in the Hugging Face
 * layout (`config.json`, `tokenizer.json`), such as one that was downloaded
 * @throws {@link BaseModelError} when there is no such model, or its files can't be used
 *
 * @example
 * ```ts
 * import { loadChatTokenizer } from "fermion/local";
 *
 * const tokenizer = await loadChatTokenizer();
 * console.log(tokenizer.countTokens("The excess is 22 euros."), "of", tokenizer.contextLength);
 * ```
 */
export async function loadChatTokenizer(modelOrDirectory = "photon-nano"): Promise<ChatTokenizer> {
  const directory = directoryOf(modelOrDirectory);
  if (!existsSync(join(directory, "config.json"))) {
    throw new BaseModelError(basename(directory), directory, "there is no config.json.");
  }
  try {
    return await load(directory);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BaseModelError(basename(directory), directory, reason);
  }
}

/** A name without a separator is first looked for among the models of the package. */
function directoryOf(modelOrDirectory: string): string {
  if (/^[\w.-]+$/.test(modelOrDirectory) && !/^\.+$/.test(modelOrDirectory)) {
    const own = fileURLToPath(new URL(`models/${modelOrDirectory}`, packageRoot));
    if (existsSync(own)) return own;
  }
  return resolve(modelOrDirectory);
}

async function load(directory: string): Promise<ChatTokenizer> {
  const { config, tokenizer } = await readModelTokenizer(directory);
  // So that a model without the tokens of dialogues is refused here, and not by the first row.
  specialTokenId(tokenizer, "<|begin|>");
  const countTokens = createTokenCounter(tokenizer);
  const spellings = new Map([...tokenizer.specialTokens].map(([spelling, id]) => [id, spelling]));
  return {
    model: basename(directory),
    contextLength: config.contextLength,
    countTokens,
    countDialogueTokens(messages) {
      // The beginning, and of each message its role and its end: as encodeDialogue lays them out.
      let count = 1;
      for (const { content } of messages) count += 2 + countTokens(content);
      return count;
    },
    dialogue(messages) {
      const { tokens, learned } = encodeDialogue(tokenizer, messages);
      return Array.from(tokens, (id, index): DialogueToken => {
        const spelling = spellings.get(id);
        return {
          id,
          text: spelling ?? tokenizer.decode([id]),
          learned: learned[index] === 1,
          special: spelling !== undefined,
        };
      });
    },
    recipe: { module: ENTRANCE, name: "loadChatTokenizer", argument: directory },
  };
}
