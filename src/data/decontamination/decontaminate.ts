import { setImmediate } from "node:timers/promises";
import type { DataRecord } from "../record.ts";
import type { Decontaminator } from "./decontaminator.ts";
import type { Overlap } from "./overlap.ts";
import { textsOfRow } from "./row-texts.ts";

/** A training record, and whether it may be trained on. */
export interface DecontaminatedRecord<T> {
  /**
   * - `kept`: it has nothing to speak of in common with the evaluation.
   * - `review`: somebody should look at it; there are only overlaps to review.
   * - `dropped`: a model that is trained on it would know an item.
   */
  readonly verdict: "kept" | "review" | "dropped";
  readonly record: T;
  /** What it has in common, at most one overlap for each item. */
  readonly overlaps: readonly Overlap[];
}

/** How records are compared. */
export interface DecontaminateOptions<T> {
  /**
   * The texts of a record that are compared.
   *
   * @default everything said in `record.row`: the content of each message, refusals and the arguments of tool calls
   */
  readonly texts?: (record: T) => readonly string[];
  /** Ends it with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Records that are compared before others have their turn on the thread. */
const TURN = 1_000;

/**
 * Compares training records with an evaluation, one after the other, and gives each with a verdict, in their order. Nothing
 * is held back: what to do with records to review is the caller's choice.
 *
 * @throws the signal's reason, when it is aborted
 *
 * @example
 * ```ts
 * import { createDecontaminator, decontaminate, type DataRecord } from "fermion/data";
 *
 * const records: DataRecord[] = [];
 * const decontaminator = createDecontaminator([{ id: "q1", texts: ["What does the policy say about hail?"] }]);
 * for await (const { verdict, record, overlaps } of decontaminate(records, decontaminator)) {
 *   if (verdict !== "kept") console.log(record.id, verdict, overlaps);
 * }
 * ```
 */
export function decontaminate<T extends DataRecord>(
  records: AsyncIterable<T> | Iterable<T>,
  decontaminator: Decontaminator,
  options?: DecontaminateOptions<T>,
): AsyncGenerator<DecontaminatedRecord<T>, void, void>;
export function decontaminate<T>(
  records: AsyncIterable<T> | Iterable<T>,
  decontaminator: Decontaminator,
  options: DecontaminateOptions<T> & { readonly texts: (record: T) => readonly string[] },
): AsyncGenerator<DecontaminatedRecord<T>, void, void>;
export async function* decontaminate(
  records: AsyncIterable<DataRecord> | Iterable<DataRecord>,
  decontaminator: Decontaminator,
  options: DecontaminateOptions<DataRecord> = {},
): AsyncGenerator<DecontaminatedRecord<DataRecord>, void, void> {
  const { texts = ({ row }: DataRecord) => textsOfRow(row), signal } = options;
  let compared = 0;
  for await (const record of records) {
    signal?.throwIfAborted();
    const overlaps = decontaminator.overlaps(texts(record));
    const verdict = overlaps.some((overlap) => overlap.verdict === "drop")
      ? "dropped"
      : overlaps.length > 0
        ? "review"
        : "kept";
    yield { verdict, record, overlaps };
    if (++compared % TURN === 0) await setImmediate();
  }
  signal?.throwIfAborted();
}
