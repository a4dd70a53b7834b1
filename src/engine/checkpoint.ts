import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { syncDirectory, writeFileAtomically } from "./atomic-file.ts";
import type { ModelConfig } from "./parameters.ts";
import type { TrainerState } from "./trainer.ts";
import { describeMethod, learnedCount, type TrainingMethod } from "./training-method.ts";

/** A checkpoint that can't be gone on from: torn, damaged, of another model, or of another method. */
export class CheckpointError extends Error {
  override readonly name = "CheckpointError";
  /** The checkpoint's directory. */
  readonly directory: string;

  constructor(directory: string, problem: string) {
    super(`The checkpoint ${directory} can't be used: ${problem}`);
    this.directory = directory;
  }
}

const VERSION = 1;
const HEADER = "checkpoint.json";
const NUMBERS = "state.f32";
const FULL: TrainingMethod = { type: "full" };

interface Header {
  readonly version: number;
  readonly step: number;
  /** How many numbers are learned. */
  readonly parameters: number;
  readonly sha256: string;
  /** As `describeMethod` says it. */
  readonly method: string;
}

/**
 * Writes a checkpoint that is there whole or not at all: into a directory beside it, synced, then renamed.
 * `state.f32` holds what is learned, the first and the second moments, each in the order of `parameterLayout`, or of
 * `loraLayout` when adapters are learned.
 *
 * @param directory - an older checkpoint there is replaced
 * @param method - the run's
 */
export async function writeCheckpoint(
  directory: string,
  config: ModelConfig,
  state: TrainerState,
  method: TrainingMethod = FULL,
): Promise<void> {
  const parts = [state.weights, state.firstMoment, state.secondMoment].map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  const temporary = `${directory}.new`;
  const before = `${directory}.old`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  const { sha256 } = await writeFileAtomically(join(temporary, NUMBERS), parts);
  const parameters = learnedCount(config, method);
  const header: Header = {
    ...{ version: VERSION, step: state.step, parameters, sha256, method: describeMethod(method) },
  };
  await writeFileAtomically(join(temporary, HEADER), [Buffer.from(JSON.stringify(header))]);
  // A directory can't be renamed over a full one; between the two renames `.old` is the checkpoint, and it stays that
  // after a crash there, until a new one has its place.
  if (await exists(directory)) {
    await rm(before, { recursive: true, force: true });
    await rename(directory, before);
  }
  await rename(temporary, directory);
  await syncDirectory(dirname(directory));
  await rm(before, { recursive: true, force: true });
}

/**
 * Reads a checkpoint.
 *
 * @returns undefined when there is none
 * @throws CheckpointError when it is damaged, or belongs to a model of another shape or to another method
 */
export async function findCheckpoint(
  directory: string,
  config: ModelConfig,
  method: TrainingMethod = FULL,
): Promise<TrainerState | undefined> {
  for (const candidate of [directory, `${directory}.old`]) {
    const text = await readFile(join(candidate, HEADER), "utf8").catch(ignoreMissing);
    if (text !== undefined) return readNumbers(candidate, text, config, method);
  }
  return undefined;
}

/**
 * Reads a checkpoint that must be there.
 *
 * @throws CheckpointError when it is missing, damaged, or belongs to a model of another shape or to another method
 */
export async function readCheckpoint(
  directory: string,
  config: ModelConfig,
  method: TrainingMethod = FULL,
): Promise<TrainerState> {
  const state = await findCheckpoint(directory, config, method);
  if (!state) throw new CheckpointError(directory, "there is none");
  return state;
}

async function readNumbers(
  directory: string,
  text: string,
  config: ModelConfig,
  method: TrainingMethod,
): Promise<TrainerState> {
  const header = parseHeader(directory, text);
  const count = learnedCount(config, method);
  if (header.method !== describeMethod(method)) {
    throw new CheckpointError(directory, `it is of ${header.method}, not of ${describeMethod(method)}`);
  }
  if (header.parameters !== count) {
    throw new CheckpointError(directory, `it is of a model of ${header.parameters} parameters, not ${count}`);
  }
  const bytes = await readFile(join(directory, NUMBERS)).catch(ignoreMissing);
  if (bytes?.length !== count * 12) throw new CheckpointError(directory, `${NUMBERS} is not whole`);
  if (createHash("sha256").update(bytes).digest("hex") !== header.sha256) {
    throw new CheckpointError(
      directory,
      `${NUMBERS} is damaged: its SHA-256 is not the one that was written`,
    );
  }
  const part = (index: number) => {
    const numbers = new Float32Array(count);
    new Uint8Array(numbers.buffer).set(bytes.subarray(index * count * 4, (index + 1) * count * 4));
    return numbers;
  };
  return { step: header.step, weights: part(0), firstMoment: part(1), secondMoment: part(2) };
}

function parseHeader(directory: string, text: string): Header {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw new CheckpointError(directory, `${HEADER} is not JSON`);
  }
  if (typeof header === "object" && header !== null && "version" in header && header.version === VERSION) {
    const { version } = header;
    if ("step" in header && "parameters" in header && "sha256" in header) {
      const { step, parameters, sha256 } = header;
      // Checkpoints from before there were methods have none written down.
      const method = "method" in header ? header.method : "full";
      if (
        typeof step === "number" &&
        typeof parameters === "number" &&
        typeof sha256 === "string" &&
        typeof method === "string"
      ) {
        return { version, step, parameters, sha256, method };
      }
    }
  }
  throw new CheckpointError(directory, `${HEADER} is not of version ${VERSION}`);
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(ignoreMissing)) !== undefined;
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
  throw error;
}
