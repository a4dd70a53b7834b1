import type { EventRow } from "../store/events.ts";

const columns = [
  ["step", "step"],
  ["train_loss", "train_loss"],
  ["train_accuracy", "train_mean_token_accuracy"],
  ["valid_loss", "valid_loss"],
  ["valid_mean_token_accuracy", "valid_mean_token_accuracy"],
] as const;

/** The metrics of every step as CSV, with the columns that such files have upstream. */
export function* resultsCsv(batches: Iterable<readonly EventRow[]>): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(`${columns.map(([title]) => title).join(",")}\n`);
  for (const events of batches) {
    const lines = events.flatMap(({ type, data }) =>
      type === "metrics" && data ? [`${columns.map(([, field]) => cell(data[field])).join(",")}\n`] : [],
    );
    yield encoder.encode(lines.join(""));
  }
}

function cell(value: unknown): string {
  return typeof value === "number" ? String(Number(value.toPrecision(6))) : "";
}
