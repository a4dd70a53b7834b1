import * as z from "zod";
import type { TrainingRow } from "../../data/record.ts";
import type { EvalItem } from "../../evals/suite.ts";
import { type HashedFile, hashedFile } from "../hashed-file.ts";
import { preparedLines } from "../lines.ts";
import { preparedRecordSchema } from "../prepared-record.ts";
import { type PreparedFile, type RecordPlace, recordPlaceSchema } from "../run-file-schema.ts";
import { foreignOverlap, ownOverlap } from "./overlap.ts";

/** An item as it lies in a prepared file: it was one when it was written. */
export const itemSchema = z.custom<EvalItem>(
  (value) => typeof value === "object" && value !== null && "id" in value && "input" in value,
);

/** How training is kept apart from the evaluation. */
interface DecontaminationPlan {
  readonly folder: string;
  /** The beginning of the files' names. */
  readonly title: string;
  /** Items of a suite that came from elsewhere. */
  readonly given: readonly EvalItem[];
  /** Texts that both may have; undefined if they aren't compared. */
  readonly allow: readonly string[] | undefined;
}

/**
 * Writes the files that are sent and what is asked later, without training records that overlap with the evaluation.
 *
 */
export async function decontaminated(
  prepared: PreparedFile,
  index: PreparedFile,
  { folder, title, given, allow }: DecontaminationPlan,
): Promise<{
  index: HashedFile;
  training: HashedFile;
  validation: HashedFile | null;
  items: HashedFile | null;
  dropped: number;
  review: number;
}> {
  const own: EvalItem[] = [];
  if (allow) {
    for await (const { record, part } of placed(folder, prepared, index)) {
      if (part === "evaluation") {
        own.push(...record.items);
      }
    }
  }
  const tests = allow ? [ownOverlap(own), foreignOverlap(given, allow)] : [];
  const files = {
    index: await hashedFile(folder, `${title}.records`, ".jsonl"),
    training: await hashedFile(folder, `${title}.training`, ".jsonl"),
    validation: await hashedFile(folder, `${title}.validation`, ".jsonl"),
    items: await hashedFile(folder, `${title}.items`, ".jsonl"),
  };
  let dropped = 0;
  let review = 0;
  try {
    for await (const { record, part } of placed(folder, prepared, index)) {
      const verdicts = part === "training" ? tests.map((test) => test(record)) : [];
      const verdict = verdicts.includes("drop") ? "drop" : verdicts.includes("review") ? "review" : "keep";
      dropped += verdict === "drop" ? 1 : 0;
      review += verdict === "review" ? 1 : 0;
      const place: RecordPlace = {
        id: record.id,
        sha256: record.sha256,
        part: verdict === "drop" ? "dropped" : part,
      };
      await files.index.line(JSON.stringify(place));
      if (place.part === "training" || place.part === "validation") {
        for (const row of record.rows) {
          await files[place.part].line(JSON.stringify(row satisfies TrainingRow));
        }
      } else if (place.part === "evaluation") {
        for (const item of record.items) {
          await files.items.line(JSON.stringify(item));
        }
      }
    }
    const written = {
      index: await files.index.finish(),
      training: await files.training.finish(),
      validation: files.validation.lines > 0 ? await files.validation.finish() : null,
      items: files.items.lines > 0 ? await files.items.finish() : null,
    };
    return { ...written, dropped, review };
  } finally {
    for (const file of Object.values(files)) {
      await file.discard();
    }
  }
}

/** Each record with its part: both files have the same records in the same order. */
async function* placed(folder: string, prepared: PreparedFile, index: PreparedFile) {
  const places = preparedLines(folder, index, recordPlaceSchema);
  try {
    for await (const record of preparedLines(folder, prepared, preparedRecordSchema)) {
      const { value: place, done } = await places.next();
      if (done || place.id !== record.id) {
        throw new TypeError(`the index and the records of ${prepared.name} aren't of one data set`);
      }
      yield { record, part: place.part };
    }
  } finally {
    await places.return();
  }
}
