import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dpoHyperparametersSchema } from "../contract/hyperparameters.ts";
import { ConfigurationError, type Fermion } from "../index.ts";
import { customizeOnce } from "./customize.ts";
import { hashOf } from "./hash.ts";
import type { CustomizeOptions, RowRunOptions, VerticalRunOptions } from "./options.ts";
import { type RunReceipt, receiptSchema } from "./receipt.ts";

/** What a replay takes besides the receipt: the data, and how it is read. */
export type ReplayOptions<R> =
  | Omit<VerticalRunOptions<R>, ReplayedOption>
  | Omit<RowRunOptions, ReplayedOption>;

/** What the receipt says. */
type ReplayedOption = "name" | "base" | "hyperparameters" | "seed" | "split" | "decontaminate" | "promote";

/** Something that was otherwise than the receipt says. */
export interface ReplayDifference {
  /** `data`, `recipe`, `files`, `base`, `hyperparameters`, `packages` or `weights`. */
  readonly what: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** What a replay has shown. */
export interface ReplayResult {
  /** Whether the weights are the same, bit for bit. */
  readonly same: boolean;
  /** What differs. Of packages it is told even where the weights are the same. */
  readonly differences: readonly ReplayDifference[];
  /** What was made now. Its model stays on the platform: delete it if it isn't wanted. */
  readonly receipt: RunReceipt;
}

/**
 * Makes a model again from its receipt and the data, with a job of its own, and compares the weights.
 *
 * The evaluation isn't repeated, but training data is kept apart from it as before: give the `evaluate` of the run.
 *
 * @throws ConfigurationError if it isn't a receipt, or the platform names no hashes of weights
 *
 * @example
 * ```ts
 * import { Fermion } from "fermion";
 * import { customize, replay } from "fermion/runs";
 *
 * const client = new Fermion();
 * const data = "claims.train.jsonl";
 * const { receipt } = await customize(client, { name: "claims", base: "photon-nano", data });
 * const { same, differences } = await replay(client, receipt, { data });
 * ```
 */
export async function replay<R>(
  client: Fermion,
  receipt: RunReceipt,
  options: ReplayOptions<R>,
): Promise<ReplayResult> {
  const checked = receiptSchema.safeParse(receipt);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw new ConfigurationError(
      `This isn't the receipt of a run: ${issue?.path.join(".") || "it"}: ${issue?.message ?? ""}`,
    );
  }
  const expected = checked.data;
  if (expected.weights.length === 0) {
    throw new ConfigurationError("The receipt has no hashes of weights: its platform didn't say them.");
  }
  const directory = await mkdtemp(join(tmpdir(), "fermion-replay-"));
  try {
    const repeated: CustomizeOptions<R> = {
      ...options,
      name: expected.run,
      base: expected.base.model,
      hyperparameters: dpoHyperparametersSchema.parse(known(expected.hyperparameters)),
      seed: expected.seed,
      split: expected.split,
      decontaminate: expected.decontaminate === false ? false : { allow: expected.decontaminate },
      promote: undefined,
      directory,
    };
    const nonce = randomBytes(8).toString("hex");
    const { receipt: actual } = await customizeOnce(client, repeated, { nonce });
    const differences = differencesOf(expected, actual);
    return { same: !differences.some(({ what }) => what === "weights"), differences, receipt: actual };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What a platform adds of its own to the hyperparameters can't be asked for. */
function known(hyperparameters: RunReceipt["hyperparameters"]): Record<string, unknown> {
  const names = Object.keys(dpoHyperparametersSchema.shape);
  return Object.fromEntries(
    Object.entries(hyperparameters).filter(([name, value]) => names.includes(name) && value !== null),
  );
}

function differencesOf(expected: RunReceipt, actual: RunReceipt): ReplayDifference[] {
  const compared: readonly (readonly [string, unknown, unknown])[] = [
    ["data", expected.data.sha256, actual.data.sha256],
    ["recipe", [expected.recipe, expected.evaluation], [actual.recipe, actual.evaluation]],
    ["files", expected.files, actual.files],
    ["base", expected.base, actual.base],
    ["hyperparameters", expected.hyperparameters, actual.hyperparameters],
    ["packages", expected.packages, actual.packages],
    ["weights", expected.weights, actual.weights],
  ];
  return compared.flatMap(([what, before, now]) =>
    hashOf(before) === hashOf(now) ? [] : [{ what, expected: before, actual: now }],
  );
}
