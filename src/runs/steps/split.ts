import { type HashedFile, hashedFile } from "../atomic-file.ts";
import { sha256 } from "../hash.ts";
import { preparedLines } from "../lines.ts";
import { preparedRecordSchema } from "../prepared-record.ts";
import type { PreparedFile, RecordPlace } from "../run-file-schema.ts";

/** A part that a record can be in. */
export type Part = "training" | "validation" | "evaluation";

const recordHead = preparedRecordSchema.pick({ id: true, sha256: true, group: true, stratum: true });

/**
 * Puts each record into a part, groups whole, and each stratum by itself: the same seed and records, whatever their
 * order, give the same parts.
 *
 * @returns the index: each record's id, hash and part
 */
export async function splitRecords(
  prepared: PreparedFile,
  shares: { readonly validation: number; readonly evaluation: number },
  { folder, title, seed }: { folder: string; title: string; seed: number },
): Promise<{ index: HashedFile } & Record<Part, number>> {
  const groups = new Map<string, { stratum: string; records: number }>();
  for await (const { group, stratum = "" } of preparedLines(folder, prepared, recordHead)) {
    const known = groups.get(group);
    if (known) {
      known.records++;
    } else {
      groups.set(group, { stratum, records: 1 });
    }
  }
  const parts = assigned(groups, shares, seed);
  const counts = { training: 0, validation: 0, evaluation: 0 };
  const writer = await hashedFile(folder, title, ".jsonl");
  try {
    for await (const record of preparedLines(folder, prepared, recordHead)) {
      const part = parts.get(record.group) ?? "training";
      counts[part]++;
      await writer.line(JSON.stringify({ id: record.id, sha256: record.sha256, part } satisfies RecordPlace));
    }
    return { index: await writer.finish(), ...counts };
  } finally {
    await writer.discard();
  }
}

/** Groups by drawing lots within each stratum, until each part has its share of the stratum's records. */
function assigned(
  groups: ReadonlyMap<string, { readonly stratum: string; readonly records: number }>,
  { validation, evaluation }: { readonly validation: number; readonly evaluation: number },
  seed: number,
): Map<string, Part> {
  const strata = new Map<string, { group: string; lot: string; records: number }[]>();
  for (const [group, { stratum, records }] of groups) {
    const lots = strata.get(stratum) ?? [];
    lots.push({ group, lot: sha256(`${seed}\n${group}`), records });
    strata.set(stratum, lots);
  }
  const parts = new Map<string, Part>();
  for (const lots of strata.values()) {
    lots.sort((a, b) => (a.lot < b.lot ? -1 : 1));
    const total = lots.reduce((sum, { records }) => sum + records, 0);
    let before = 0;
    for (const { group, records } of lots) {
      // By its middle: a large group goes where most of it lies.
      const middle = (before + records / 2) / total;
      before += records;
      parts.set(
        group,
        middle < evaluation ? "evaluation" : middle < evaluation + validation ? "validation" : "training",
      );
    }
  }
  return parts;
}
