import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { canonicalJson } from "../../src/evals/canonical-json.ts";
import {
  containedFacts,
  defineSuite,
  type EvalItem,
  label,
  lengthBand,
  numeric,
  onlyFor,
  readSuite,
  type Scorer,
  type SuiteDefinition,
  suiteFrom,
  writeSuite,
} from "../../src/evals.ts";
import { itemOf } from "./samples.ts";

const directory = mkdtempSync(join(tmpdir(), "fermion-suites-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const items: readonly EvalItem[] = [
  itemOf({ id: "a", references: ["9 days"], group: "storms", slices: { intent: "deadline" } }),
  itemOf({ id: "b", references: ["a week"], context: { table: [1, 2] } }),
];
const suiteOf = (rest: Partial<SuiteDefinition> = {}) =>
  defineSuite({ name: "deadlines", items, scorers: [containedFacts(), lengthBand()], ...rest });

describe("defineSuite", () => {
  test("the hash is SHA-256 of items, scorers, primary and sampling as canonical JSON, written out by hand", () => {
    const text =
      '{"items":[{"id":"x","input":[{"content":"Hi","role":"user"}],"references":["yo"]}],"primary":"contained-facts",' +
      '"sampling":{"maxCompletionTokens":256,"temperature":0},' +
      '"scorers":[{"name":"contained-facts","options":{"caseSensitive":false,"kind":"contained-facts","match":"all"}}]}';
    const suite = defineSuite({
      name: "any",
      items: [{ references: ["yo"], input: [{ role: "user", content: "Hi" }], id: "x" }],
      scorers: [containedFacts()],
    });
    expect(suite.hash).toBe(createHash("sha256").update(text).digest("hex"));
  });

  test("whatever decides a result changes the hash; the name and the order of fields don't", () => {
    const { hash } = suiteOf();
    const others = [
      suiteOf({ items: items.slice(1) }),
      suiteOf({ items: items.map((item) => ({ ...item, references: [...item.references, "soon"] })) }),
      suiteOf({ scorers: [containedFacts({ match: "any" }), lengthBand()] }),
      suiteOf({ scorers: [containedFacts()] }),
      suiteOf({ primary: "length-band" }),
      suiteOf({ sampling: { temperature: 1 } }),
      suiteOf({ sampling: { maxCompletionTokens: 255 } }),
    ];
    expect(new Set([hash, ...others.map((suite) => suite.hash)]).size).toBe(others.length + 1);
    expect(suiteOf({ name: "another" }).hash).toBe(hash);
    const turned = items.map((item) => Object.fromEntries(Object.entries(item).reverse()));
    const same = turned.flatMap((item): EvalItem[] => (isItem(item) ? [item] : []));
    expect(suiteOf({ items: same }).hash).toBe(hash);
  });

  test("a date is what JSON says of it, in the items and in the hash", () => {
    const withContext = (context: unknown) =>
      suiteOf({ items: [itemOf({ id: "x", references: ["yo"], context })] });
    const suite = withContext({ at: new Date(0) });
    expect(suite.items[0]?.context).toEqual({ at: "1970-01-01T00:00:00.000Z" });
    expect(suite.hash).toBe(withContext({ at: "1970-01-01T00:00:00.000Z" }).hash);
  });

  test("it is frozen all through, and a copy", () => {
    const input = [{ role: "user" as const, content: "Hi" }];
    const suite = suiteOf({
      items: [{ id: "x", input, references: ["yo"], context: { deep: { list: [1] } } }],
    });
    input.push({ role: "user", content: "more" });
    expect(suite.items[0]?.input).toHaveLength(1);
    const parts = [
      suite,
      suite.items,
      suite.items[0],
      suite.items[0]?.input[0],
      suite.items[0]?.context,
      suite.scorers,
    ];
    expect(parts.every((part) => Object.isFrozen(part))).toBe(true);
  });

  test.each<[string, Partial<SuiteDefinition>, RegExp]>([
    ["no items", { items: [] }, /needs items/],
    [
      "two of one id",
      { items: [itemOf({ references: ["x"] }), itemOf({ references: ["y"] })] },
      /items 1 and 2 .* unique/,
    ],
    ["no id", { items: [itemOf({ id: "" })] }, /Item 1 of the list: it has no id/],
    ["no input", { items: [itemOf({ input: [] })] }, /has no input/],
    [
      "an empty message",
      { items: [itemOf({ input: [{ role: "user", content: " " }] })] },
      /nothing to answer/,
    ],
    ["an empty reference", { items: [itemOf({ references: [" "] })] }, /reference is empty/],
    ["an empty slice", { items: [itemOf({ references: ["x"], slices: { a: "" } })] }, /slices/],
    ["no reference", { items: [itemOf()] }, /contained-facts can't judge it: it has no references/],
    ["no scorer", { scorers: [] }, /needs a scorer/],
    ["two of one name", { scorers: [containedFacts(), containedFacts({ match: "any" })] }, /Two scorers/],
    ["an unknown primary", { primary: "other" }, /primary is other/],
    ["a temperature", { sampling: { temperature: 3 } }, /0 to 2/],
    ["no tokens", { sampling: { maxCompletionTokens: 0 } }, /whole number/],
    ["no name", { name: " " }, /needs a name/],
    [
      "no JSON",
      { items: [itemOf({ references: ["x"], context: { at: new Map() } })] },
      /context.*plain object/,
    ],
    ["NaN", { items: [itemOf({ references: ["x"], context: Number.NaN })] }, /NaN/],
    [
      "a pattern as option",
      { scorers: [{ ...lengthBand(), options: { like: /x/ } }] },
      /options.*length-band/,
    ],
  ])("%s is refused", (_, definition, message) => {
    expect(() => suiteOf(definition)).toThrow(message);
    expect(() => suiteOf(definition)).toThrow(expect.objectContaining({ code: "invalid_suite" }));
  });

  test("a primary scorer that is for none of the items is refused", () => {
    const item = itemOf({ references: ["x"], slices: { task: "decision" } });
    const [typo, other] = [onlyFor({ task: "payuot" }, containedFacts()), lengthBand()];
    expect(() => suiteOf({ items: [item], scorers: [typo, other] })).toThrow(
      expect.objectContaining({ code: "invalid_suite", field: "primary" }),
    );
    expect(suiteOf({ items: [item], scorers: [other, typo] }).primary).toBe("length-band");
  });

  test("all items at fault are named, and many are counted", () => {
    const wrong = Array.from({ length: 13 }, (_, index) => itemOf({ id: `w${index}` }));
    expect(() => suiteOf({ items: wrong })).toThrow(/Item w0:.*Item w9:.*And 3 more/s);
  });

  test("a scorer for other items doesn't ask for their references", () => {
    const scorers: Scorer[] = [lengthBand(), onlyFor({ task: "payout" }, numeric())];
    expect(() => suiteOf({ items: [itemOf({ slices: { task: "decision" } })], scorers })).not.toThrow();
    expect(() => suiteOf({ items: [itemOf({ slices: { task: "payout" } })], scorers })).toThrow(/reference/);
  });
});

function isItem(value: object): value is EvalItem {
  return "id" in value && "input" in value && "references" in value;
}

test("canonical JSON says what JSON says, in one order", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  expect(canonicalJson({ b: 1, a: [undefined, 2].slice(1), c: undefined })).toBe('{"a":[2],"b":1}');
  const time = new Date(Date.UTC(2026, 2, 1, 8));
  expect(canonicalJson({ time })).toBe('{"time":"2026-03-01T08:00:00.000Z"}');
  expect(canonicalJson(JSON.parse(JSON.stringify({ time })))).toBe(canonicalJson({ time }));
  const ring: { self?: object } = {};
  ring.self = ring;
  expect(() => canonicalJson(ring)).toThrow(/\$\.self contains itself/);
  const unsayable = [() => 1, 1n, Number.NaN, new Date(Number.NaN), new Map(), /x/, [undefined], Symbol("x")];
  for (const value of [...unsayable, Number.POSITIVE_INFINITY]) {
    expect(() => canonicalJson({ value })).toThrow(TypeError);
  }
});

describe("a suite's file", () => {
  const path = join(directory, "deep/deadlines.json");
  const scorers = [containedFacts(), lengthBand()];

  test("what was written is read back, with one item on a line", async () => {
    const suite = suiteOf();
    await writeSuite(path, suite);
    const back = await readSuite(path, { scorers });
    expect(back).toMatchObject({
      name: suite.name,
      hash: suite.hash,
      items: suite.items,
      sampling: suite.sampling,
    });
    expect(
      readFileSync(path, "utf8")
        .split("\n")
        .filter((line) => line.startsWith('    {"')),
    ).toHaveLength(2);
  });

  test("a changed file isn't taken", async () => {
    await writeSuite(path, suiteOf());
    writeFileSync(path, readFileSync(path, "utf8").replace("9 days", "8 days"));
    await expect(readSuite(path, { scorers })).rejects.toMatchObject({ code: "changed_suite", file: path });
    await expect(readSuite(path, { scorers })).rejects.toThrow(/changed since it was written/);
  });

  test("nor with other scorers, and those are named", async () => {
    await writeSuite(path, suiteOf());
    const others = [containedFacts({ match: "any" }), lengthBand()];
    await expect(readSuite(path, { scorers: others })).rejects.toThrow(/other scorers \(contained-facts\)/);
    await expect(readSuite(path, { scorers: [...scorers].reverse() })).rejects.toThrow(/another order/);
  });

  test("what is no suite is unreadable", async () => {
    const other = join(directory, "other.json");
    await expect(readSuite(other, { scorers })).rejects.toMatchObject({ code: "unreadable", file: other });
    writeFileSync(other, '{"name":"x"}');
    await expect(readSuite(other, { scorers })).rejects.toMatchObject({ code: "unreadable" });
    await expect(writeSuite(join(path, "below-a-file.json"), suiteOf())).rejects.toMatchObject({
      code: "unwritable",
    });
  });
});

describe("suiteFrom", () => {
  const path = join(directory, "questions.jsonl");
  const options = { name: "questions", scorers: [containedFacts()] };

  test("records in a file, in short form, behind a BOM, with CRLF and empty lines", async () => {
    writeFileSync(
      path,
      '\ufeff{"id":"a","input":"When?","references":"now","extra":1}\r\n\r\n{"id":"b","input":[{"role":"user","content":"Who?"}],"references":["me"],"group":null}\r\n',
    );
    const suite = await suiteFrom(path, options);
    expect(suite.items).toEqual([
      { id: "a", input: [{ role: "user", content: "When?" }], references: ["now"] },
      { id: "b", input: [{ role: "user", content: "Who?" }], references: ["me"] },
    ]);
  });

  test("records from anywhere, mapped", async () => {
    async function* records() {
      yield { question: "When?", right: "approve" };
      yield { question: "", right: "" };
    }
    const suite = await suiteFrom(records(), {
      name: "mapped",
      scorers: [label({ labels: ["approve", "deny"] })],
      // The type of a record is that of what is iterated over.
      map: ({ question, right }, index) =>
        right === ""
          ? []
          : { id: `q${index}`, input: [{ role: "user", content: question }], references: [right] },
    });
    expect(suite.items).toEqual([
      { id: "q0", input: [{ role: "user", content: "When?" }], references: ["approve"] },
    ]);
  });

  test("what is wrong is said with its place, and not quoted", async () => {
    writeFileSync(path, '{"id":"a","input":"When?","references":"now"}\n{"secret": sk-123\n');
    const wrong = suiteFrom(path, options);
    await expect(wrong).rejects.toMatchObject({ code: "unreadable", file: path, line: 2 });
    await expect(wrong).rejects.not.toThrow(/sk-123/);
    await expect(suiteFrom([{ id: 1, input: "When?" }], options)).rejects.toThrow(/no id that is a text/);
    await expect(suiteFrom([{ id: 1 }], options)).rejects.toMatchObject({ code: "invalid_suite" });
    await expect(suiteFrom(join(directory, "none"), options)).rejects.toMatchObject({ code: "unreadable" });
    writeFileSync(path, Buffer.from([0x7b, 0xff, 0x7d]));
    await expect(suiteFrom(path, options)).rejects.toMatchObject({ code: "unreadable", line: 1 });
  });
});
