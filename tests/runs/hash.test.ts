import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { hashOf } from "../../src/runs/hash.ts";

test("a hash is of canonical JSON, written out by hand", () => {
  const value = { b: [1, { d: null, c: "é" }], a: true, "10": 1, "9": 2 };
  const text = '{"10":1,"9":2,"a":true,"b":[1,{"c":"é","d":null}]}';
  expect(hashOf(value)).toBe(createHash("sha256").update(text).digest("hex"));
});

test("a value has the hash of what is read back of it", () => {
  fc.assert(
    fc.property(fc.anything({ withDate: true, withObjectString: true }), (value) => {
      const text: string | undefined = JSON.stringify(value);
      expect(hashOf(value)).toBe(hashOf(text === undefined ? undefined : JSON.parse(text)));
    }),
  );
});

test("dates count by their time, objects of a class by their fields", () => {
  class Claim {
    readonly filed: Date;
    constructor(filed: Date) {
      this.filed = filed;
    }
  }
  const time = new Date("2026-03-01T08:00:00Z");
  const claim = new Claim(time);
  expect(hashOf(claim)).toBe(hashOf({ filed: "2026-03-01T08:00:00.000Z" }));
  expect(hashOf(claim)).not.toBe(hashOf(new Claim(new Date(time.getTime() + 1))));
});
