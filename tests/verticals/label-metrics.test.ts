import fc from "fast-check";
import { expect, test } from "vitest";
import { labelMetrics } from "../../src/verticals.ts";

const pairs = (...given: readonly (readonly [string, string | undefined])[]) =>
  given.map(([expected, label]) => ({ expected, given: label }));

test("precision, recall and F1 are those of a confusion matrix counted by hand", () => {
  const { labels, macroF1, accuracy, unparsed } = labelMetrics(
    pairs(
      ["approve", "approve"],
      ["approve", "approve"],
      ["approve", "deny"],
      ["deny", "deny"],
      ["deny", "approve"],
      ["refer", undefined],
    ),
  );
  expect(labels).toEqual([
    { label: "approve", support: 3, precision: 2 / 3, recall: 2 / 3, f1: 2 / 3 },
    { label: "deny", support: 2, precision: 0.5, recall: 0.5, f1: 0.5 },
    { label: "refer", support: 1, precision: 0, recall: 0, f1: 0 },
  ]);
  expect(macroF1).toBeCloseTo((2 / 3 + 0.5) / 3, 12);
  expect({ accuracy, unparsed }).toEqual({ accuracy: 0.6, unparsed: 1 });
});

test("a label that was given and is never right has no row, and takes from the others' recall", () => {
  const { labels, macroF1 } = labelMetrics(pairs(["deny", "reject"], ["deny", "deny"]));
  expect(labels).toEqual([{ label: "deny", support: 2, precision: 1, recall: 0.5, f1: 2 / 3 }]);
  expect(macroF1).toBeCloseTo(2 / 3, 12);
});

test("nothing at all can't be measured, and nothing that can be read is no accuracy", () => {
  expect(() => labelMetrics([])).toThrow(RangeError);
  expect(labelMetrics(pairs(["deny", undefined]))).toMatchObject({ accuracy: 0, macroF1: 0, unparsed: 1 });
});

test("F1 lies between precision and recall, and all right answers give 1", () => {
  const label = fc.constantFrom("a", "b", "c");
  const pair = fc.record({ expected: label, given: fc.option(label, { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(pair, { minLength: 1 }), (all) => {
      for (const { precision, recall, f1 } of labelMetrics(all).labels) {
        expect(f1).toBeGreaterThanOrEqual(Math.min(precision, recall) - 1e-12);
        expect(f1).toBeLessThanOrEqual(Math.max(precision, recall) + 1e-12);
      }
      const right = all.map(({ expected }) => ({ expected, given: expected }));
      expect(labelMetrics(right)).toMatchObject({ macroF1: 1, accuracy: 1, unparsed: 0 });
    }),
  );
});
