import { DataError } from "../errors.ts";

/** A part of a data set: what is trained on, what a loss is watched on meanwhile, what the model is judged by. */
export type SplitPart = "training" | "validation" | "evaluation";

/** The parts, in the order in which they are told of. */
export const SPLIT_PARTS = ["training", "validation", "evaluation"] as const satisfies readonly SplitPart[];

/** Shares of the records, 0 or more, which add up to less than 1; the rest is trained on. */
export interface SplitShares {
  /** @default 0 */
  readonly validation?: number;
  /** @default 0 */
  readonly evaluation?: number;
}

/** The share of each part. */
export type PartShares = Readonly<Record<SplitPart, number>>;

/** @throws {DataError} `invalid_option` */
export function partShares({ validation = 0, evaluation = 0 }: SplitShares): PartShares {
  for (const [field, share] of Object.entries({ validation, evaluation })) {
    if (!(share >= 0 && share < 1)) {
      throw new DataError(`The share \`${field}\` is ${share}; it has to be 0 or more and less than 1.`, {
        code: "invalid_option",
        field: `shares.${field}`,
      });
    }
  }
  if (validation + evaluation >= 1) {
    throw new DataError(
      `The shares of validation (${validation}) and evaluation (${evaluation}) leave nothing to train on. Let them add up to less than 1.`,
      { code: "invalid_option", field: "shares" },
    );
  }
  return { training: 1 - validation - evaluation, validation, evaluation };
}

/** @throws {DataError} `invalid_option` */
export function checkSeed(seed: number): void {
  if (!Number.isSafeInteger(seed)) {
    throw new DataError(`The seed of a split is ${seed}; it has to be a whole number.`, {
      code: "invalid_option",
      field: "seed",
    });
  }
}

/** How many records or groups each part has. */
export type PartCounts = Record<SplitPart, number>;

export const noCounts = (): PartCounts => ({ training: 0, validation: 0, evaluation: 0 });

/** What became of a stratum. */
export interface StratumCounts extends Readonly<PartCounts> {
  /** Its name; undefined for records that have none. */
  readonly stratum: string | undefined;
}

/** Counts records by part and stratum. */
export function createStrataTable() {
  const strata = new Map<string | undefined, PartCounts>();
  return {
    add(stratum: string | undefined, part: SplitPart): void {
      const counts = strata.get(stratum) ?? noCounts();
      strata.set(stratum, counts);
      counts[part]++;
    },
    /** By name. */
    rows: (): StratumCounts[] =>
      [...strata]
        .map(([stratum, counts]) => ({ stratum, ...counts }))
        .sort((a, b) => compareTexts(a.stratum ?? "", b.stratum ?? "")),
  };
}

/** By UTF-16 code units: the same order on any machine. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
