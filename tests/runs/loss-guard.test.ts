import { expect, test } from "vitest";
import { createLossGuard } from "../../src/runs/loss-guard.ts";
import type { RunGuards } from "../../src/runs.ts";

/** The step at which a guard ends a training, and why. */
function ended(losses: readonly (number | null)[], guards: RunGuards = {}) {
  const guard = createLossGuard(guards);
  for (const [index, train_loss] of losses.entries()) {
    const verdict = guard.step({ step: index + 1, train_loss });
    if (verdict) return { step: index + 1, reason: verdict.reason };
  }
  return undefined;
}
const falling = Array.from({ length: 400 }, (_, step) => 4 * 0.99 ** step + (step % 2) * 0.05);

test("a loss that falls is let be, however small it gets", () => {
  expect(ended(falling, { plateau: {} })).toBeUndefined();
});

test("a loss that isn't a number ends it at once", () => {
  expect(ended([...falling.slice(0, 10), null, 1])).toEqual({ step: 11, reason: "diverging" });
  expect(ended([2, Number.POSITIVE_INFINITY])).toEqual({ step: 2, reason: "diverging" });
  expect(ended([2, null], { divergingLoss: false })).toBeUndefined();
});

test("a loss that stays far above its least ends it after so many steps, and a peak doesn't", () => {
  const high = Array.from({ length: 20 }, () => 3.1);
  expect(ended([1, ...high])).toEqual({ step: 21, reason: "diverging" });
  expect(ended([1, ...high.slice(1), 1, ...high.slice(1)])).toBeUndefined();
  expect(ended([1, 2.1, 2.1], { divergingLoss: { factor: 2, steps: 2 } })).toEqual({
    step: 3,
    reason: "diverging",
  });
  // Around 0, losses of single steps differ many times over.
  expect(ended([0.001, ...Array.from({ length: 50 }, () => 0.2)])).toBeUndefined();
});

test("an easy step among others, as steps of one row have it, is no measure of the rest", () => {
  const uneven = falling.map((loss, step) => (step === 40 ? 0.05 : loss));
  expect(ended(uneven)).toBeUndefined();
  expect(ended([...uneven, ...Array.from({ length: 20 }, () => 3)])).toEqual({
    step: 420,
    reason: "diverging",
  });
});

test("a loss that gets no better ends it, if that is asked for", () => {
  const flat = Array.from({ length: 300 }, (_, step) => 1 + (step % 3) * 0.1);
  expect(ended(flat)).toBeUndefined();
  expect(ended(flat, { plateau: { steps: 40 } })).toEqual({ step: 50, reason: "plateau" });
  expect(ended(falling, { plateau: { steps: 40, improvement: 0.5 } })?.reason).toBe("plateau");
});
