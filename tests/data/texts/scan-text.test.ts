import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isTextRule, scanText, TEXT_RULES } from "../../../src/data.ts";
import { measure, precision, recall } from "../personal-data/measure.ts";
import { readSnippets } from "../personal-data/snippets.ts";

const found = (text: string) => scanText(text).map(({ rule, start, end }) => [rule, text.slice(start, end)]);

describe("the labelled set", () => {
  const snippets = readSnippets();

  test("is large, has every rule in it, and a value by itself more often than not", () => {
    expect(snippets.length).toBeGreaterThanOrEqual(300);
    const marked = new Set(snippets.flatMap(({ spans }) => spans.map(({ rule }) => rule)));
    expect([...marked].filter((rule) => !isTextRule(rule))).toEqual([]);
    expect(TEXT_RULES.filter((rule) => !marked.has(rule))).toEqual([]);
    expect(snippets.filter(({ spans }) => spans.length === 0).length).toBeGreaterThan(100);
    expect(new Set(snippets.map(({ text }) => text)).size).toBe(snippets.length);
  });

  test("is found with a precision of 0.95 and a recall of 0.9 at least", () => {
    const { overall } = measure(snippets, scanText);
    expect(precision(overall)).toBeGreaterThanOrEqual(0.95);
    expect(recall(overall)).toBeGreaterThanOrEqual(0.9);
  });

  test("is counted against rules that find nothing, or everything", () => {
    expect(recall(measure(snippets, () => []).overall)).toBe(0);
    const everything = measure(snippets, (text) => [{ rule: "personal-email", start: 0, end: text.length }]);
    expect(precision(everything.overall)).toBeLessThan(0.1);
  });
});

describe("matches", () => {
  test("have a place, a severity and words that don't quote what was found", () => {
    const text = "Write to lena.vogt@posteo.de, password: xK9$mQ2!vRt7";
    const matches = scanText(text);
    expect(found(text)).toEqual([
      ["personal-email", "lena.vogt@posteo.de"],
      ["secret-assigned", "xK9$mQ2!vRt7"],
    ]);
    expect(matches.map(({ severity }) => severity)).toEqual(["warning", "error"]);
    for (const { message, remedy } of matches) expect(message + remedy).not.toMatch(/lena|xK9/);
  });

  test.each([
    ["a reserved domain", "someone@example.com and a@b.test"],
    ["addresses for documentation", "192.0.2.44, 198.51.100.7, 203.0.113.9, 2001:db8::8a2e:370:7334"],
    ["private networks", "login from 10.20.30.40 and 172.20.11.12 and 192.168.178.22"],
    ["numbers of films", "call (212) 555-0142 or 415-555-0199"],
    ["withdrawn social security numbers", "SSN 078-05-1120"],
  ])("leave out what belongs to nobody: %s", (_, text) => {
    expect(found(text)).toEqual([]);
  });

  test("take in the test cards of payment gateways", () => {
    expect(found("card 4242 4242 4242 4242")).toEqual([["personal-card", "4242 4242 4242 4242"]]);
  });

  test("need the check digit", () => {
    expect(found("IBAN DE79 9407 4453 5789 6862 06")).toHaveLength(1);
    expect(found("IBAN DE79 9407 4453 5789 6862 07")).toEqual([]);
    expect(found("Visa 4539 1488 0343 6467")).toHaveLength(1);
    expect(found("Visa 4539 1488 0343 6468")).toEqual([]);
  });

  test("are found in a text of many megabytes, and after it in a short one", () => {
    const text = `${"Nothing to see here. ".repeat(200_000)}lena.vogt@posteo.de`;
    expect(found(text)).toEqual([["personal-email", "lena.vogt@posteo.de"]]);
    expect(found("karl@posteo.de")).toEqual([["personal-email", "karl@posteo.de"]]);
    expect(found("")).toEqual([]);
  });
});

describe("any text", () => {
  // Each is what a careless pattern would go through again and again.
  const units = [
    ..."1a.@ -:é忽",
    "@a",
    "a@",
    "a@b.c",
    "1 ",
    "1-1/",
    "(1",
    "+1 ",
    "4111 1111 1111 1111 ",
    "tel 0000000000 ",
    "-----BEGIN ",
    "-----BEGIN PRIVATE KEY-----\n",
    "eyJaaaaaaaa.",
    "password=",
    "api_key is ",
    "ignore all of the your my ",
    "忽略之前",
    "2001:",
    "https://a:b",
    "a:b@a.b",
    "DE00 ",
    "AB 12 34 56 ",
    "A1B2C3",
    "xoxb-a-",
    "\ud800",
  ];

  test.each(units.map((unit) => JSON.stringify(unit)))("of one megabyte of %s is gone through", (shown) => {
    const unit: string = JSON.parse(shown);
    const text = unit.repeat(Math.ceil(2 ** 20 / unit.length));
    for (const { start, end } of scanText(text)) expect(end).toBeGreaterThan(start);
  });

  const part = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      ...units,
      "lena.vogt@posteo.de",
      "DE79 9407 4453 5789 6862 06",
      "+49 171 8826143",
      "password: ",
    ),
    fc.stringMatching(/^[0-9 .\-/()+]{0,40}$/),
  );

  test("gives matches within it, in order, without overlaps, each of a known rule", () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const text = parts.join("");
        let last = 0;
        for (const { rule, start, end } of scanText(text)) {
          expect(isTextRule(rule)).toBe(true);
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          last = end;
        }
        expect(last).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 500 },
    );
  });
});
