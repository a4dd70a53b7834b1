/** CHAOS_RUNS says how many runs there are, CHAOS_SEED which one alone. */
const { CHAOS_RUNS = "20", CHAOS_SEED } = process.env;

/** The seeds of the runs. */
export const seeds: readonly number[] =
  CHAOS_SEED === undefined
    ? Array.from({ length: Number(CHAOS_RUNS) }, (_, index) => index + 1)
    : [Number(CHAOS_SEED)];

/** Whether there are so many that each fault meets each step, and everything else is tried in full too. */
export const isFull = seeds.length >= 500;
