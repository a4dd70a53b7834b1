/**
 * Makes the base model photon-nano from public-domain prose and generated dialogue, with the project's own engine.
 *
 *   npx tsx scripts/pretrain-base.ts [--out models/photon-nano] [--steps N] [--threads N] [--work DIR]
 *
 * The same seed and number of steps give the same model, to the bit, on any machine; an interrupted run goes on from
 * its last checkpoint. docs/explanation/photon-nano.md is the model card.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  encodeDialogue,
  encodeDocument,
  SPECIAL_TOKENS,
  truncateExample,
} from "../src/engine/chat-template.ts";
import { findCheckpoint, writeCheckpoint } from "../src/engine/checkpoint.ts";
import type { Example } from "../src/engine/example.ts";
import { initialWeights } from "../src/engine/initial-weights.ts";
import { writeModel } from "../src/engine/model-files.ts";
import { type ModelConfig, parameterCount } from "../src/engine/parameters.ts";
import type { Tokenizer } from "../src/engine/tokenizer.ts";
import { trainTokenizer } from "../src/engine/tokenizer-training.ts";
import { createTrainer } from "../src/engine/trainer.ts";
import { type Document, documents, type Kind } from "./pretraining/corpus.ts";
import { publicDomainText } from "./pretraining/public-domain-text.ts";
import { createRandom, type Random } from "./pretraining/random.ts";

const SEED = 20261;
/** Steps that photon-nano was made with; over the last of them the learning rate falls to zero. */
const STEPS = 4400;
const DECAY_STEPS = 1000;
/** Documents to draw from: how many steps are done does not change which comes when. */
const DOCUMENTS = 160_000;
const BATCH_SIZE = 20;
const LEARNING_RATE = 2e-3;
const PROSE_PIECE = 500;
/** Held back from training, to say how well the model predicts what it has not seen. */
const HELD_BACK_PIECES = 40;
const HELD_BACK_DOCUMENTS = 400;
const TOKENIZER_DOCUMENTS = 30_000;
const CHECKPOINT_EVERY = 200;

const config: ModelConfig = {
  vocabularySize: 3072,
  hiddenSize: 192,
  layers: 4,
  heads: 6,
  keyValueHeads: 2,
  feedForwardSize: 512,
  contextLength: 512,
  ropeTheta: 10_000,
  normEpsilon: 1e-5,
};

const { values: options } = parseArgs({
  options: {
    out: { type: "string", default: "models/photon-nano" },
    work: { type: "string", default: ".pretraining" },
    steps: { type: "string", default: String(STEPS) },
    threads: { type: "string", default: String(availableParallelism()) },
  },
});
const steps = Number(options.steps);
const checkpoint = join(options.work, "checkpoint");
await mkdir(options.work, { recursive: true });

const pieces = await publicDomainText(PROSE_PIECE);
const every = Math.floor(pieces.length / HELD_BACK_PIECES);
const heldBackProse = pieces.filter((_, index) => index % every === 0);
const prose = pieces.filter((_, index) => index % every !== 0);

const tokenizer = trainTokenizer(textsForTokenizer(), {
  vocabularySize: config.vocabularySize,
  specialTokens: SPECIAL_TOKENS,
});
const heldBack = takeHeldBack(tokenizer);
const examples = takeExamples(tokenizer, DOCUMENTS);
const trainer = createTrainer({
  config,
  weights: initialWeights(config, SEED),
  examples,
  validation: [...heldBack.values()].flat(),
  epochs: 1,
  batchSize: BATCH_SIZE,
  learningRate: LEARNING_RATE,
  warmupSteps: 100,
  decaySteps: DECAY_STEPS,
  maxSteps: steps,
  weightDecay: 0.05,
  seed: SEED,
  threads: Number(options.threads),
});
const interrupted = await findCheckpoint(checkpoint, config);
if (interrupted) trainer.restore(interrupted);
console.log(`${parameterCount(config)} parameters, ${steps} steps, beginning at ${trainer.stepsDone}`);

let since = performance.now();
let tokens = 0;
let loss = 0;
while (trainer.stepsDone < trainer.totalSteps) {
  const result = trainer.step();
  tokens += result.tokens;
  loss += result.loss;
  if (result.step % 50 === 0) {
    const rate = (tokens / (performance.now() - since)) * 1000;
    console.log(`step ${result.step} loss ${(loss / 50).toFixed(3)} ${rate.toFixed(0)} tokens/s`);
    since = performance.now();
    tokens = 0;
    loss = 0;
  }
  if (result.step % CHECKPOINT_EVERY === 0) await writeCheckpoint(checkpoint, config, trainer.state());
}

const losses: Record<string, number> = {};
for (const [kind, held] of heldBack) losses[kind] = Number(trainer.evaluate(held).loss.toFixed(3));
const files = await writeModel(
  options.out,
  { config, weights: trainer.weights(), tokenizer },
  { dtype: "bf16" },
);
trainer.close();
const report = { seed: SEED, steps, documents: steps * BATCH_SIZE, heldBackLoss: losses, files };
await writeFile(join(options.work, "report.json"), `${JSON.stringify(report, null, 2)}\n`);
console.log(JSON.stringify(report, null, 2));

/** What the tokenizer learns from: documents of the same mix. */
function* textsForTokenizer(): Generator<string> {
  let count = 0;
  for (const document of documents(SEED + 1, prose)) {
    if (count++ >= TOKENIZER_DOCUMENTS) return;
    if (document.kind === "prose") yield document.text;
    else for (const { content } of document.dialogue.messages) yield content;
  }
}

/**
 * Prose is learned whole. Of a dialogue mostly the answers: its passages hold numbers and names drawn by lot, which
 * nobody could predict. A quarter is learned whole all the same, so that the words of questions are known in use.
 */
function encode(document: Document, tokenizer: Tokenizer, random: Random): Example {
  if (document.kind === "prose")
    return truncateExample(encodeDocument(tokenizer, document.text), config.contextLength);
  const example = truncateExample(
    encodeDialogue(tokenizer, document.dialogue.messages),
    config.contextLength,
  );
  return random.chance(0.25)
    ? { tokens: example.tokens, learned: example.learned.map((_, i) => (i > 0 ? 1 : 0)) }
    : example;
}

function takeExamples(tokenizer: Tokenizer, count: number): Example[] {
  const random = createRandom(SEED + 2);
  const taken: Example[] = [];
  for (const document of documents(SEED, prose)) {
    if (taken.length >= count) break;
    const example = encode(document, tokenizer, random);
    // A dialogue whose first answer lies beyond the context has nothing to teach.
    if (example.learned.some((mark, index) => mark === 1 && index > 0)) taken.push(example);
  }
  return taken;
}

function takeHeldBack(tokenizer: Tokenizer): Map<Kind, Example[]> {
  const byKind = new Map<Kind, Example[]>();
  let count = 0;
  for (const document of documents(SEED + 3, heldBackProse)) {
    if (count++ >= HELD_BACK_DOCUMENTS) break;
    const example =
      document.kind === "prose"
        ? encodeDocument(tokenizer, document.text)
        : encodeDialogue(tokenizer, document.dialogue.messages);
    byKind.set(document.kind, [
      ...(byKind.get(document.kind) ?? []),
      truncateExample(example, config.contextLength),
    ]);
  }
  return byKind;
}
