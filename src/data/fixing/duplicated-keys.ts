import { countKeys, duplicateKeys } from "../checking/json-keys.ts";
import type { Mending } from "./mend-row.ts";

/** What of a row is lost when it is written anew: keys that an object has more than once. */
export function duplicatedKeys(json: string, value: unknown): Mending[] {
  if (countKeys(json) === keysIn(value)) return [];
  return duplicateKeys(json).map(({ path }) => ({
    rule: "duplicate-key",
    path,
    done: "Of a key that was there more than once, the last value was kept.",
  }));
}

/** Without recursion: JSON may be nested deeper than calls. */
function keysIn(value: unknown): number {
  let keys = 0;
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== "object" || next === null) continue;
    const members: unknown[] = Object.values(next);
    if (!Array.isArray(next)) keys += members.length;
    for (const member of members) {
      if (typeof member === "object" && member !== null) waiting.push(member);
    }
  }
  return keys;
}
