/**
 * What the engine does on this machine: training and decoding, and how much of its own matrix product's speed a
 * training step reaches.
 *
 *   npm run bench:engine [-- --rounds 9] [-- --json]
 *
 * Each round measures everything once, one thread and two in turn, and each figure is the median over the rounds, of
 * ratios too: a machine that is slower for a while is so for both sides of a ratio.
 */
import { availableParallelism, cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { createDecoder } from "../src/engine/decoder.ts";
import type { Example } from "../src/engine/example.ts";
import { initialWeights } from "../src/engine/initial-weights.ts";
import { type ModelConfig, parameterCount } from "../src/engine/parameters.ts";
import { createRandom } from "../src/engine/random.ts";
import { createTrainer } from "../src/engine/trainer.ts";
import { trainingMemory } from "../src/engine/training-memory.ts";
import type { TrainingMethod } from "../src/engine/training-method.ts";
import { createGemmAlone } from "./gemm.ts";

const { values: options } = parseArgs({
  options: { rounds: { type: "string", default: "7" }, json: { type: "boolean", default: false } },
});
const rounds = Number(options.rounds);
if (!Number.isSafeInteger(rounds) || rounds < 1)
  throw new RangeError(`--rounds must be 1 or more, got ${options.rounds}`);

const config: ModelConfig = {
  vocabularySize: 2048,
  hiddenSize: 192,
  layers: 4,
  heads: 6,
  keyValueHeads: 6,
  feedForwardSize: 512,
  contextLength: 512,
  ropeTheta: 10_000,
  normEpsilon: 1e-5,
};
/** The shape of a model of 135 million parameters, whose memory is only planned here. */
const large: ModelConfig = {
  vocabularySize: 49_152,
  hiddenSize: 576,
  layers: 30,
  heads: 9,
  keyValueHeads: 3,
  feedForwardSize: 1536,
  contextLength: 2048,
  ropeTheta: 100_000,
  normEpsilon: 1e-5,
};
const LORA: TrainingMethod = { type: "lora" };
const EXAMPLES = 8;
const LENGTH = 128;
const TOKENS = EXAMPLES * LENGTH;
/** Steps of one measurement: half a second or so. */
const STEPS = 3;
const DECODED = 200;
const PROMPT = 16;

/** What the figures should be at least, and the memory at most. */
const AIMS = { gemmShare: 0.6, scaling: 1.7, peakMegabytes: 300 };

const parameters = parameterCount(config);
/** 2 operations for each parameter forward and 4 backward; causal attention's two products likewise, on half of T². */
const stepFlops = 6 * parameters * TOKENS + 6 * config.layers * config.hiddenSize * LENGTH * TOKENS;
const FORMULA = "6 · parameters · tokens + 6 · layers · hidden size · length · tokens";

const random = createRandom(1);
const weights = initialWeights(config, 1);
const examples: Example[] = Array.from({ length: EXAMPLES }, () => ({
  tokens: Int32Array.from({ length: LENGTH }, () => random.below(config.vocabularySize)),
  learned: new Uint8Array(LENGTH).fill(1),
}));

/** Seconds that `work` takes, the mean of some times. */
function seconds(work: () => void, times: number): number {
  const start = performance.now();
  for (let i = 0; i < times; i++) work();
  return (performance.now() - start) / 1000 / times;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

function startTraining(threads: number, method: TrainingMethod = { type: "full" }) {
  const trainer = createTrainer({
    config,
    weights,
    method,
    examples,
    epochs: (rounds + 2) * STEPS,
    batchSize: EXAMPLES,
    learningRate: 1e-3,
    seed: 1,
    threads,
  });
  return { run: () => void trainer.step(), close: trainer.close };
}

/** Tokens per second of decoding one text, its prompt read before. */
function startDecoding() {
  const decoder = createDecoder({ config, weights });
  const prompt = Array.from({ length: PROMPT }, () => random.below(config.vocabularySize));
  const rate = () => {
    const sampling = { temperature: 0, topP: 1, seed: 1, maxTokens: DECODED + 1, stopTokens: [] };
    const generation = decoder.start(prompt, sampling);
    generation.next();
    const taken = seconds(() => void generation.next(), DECODED);
    generation.close();
    return 1 / taken;
  };
  return { rate, close: decoder.close };
}

const load = loadavg()[0] ?? 0;
const two = startTraining(2);
seconds(two.run, STEPS);
// Before the other measurements come to lie beside it: the peak of a process that trains.
const peakMegabytes = process.resourceUsage().maxRSS / 1024;
const one = startTraining(1);
const loraOne = startTraining(1, LORA);
const loraTwo = startTraining(2, LORA);
const gemmOne = createGemmAlone(config, TOKENS, 1);
const gemmTwo = createGemmAlone(config, TOKENS, 2);
const decoding = startDecoding();
// Code is compiled better once it has run a while.
for (const { run } of [one, loraOne, loraTwo, gemmOne, gemmTwo]) seconds(run, STEPS);
decoding.rate();

const measured = Array.from({ length: rounds }, () => {
  globalThis.gc?.();
  const training1 = TOKENS / seconds(one.run, STEPS);
  const alone1 = gemmOne.flops / seconds(gemmOne.run, STEPS);
  const training2 = TOKENS / seconds(two.run, STEPS);
  const alone2 = gemmTwo.flops / seconds(gemmTwo.run, STEPS);
  const lora1 = TOKENS / seconds(loraOne.run, STEPS);
  const lora2 = TOKENS / seconds(loraTwo.run, STEPS);
  return { training1, alone1, training2, alone2, lora1, lora2, decoded: decoding.rate() };
});
for (const { close } of [one, two, loraOne, loraTwo, gemmOne, gemmTwo, decoding]) close();

type Round = (typeof measured)[number];
const figure = (of: (round: Round) => number) => median(measured.map(of));
const flopsPerToken = stepFlops / TOKENS;
const limits = { tokens: TOKENS, longest: LENGTH, examples: EXAMPLES };
/** Megabytes of a run on two threads, by its memory plan. */
const plannedMegabytes = (of: ModelConfig) => ({
  full: trainingMemory(of, limits, 2).total / 1e6,
  lora: trainingMemory(of, limits, 2, LORA).total / 1e6,
});
const result = {
  loadBefore: load,
  parameters,
  tokensPerStep: TOKENS,
  rounds,
  trainingTokensPerSecond: { one: figure((r) => r.training1), two: figure((r) => r.training2) },
  trainingGigaflops: {
    one: figure((r) => (r.training1 * flopsPerToken) / 1e9),
    two: figure((r) => (r.training2 * flopsPerToken) / 1e9),
  },
  gemmGigaflops: { one: figure((r) => r.alone1 / 1e9), two: figure((r) => r.alone2 / 1e9) },
  gemmShare: {
    one: figure((r) => (r.training1 * flopsPerToken) / r.alone1),
    two: figure((r) => (r.training2 * flopsPerToken) / r.alone2),
  },
  scaling: figure((r) => r.training2 / r.training1),
  peakMegabytes,
  loraTokensPerSecond: { one: figure((r) => r.lora1), two: figure((r) => r.lora2) },
  loraSpeedup: { one: figure((r) => r.lora1 / r.training1), two: figure((r) => r.lora2 / r.training2) },
  plannedMegabytes: plannedMegabytes(config),
  plannedMegabytesLarge: plannedMegabytes(large),
  decodedTokensPerSecond: figure((r) => r.decoded),
};

const whole = (value: number) => Math.round(value).toLocaleString("en");

function memoryTable(): string {
  const rows = [
    [`memory planned for ${TOKENS} tokens`, "full", "LoRA", "LoRA : full"],
    ...[
      { name: `${whole(parameters)} parameters, MB`, ...result.plannedMegabytes },
      { name: `${whole(parameterCount(large))} parameters, MB`, ...result.plannedMegabytesLarge },
    ].map(({ name, full, lora }) => [name, whole(full), whole(lora), (lora / full).toFixed(2)]),
  ];
  return rows
    .map(([name = "", ...cells]) => `${name.padEnd(32)}${cells.map((cell) => cell.padStart(13)).join("")}`)
    .join("\n");
}

function table(): string {
  const verdict = (met: boolean, aim: string) => `${aim}: ${met ? "met" : "NOT met"}`;
  const { trainingTokensPerSecond: training, trainingGigaflops, gemmGigaflops, gemmShare, scaling } = result;
  const rows = [
    ["", "1 thread", "2 threads", "aim"],
    ["training, tokens/s", whole(training.one), whole(training.two), ""],
    ["training, GFLOP/s", trainingGigaflops.one.toFixed(1), trainingGigaflops.two.toFixed(1), ""],
    ["our GEMM alone, GFLOP/s", gemmGigaflops.one.toFixed(1), gemmGigaflops.two.toFixed(1), ""],
    [
      "share of GEMM alone",
      gemmShare.one.toFixed(2),
      gemmShare.two.toFixed(2),
      verdict(Math.min(gemmShare.one, gemmShare.two) >= AIMS.gemmShare, `≥ ${AIMS.gemmShare}`),
    ],
    ["two threads : one", "", scaling.toFixed(2), verdict(scaling >= AIMS.scaling, `≥ ${AIMS.scaling}`)],
    [
      "peak RSS of training, MB",
      "",
      whole(peakMegabytes),
      verdict(peakMegabytes < AIMS.peakMegabytes, `< ${AIMS.peakMegabytes}`),
    ],
    ["LoRA, tokens/s", whole(result.loraTokensPerSecond.one), whole(result.loraTokensPerSecond.two), ""],
    ["LoRA : full", result.loraSpeedup.one.toFixed(2), result.loraSpeedup.two.toFixed(2), ""],
    ["decoding, tokens/s", whole(result.decodedTokensPerSecond), "", ""],
  ];
  return rows
    .map(([name = "", first = "", second = "", aim = ""]) =>
      `${name.padEnd(26)}${first.padStart(11)}${second.padStart(11)}   ${aim}`.trimEnd(),
    )
    .join("\n");
}

if (options.json) {
  console.log(JSON.stringify(result));
} else {
  const heading = `${whole(parameters)} parameters, batches of ${EXAMPLES} × ${LENGTH} tokens, all learned`;
  console.log(
    `${heading}; medians of ${rounds} rounds\n\n${table()}\n\n${memoryTable()}\n\nFLOPs of a step: ${FORMULA}`,
  );
  console.log(
    `Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model ?? "unknown processor"}`,
  );
  if (load > 0.7 || availableParallelism() < 2) {
    console.log(`The machine was busy before (load ${load.toFixed(1)}): figures of two threads say little.`);
  }
}
