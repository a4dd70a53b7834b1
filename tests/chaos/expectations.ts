/**
 * What the client is held to beyond what it always was. Each is turned on with the change that brings it, and from then on
 * every run is judged by it.
 */

/** One job even on a server that ignores `Idempotency-Key`. While this is off, no run meets such a server. */
export const CREATES_ONCE_WITHOUT_KEYS: boolean = true;

/**
 * Events that come in disorder are given in order, and none is lost when the answer ends early too. While this is off,
 * disorder comes alone, and its order isn't judged.
 */
export const MENDS_DISORDER: boolean = true;
