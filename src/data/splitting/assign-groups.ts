import { DataError } from "../errors.ts";
import { lotOf } from "./lots.ts";
import {
  checkSeed,
  compareTexts,
  type PartCounts,
  type PartShares,
  partShares,
  SPLIT_PARTS,
  type SplitPart,
  type SplitShares,
} from "./parts.ts";

/** Records that a split must not tear apart. */
export interface SplitGroup {
  readonly group: string;
  /** What it is to be kept the shares of. */
  readonly stratum?: string | undefined;
  /** How many records it has. */
  readonly records: number;
}

interface DrawnGroup extends SplitGroup {
  readonly lot: number;
}

/**
 * Puts each group into a part, by drawing lots within its stratum: {@link split} for groups that are known by their sizes
 * alone, when the records themselves don't fit into memory.
 *
 * @returns the part of each group
 * @throws {DataError} `invalid_option` for shares that add up to 1 or more, and for fewer groups than parts
 */
export function assignGroups(
  groups: Iterable<SplitGroup>,
  { seed = 1, shares }: { readonly seed?: number; readonly shares: SplitShares },
): Map<string, SplitPart> {
  checkSeed(seed);
  const wanted = partShares(shares);
  const drawn = Array.from(groups, (group) => ({ ...group, lot: lotOf(seed, group.group) }));
  // Two groups with one lot are so improbable that only the order of their names would tell.
  drawn.sort((a, b) => a.lot - b.lot || compareTexts(a.group, b.group));
  checkEnough(drawn.length, wanted);
  const strata = new Map<string, DrawnGroup[]>();
  for (const group of drawn) {
    const stratum = group.stratum ?? "";
    const known = strata.get(stratum);
    if (known) known.push(group);
    else strata.set(stratum, [group]);
  }
  const parts = new Map<string, SplitPart>();
  const owed = { validation: 0, evaluation: 0 };
  for (const [, ofStratum] of [...strata].sort(([a], [b]) => compareTexts(a, b))) {
    assignStratum(ofStratum, wanted, owed, parts);
  }
  fillEmptyParts(drawn, wanted, parts);
  return parts;
}

/**
 * Gives each part as many of a stratum's records as come nearest to its share. What a part has got too few or too many of
 * because groups are whole is `owed` to the next stratum, so that many small strata don't add up to a wrong share.
 */
function assignStratum(
  groups: readonly DrawnGroup[],
  shares: PartShares,
  owed: { validation: number; evaluation: number },
  parts: Map<string, SplitPart>,
): void {
  const total = groups.reduce((sum, { records }) => sum + records, 0);
  let next = 0;
  for (const part of ["evaluation", "validation"] as const) {
    const due = shares[part] * total + owed[part];
    let taken = 0;
    for (; next < groups.length; next++) {
      const group = groups[next];
      // Up to the group whose middle is beyond: with it the part would be further from its due than without.
      if (!group || taken + group.records / 2 >= due) break;
      taken += group.records;
      parts.set(group.group, part);
    }
    owed[part] = due - taken;
  }
  for (const { group } of groups.slice(next)) parts.set(group, "training");
}

/** A part that was asked for and got nothing takes a group from the part that has the most. */
function fillEmptyParts(
  groups: readonly DrawnGroup[],
  shares: PartShares,
  parts: Map<string, SplitPart>,
): void {
  const counts: PartCounts = { training: 0, validation: 0, evaluation: 0 };
  for (const part of parts.values()) counts[part]++;
  for (const part of SPLIT_PARTS) {
    if (shares[part] === 0 || counts[part] > 0) continue;
    const richest = SPLIT_PARTS.reduce((best, other) => (counts[other] > counts[best] ? other : best));
    const moved = groups.find(({ group }) => parts.get(group) === richest);
    if (!moved) continue;
    parts.set(moved.group, part);
    counts[richest]--;
    counts[part]++;
  }
}

function checkEnough(groups: number, shares: PartShares): void {
  const parts = SPLIT_PARTS.filter((part) => shares[part] > 0);
  if (groups >= parts.length) return;
  throw new DataError(
    `${groups === 1 ? "One group" : `${groups} groups`} can't be split into ${parts.join(", ")}: a group stays whole, and each part needs one. Give more groups, or fewer parts.`,
    { code: "invalid_option", field: "shares" },
  );
}
