import type { Random } from "../../../src/engine/random.ts";

/** Values that take the place of others. Of the names of prototypes, none may do more than any other name. */
const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  0,
  1,
  -1,
  0.5,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  "",
  " ",
  "assistant",
  "__proto__",
  "\ud800",
  "a\0b",
  "\ufeff",
  "x".repeat(300),
  [],
  [[]],
  {},
  [null],
  ["text"],
  [{ type: "text", text: "x" }],
  [{ type: "image_url" }],
];
const ODD_NAMES = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "length",
  "",
  "messages",
  "role",
  "weight",
  "content",
  "tools",
  "tool_calls",
  "name",
  "refusal",
  "input",
  "preferred_output",
  "chosen",
  'é"\\',
];
/** Each stands in the value for something that can't be held by one, and is replaced in its JSON. */
const DEEP = "§deep§";
const HUGE = "§huge§";

/**
 * A copy in which one to three things are other than they were, as JSON that is still valid.
 *
 * @param deepest - of lists in lists, how many there may be: ten to the power of it
 */
export function mutatedJson(random: Random, value: unknown, deepest = 4): string {
  const root: { row: unknown } = { row: structuredClone(value) };
  for (let left = 1 + random.below(3); left > 0; left--) mutate(random, root);
  const depth = 10 ** (1 + random.below(deepest));
  const text = JSON.stringify(root.row) ?? "null";
  return text
    .replaceAll(`"${DEEP}"`, () => "[".repeat(depth) + "]".repeat(depth))
    .replaceAll(`"${HUGE}"`, () => (random.below(2) === 0 ? "1e999" : "9".repeat(400)));
}

function mutate(random: Random, root: object): void {
  // Down to a member of chance, not always to the lowest.
  let holder: object = root;
  let names = Object.keys(holder);
  let name = names[0] ?? "row";
  for (;;) {
    const member: unknown = Reflect.get(holder, name);
    if (typeof member !== "object" || member === null || random.below(5) === 0) break;
    const inner = Object.keys(member);
    if (inner.length === 0) break;
    holder = member;
    names = inner;
    name = names[random.below(names.length)] ?? name;
  }
  const set = (key: string, value: unknown) =>
    // As JSON.parse does: "__proto__" is a name like any other.
    Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true });
  const current: unknown = Reflect.get(holder, name);
  switch (random.below(9)) {
    case 0:
    case 1:
    case 2:
      set(name, structuredClone(ODD_VALUES[random.below(ODD_VALUES.length)]));
      break;
    case 3:
      if (Array.isArray(holder)) holder.splice(Number(name), 1);
      else Reflect.deleteProperty(holder, name);
      break;
    case 4:
      if (Array.isArray(holder)) holder.splice(Number(name), 0, structuredClone(current));
      else set(oddName(random), structuredClone(current));
      break;
    case 5:
      if (!Array.isArray(holder))
        set(oddName(random), structuredClone(ODD_VALUES[random.below(ODD_VALUES.length)]));
      break;
    case 6:
      if (Array.isArray(holder)) holder.reverse();
      else set(name, [current]);
      break;
    case 7:
      set(name, random.below(2) === 0 ? JSON.stringify(current) : { value: current });
      break;
    default:
      set(Array.isArray(holder) ? name : oddName(random), random.below(2) === 0 ? DEEP : HUGE);
  }
}

const oddName = (random: Random) => ODD_NAMES[random.below(ODD_NAMES.length)] ?? "";

const ODD_BYTES = [0, 9, 10, 13, 32, 34, 44, 58, 91, 92, 93, 123, 125, 0x80, 0xc0, 0xed, 0xef, 0xf4, 0xff];

/** Bytes of which one to four places are changed, cut out, put in or repeated, or of which the end is missing. */
export function mutatedBytes(random: Random, bytes: Uint8Array): Buffer {
  let mutated = Buffer.from(bytes);
  for (let left = 1 + random.below(4); left > 0; left--) {
    const at = random.below(mutated.length + 1);
    const length = 1 + random.below(30);
    const [before, after] = [mutated.subarray(0, at), mutated.subarray(at)];
    const byte = random.below(2) === 0 ? random.below(256) : (ODD_BYTES[random.below(ODD_BYTES.length)] ?? 0);
    const kinds = [
      [before, Buffer.of(byte), after.subarray(1)],
      [before, Buffer.of(byte ^ 1 ^ (after[0] ?? 0)), after.subarray(1)],
      [before, after.subarray(length)],
      [before, Buffer.alloc(length, byte), after],
      [before, after.subarray(0, length), after],
      [before, Buffer.from("\ufeff"), after],
      [before],
    ];
    mutated = Buffer.concat(
      kinds[random.below(random.below(4) === 0 ? kinds.length : kinds.length - 1)] ?? [],
    );
  }
  return mutated;
}
