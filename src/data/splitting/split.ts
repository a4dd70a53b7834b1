import { assignGroups, type SplitGroup } from "./assign-groups.ts";
import { type SplitKeys, splitKeys } from "./group-of.ts";
import {
  compareTexts,
  createStrataTable,
  noCounts,
  type PartCounts,
  SPLIT_PARTS,
  type SplitPart,
  type SplitShares,
  type StratumCounts,
} from "./parts.ts";

/** How records are split. */
export interface SplitOptions<T> extends SplitKeys<T> {
  /**
   * A whole number: the same seed and groups give the same parts, in whatever order the records come.
   *
   * @default 1
   */
  readonly seed?: number;
  readonly shares: SplitShares;
}

/** What became of a split. */
export interface SplitReport {
  /** How many records each part has. */
  readonly records: Readonly<PartCounts>;
  /** How many groups each part has. */
  readonly groups: Readonly<PartCounts>;
  /** The share of the records that each part has got, 0–1: as near to what was asked for as whole groups allow. */
  readonly shares: Readonly<PartCounts>;
  /** Records by stratum, in the order of their names. */
  readonly strata: readonly StratumCounts[];
}

/** Records in their parts, in the order in which they came. */
export interface Split<T> extends Readonly<Record<SplitPart, readonly T[]>> {
  readonly report: SplitReport;
  /** In which part a group is; undefined for one that there is none of. */
  partOf(group: string): SplitPart | undefined;
}

/**
 * Splits records that are in memory. Groups stay whole; within that, the parts have the shares that were asked for, in all
 * and in each stratum. A part that is asked for is never empty.
 *
 * Within its stratum, a group's place follows from the seed and its id. When records are added later, the groups keep their
 * order, and only those at the edge of a part may change it. {@link splitStream} lets none of them change.
 *
 * @throws {DataError} `invalid_option` for shares that add up to 1 or more, and for fewer groups than parts;
 *   `invalid_row` for a record without a group
 *
 * @example
 * ```ts
 * import { type DataRecord, split } from "fermion/data";
 *
 * const records: DataRecord[] = Array.from({ length: 30 }, (_, i) => ({
 *   row: { messages: [{ role: "user", content: `Claim ${i}` }, { role: "assistant", content: "Covered." }] },
 *   group: `policy ${i % 10}`,
 * }));
 * const { training, evaluation, report } = split(records, { shares: { validation: 0.1, evaluation: 0.2 } });
 * console.log(training.length, evaluation.length, report.shares);
 * ```
 */
export function split<T extends object>(records: Iterable<T>, options: SplitOptions<T>): Split<T> {
  const keysOf = splitKeys(options);
  const all: { record: T; group: string; stratum: string | undefined }[] = [];
  for (const record of records) all.push({ record, ...keysOf(record, all.length + 1) });
  const parts = assignGroups(groupsOf(all), options);

  const found: Record<SplitPart, T[]> = { training: [], validation: [], evaluation: [] };
  const strata = createStrataTable();
  for (const { record, group, stratum } of all) {
    const part = parts.get(group) ?? "training";
    found[part].push(record);
    strata.add(stratum, part);
  }
  const groups = noCounts();
  for (const part of parts.values()) groups[part]++;
  const counts = noCounts();
  for (const part of SPLIT_PARTS) counts[part] = found[part].length;
  return {
    ...found,
    report: { records: counts, groups, shares: sharesOf(counts), strata: strata.rows() },
    partOf: (group) => parts.get(group),
  };
}

export function sharesOf(counts: Readonly<PartCounts>): PartCounts {
  const total = SPLIT_PARTS.reduce((sum, part) => sum + counts[part], 0);
  const shares = noCounts();
  for (const part of SPLIT_PARTS) shares[part] = total === 0 ? 0 : counts[part] / total;
  return shares;
}

function groupsOf(records: Iterable<{ group: string; stratum: string | undefined }>): SplitGroup[] {
  const groups = new Map<string, Map<string, number>>();
  for (const { group, stratum = "" } of records) {
    const strata = groups.get(group) ?? new Map<string, number>();
    groups.set(group, strata);
    strata.set(stratum, (strata.get(stratum) ?? 0) + 1);
  }
  return Array.from(groups, ([group, strata]) => {
    // Of strata with equally many records, the first by name, so that the order of the records makes no difference.
    const [first] = [...strata].sort(([a, count], [b, other]) => other - count || compareTexts(a, b));
    return {
      group,
      stratum: first?.[0],
      records: [...strata.values()].reduce((sum, count) => sum + count, 0),
    };
  });
}
