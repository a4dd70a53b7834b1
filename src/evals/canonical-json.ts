/**
 * The one text that stands for a value: JSON with the keys of objects in the order of their code units and nothing left
 * to choice, after RFC 8785. Fields that are `undefined` are left out, as JSON does,
 * and a date is its time in UTC as ISO 8601, `"2026-03-01T08:00:00.000Z"`: what JSON says of it, and what a copy read from a file has.
 *
 * What JSON would drop or turn into `null` silently (a function, a NaN, a date that is none, a Map, a RegExp) is a TypeError that names its
 * path: two values that differ in it would have one text, and so one hash.
 */
export function canonicalJson(value: unknown): string {
  return write(value, "$", new Set());
}

function write(value: unknown, path: string, above: Set<object>): string {
  if (value === null || typeof value === "string" || typeof value === "boolean") {
    return JSON.stringify(value);
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) {
      throw new TypeError(`${path} is ${value}, which JSON can't say.`);
    }
    return JSON.stringify(value);
  }
  if (typeof value !== "object") {
    throw new TypeError(`${path} is a ${typeof value}, which JSON can't say.`);
  }
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) {
      throw new TypeError(`${path} is a date that is none, which JSON can't say.`);
    }
    return JSON.stringify(value);
  }
  if (above.has(value)) {
    throw new TypeError(`${path} contains itself, which JSON can't say.`);
  }
  above.add(value);
  const text = Array.isArray(value)
    ? `[${Array.from(value, (entry, index) => write(entry, `${path}[${index}]`, above)).join(",")}]`
    : writeObject(value, path, above);
  above.delete(value);
  return text;
}

function writeObject(value: object, path: string, above: Set<object>): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) {
    throw new TypeError(`${path} is no plain object, so JSON would lose what it is.`);
  }
  const fields = Object.entries(value)
    .filter(([, entry]) => entry !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, entry]) => `${JSON.stringify(key)}:${write(entry, `${path}.${key}`, above)}`);
  return `{${fields.join(",")}}`;
}
