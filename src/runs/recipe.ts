import type { Finding } from "../data/findings.ts";
import type { RowPlace } from "../data/record.ts";
import { checkRecords, recordDialogues } from "../verticals/prepare-records.ts";
import type { Vertical } from "../verticals/vertical.ts";
import { hashOf } from "./hash.ts";
import type { RunData } from "./options.ts";
import type { PreparedRecord } from "./prepared-record.ts";
import { domainRecords, trainingRecords } from "./source.ts";

/** A record and what was found in it; without a record, it can't be used. */
export interface MadeRecord {
  /** SHA-256 of the record as it came. */
  readonly sha256: string;
  readonly record: Omit<PreparedRecord, "sha256" | "id"> & { readonly id: string | undefined };
  readonly findings: readonly Finding[];
}

/** Turns data into what can be trained on and asked about, record by record. */
export type Recipe = (
  data: RunData<unknown>,
  reading: { readonly signal: AbortSignal; readonly onFinding: (finding: Finding) => void },
) => AsyncGenerator<MadeRecord, void, undefined>;

/** What a vertical makes of its records. */
export function verticalRecipe<R>(vertical: Vertical<R>): Recipe {
  return async function* (data, { signal, onFinding }) {
    let place: RowPlace = { file: "<input>", row: 0, line: undefined, byteOffset: undefined };
    let sha256 = "";
    // Asked for one record at a time, so that what is known of the last one is of the one that is checked.
    const values = async function* () {
      for await (const read of domainRecords(data, { signal, onProblem: unreadable(onFinding) })) {
        place = read.place;
        sha256 = hashOf(read.value);
        yield read.value;
      }
    };
    for await (const { record, findings } of checkRecords(vertical, values(), { signal })) {
      const placed = findings.map((finding) => ({ ...finding, place }));
      if (!record) {
        yield { sha256, record: { id: undefined, group: sha256, rows: [], items: [] }, findings: placed };
        continue;
      }
      const { id, group = sha256, stratum } = record;
      yield {
        sha256,
        record: {
          id,
          group,
          ...(stratum === undefined ? {} : { stratum }),
          rows: recordDialogues(vertical, record).map(({ row }) => row),
          items: vertical.items(record.row).map((item) => ({ ...item, group: item.group ?? group })),
        },
        findings: placed,
      };
    }
  };
}

/** Rows as they are sent, with what is known about them besides. */
export const rowRecipe: Recipe = async function* (data, { signal, onFinding }) {
  for await (const read of trainingRecords(data, { signal, onProblem: unreadable(onFinding) })) {
    const { row, id, group, stratum, label } = read;
    const sha256 = hashOf({ row, id, group, stratum, label });
    const kept = stratum ?? label;
    yield {
      sha256,
      // Each row by itself, unless it is said what it belongs to.
      record: {
        id,
        group: group ?? id ?? sha256,
        ...(kept === undefined ? {} : { stratum: kept }),
        rows: [row],
        items: [],
      },
      findings: [],
    };
  }
};

function unreadable(onFinding: (finding: Finding) => void) {
  return ({ place, path, message }: { place: RowPlace; path: string; message: string }) =>
    onFinding({
      rule: "unreadable-row",
      severity: "error",
      place,
      path,
      message,
      remedy: "Mend the row, or leave it out.",
    });
}
