import { keyPath } from "../key-path.ts";

const QUOTE = 34;
const COLON = 58;
const BACKSLASH = 92;
const DEEPEST = 500;

/** How many keys the objects of a valid JSON text have, those that are there twice counted twice. */
export function countKeys(json: string): number {
  let count = 0;
  for (let start = json.indexOf('"'); start >= 0; ) {
    const end = stringEnd(json, start);
    if (json.charCodeAt(skipSpace(json, end + 1)) === COLON) count++;
    start = json.indexOf('"', end + 1);
  }
  return count;
}

/** A key that an object has more than once. */
export interface DuplicateKey {
  /** Of the object, such as `$.messages[0]`. */
  readonly path: string;
  readonly key: string;
}

/** A step into a value: the keys of an object so far, or the index in a list. */
type Level =
  | { readonly keys: Set<string>; key: string; reported: boolean }
  | { readonly keys: undefined; index: number };

/** The keys of a valid JSON text that their object has had before, `most` of them. */
export function duplicateKeys(json: string, most = 20): DuplicateKey[] {
  const found: DuplicateKey[] = [];
  const levels: Level[] = [];
  for (let at = 0; at < json.length && found.length < most; at++) {
    const unit = json.charCodeAt(at);
    const level = levels.at(-1);
    // Nobody's row is that deep, and each level takes memory.
    if (levels.length > DEEPEST) return found;
    if (unit === 123) levels.push({ keys: new Set(), key: "", reported: false });
    else if (unit === 91) levels.push({ keys: undefined, index: 0 });
    else if (unit === 125 || unit === 93) levels.pop();
    else if (unit === 44 && level?.keys === undefined && level) level.index++;
    else if (unit === QUOTE) {
      const end = stringEnd(json, at);
      if (level?.keys && json.charCodeAt(skipSpace(json, end + 1)) === COLON) {
        const key: unknown = JSON.parse(json.slice(at, end + 1));
        level.key = String(key);
        if (level.keys.has(level.key)) found.push({ path: pathOf(levels.slice(0, -1)), key: level.key });
        level.keys.add(level.key);
      }
      at = end;
    }
  }
  return found;
}

function pathOf(levels: readonly Level[]): string {
  return levels.reduce(
    (path, level) => (level.keys ? keyPath(path, level.key) : `${path}[${level.index}]`),
    "$",
  );
}

function stringEnd(json: string, start: number): number {
  let end = json.indexOf('"', start + 1);
  while (end > 0) {
    let before = end;
    while (json.charCodeAt(before - 1) === BACKSLASH) before--;
    if ((end - before) % 2 === 0) return end;
    end = json.indexOf('"', end + 1);
  }
  return json.length;
}

function skipSpace(json: string, start: number): number {
  let at = start;
  for (;;) {
    const unit = json.charCodeAt(at);
    if (unit !== 32 && unit !== 10 && unit !== 13 && unit !== 9) return at;
    at++;
  }
}
