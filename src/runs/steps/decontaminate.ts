import * as z from "zod";
import type { TrainingRow } from "../../data/record.ts";
import type { EvalItem } from "../../evals/suite.ts";
import { type HashedFile, hashedFile } from "../atomic-file.ts";
import { preparedLines } from "../lines.ts";
import { type PreparedRecord, preparedRecordSchema } from "../prepared-record.ts";
import { type PreparedFile, type RecordPlace, recordPlaceSchema } from "../run-file-schema.ts";

/** An item as it lies in a prepared file: it was one when it was written. */
export const itemSchema = z.custom<EvalItem>(
  (value) => typeof value === "object" && value !== null && "id" in value && "input" in value,
);

/** Says of a record whether it overlaps with what models are judged by. */
export type OverlapTest = (record: PreparedRecord) => "drop" | "review" | "keep";

/**
 * Writes the files that are sent and what is asked later, without training records that overlap with the evaluation.
 *
 * @param given - items of a suite that came from elsewhere; they are kept apart from training too
 */
export async function decontaminated(
  prepared: PreparedFile,
  index: PreparedFile,
  overlapTest: (items: readonly EvalItem[]) => OverlapTest,
  { folder, title, given }: { folder: string; title: string; given: readonly EvalItem[] },
): Promise<{
  index: HashedFile;
  training: HashedFile;
  validation: HashedFile | null;
  items: HashedFile | null;
  dropped: number;
  review: number;
}> {
  const asked: EvalItem[] = [...given];
  for await (const { record, part } of placed(folder, prepared, index)) {
    if (part === "evaluation") {
      asked.push(...record.items);
    }
  }
  const test = overlapTest(asked);
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
      const verdict = part === "training" ? test(record) : "keep";
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
