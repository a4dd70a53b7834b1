/** Rows of a step when `batch_size` is `"auto"`. */
export const AUTO_BATCH_SIZE = 8;

/** About so many steps are trained when `n_epochs` is `"auto"`: enough to learn a few hundred rows by heart. */
export const AUTO_STEPS = 670;

/** The fewest and the most epochs that `"auto"` chooses: small files are repeated, but not without end. */
export const AUTO_EPOCHS = { least: 3, most: 20 } as const;

/** The `batch_size` that the local platform chooses: {@link AUTO_BATCH_SIZE} rows, or all of them if there are fewer. */
export function automaticBatchSize(rows: number): number {
  return Math.max(1, Math.min(AUTO_BATCH_SIZE, rows));
}

/** The `n_epochs` that the local platform chooses: as many as make about {@link AUTO_STEPS} steps, within {@link AUTO_EPOCHS}. */
export function automaticEpochs(stepsPerEpoch: number): number {
  const epochs = Math.round(AUTO_STEPS / Math.max(1, stepsPerEpoch));
  return Math.min(AUTO_EPOCHS.most, Math.max(AUTO_EPOCHS.least, epochs));
}
