import fc from "fast-check";

/**
 * What properties are tried on is the same in every run, so that a change is judged by what it changes. To look further:
 *
 *   PROPERTY_SEED=$RANDOM npx vitest run
 */
fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 1) });
