/** Names of fields are content too, and may be as long as a text: so much of one is shown. */
const LONGEST_NAME = 40;

/** The path of a field, in the notation of JSONPath. A long name is cut, and ends in `…`. */
export function keyPath(path: string, key: string): string {
  // Not in the middle of a character.
  const short =
    key.length > LONGEST_NAME ? `${key.slice(0, LONGEST_NAME).replace(/\p{Surrogate}$/u, "")}…` : key;
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(short) ? `${path}.${short}` : `${path}[${JSON.stringify(short)}]`;
}

/** The path that leads from `start` by keys and numbers. */
export function pathFrom(start: string, keys: readonly PropertyKey[]): string {
  return keys.reduce<string>(
    (path, key) => (typeof key === "number" ? `${path}[${key}]` : keyPath(path, String(key))),
    start,
  );
}
