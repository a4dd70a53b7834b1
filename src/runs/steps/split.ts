import { assignGroups } from "../../data/splitting/assign-groups.ts";
import type { SplitPart } from "../../data/splitting/parts.ts";
import { type HashedFile, hashedFile } from "../hashed-file.ts";
import { preparedLines } from "../lines.ts";
import { preparedRecordSchema } from "../prepared-record.ts";
import type { PreparedFile, RecordPlace } from "../run-file-schema.ts";

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
): Promise<{ index: HashedFile } & Record<SplitPart, number>> {
  const groups = new Map<string, { group: string; stratum: string | undefined; records: number }>();
  for await (const { group, stratum } of preparedLines(folder, prepared, recordHead)) {
    const known = groups.get(group);
    if (known) {
      known.records++;
    } else {
      // A group is of one stratum; of several, the first record's.
      groups.set(group, { group, stratum, records: 1 });
    }
  }
  const parts = assignGroups([...groups.values()], { shares, seed });
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
