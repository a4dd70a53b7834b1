import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AliasHistory,
  AliasRefusal,
  promote,
  rollBack,
  shareWith,
} from "../../src/contract/alias-changes.ts";
import { canaryPlace, modelOf } from "../../src/contract/canary.ts";

const passed = (model: string) => ({ suite: "claims", model, passed: true });
const promoted = (history: AliasHistory | undefined, model: string, now = 1) =>
  promote(history, "claims", { model, evaluation: passed(model) }, now);

const refusal = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof AliasRefusal) return error.code;
    throw error;
  }
  return "none";
};

describe("promote", () => {
  test("moves nothing without a passed evaluation of this very model", () => {
    expect(refusal(() => promote(undefined, "claims", { model: "a" }, 1))).toBe("evaluation_required");
    const failed = { suite: "claims", model: "a", passed: false };
    expect(refusal(() => promote(undefined, "claims", { model: "a", evaluation: failed }, 1))).toBe(
      "evaluation_not_passed",
    );
    expect(refusal(() => promote(undefined, "claims", { model: "a", evaluation: passed("b") }, 1))).toBe(
      "evaluation_of_other_model",
    );
  });

  test("by force it moves, and the history says so", () => {
    const failed = { suite: "claims", model: "a", passed: false };
    const { alias, changes } = promote(
      undefined,
      "claims",
      { model: "a", evaluation: failed, force: true },
      5,
    );
    expect(alias).toMatchObject({ name: "claims", model: "a", version: 1, created_at: 5, updated_at: 5 });
    expect(changes).toMatchObject([{ type: "promoted", forced: true, evaluation: failed }]);
    expect(promoted(undefined, "a").changes).toMatchObject([{ forced: false }]);
  });

  test("to the model that it has already changes nothing, and needs no evaluation again", () => {
    const history = promoted(undefined, "a");
    expect(promote(history, "claims", { model: "a" }, 9)).toBe(history);
  });

  test("is refused when somebody else was quicker", () => {
    const history = promoted(undefined, "a");
    const late = { model: "b", evaluation: passed("b"), expected_version: 0 };
    expect(refusal(() => promote(history, "claims", late, 2))).toBe("alias_version_conflict");
    expect(promote(history, "claims", { ...late, expected_version: 1 }, 2).alias.version).toBe(2);
  });

  test.each(["", "ft:photon", "../claims", "a b", "-a", "x".repeat(65)])("%j is no name", (name) => {
    expect(refusal(() => promote(undefined, name, { model: "a", force: true }, 1))).toBe(
      "invalid_alias_name",
    );
  });
});

describe("rollBack", () => {
  test("goes back step by step, and never in a circle", () => {
    let history = ["a", "b", "c"].reduce<AliasHistory | undefined>(
      (h, model) => promoted(h, model),
      undefined,
    );
    const models = [];
    for (let step = 0; step < 2; step++) {
      history = rollBack(history, "claims", {}, 2);
      models.push(history.alias.model);
    }
    expect(models).toEqual(["b", "a"]);
    expect(refusal(() => rollBack(history, "claims", {}, 3))).toBe("nothing_to_roll_back");
  });

  test("takes a version, and refuses one that never was", () => {
    const history = promoted(promoted(undefined, "a"), "b");
    expect(rollBack(history, "claims", { version: 1 }, 2).alias).toMatchObject({ model: "a", version: 3 });
    expect(refusal(() => rollBack(history, "claims", { version: 7 }, 2))).toBe("nothing_to_roll_back");
    expect(refusal(() => rollBack(undefined, "claims", {}, 2))).toBe("alias_not_found");
  });
});

describe("a canary", () => {
  test("is judged when it begins, not when its share grows; a promotion ends it", () => {
    const history = promoted(undefined, "a");
    expect(refusal(() => shareWith(history, "claims", { model: "b", share: 0.1 }, 2))).toBe(
      "evaluation_required",
    );
    const begun = shareWith(history, "claims", { model: "b", share: 0.1, evaluation: passed("b") }, 2);
    const grown = shareWith(begun, "claims", { model: "b", share: 0.5 }, 3);
    expect(grown.alias).toMatchObject({ model: "a", canary: { model: "b", share: 0.5 }, version: 3 });
    expect(promoted(grown, "b").alias).toMatchObject({ model: "b", canary: null });
    expect(shareWith(grown, "claims", { model: "b", share: 0 }, 4).alias).toMatchObject({ canary: null });
  });

  test("keeps each user at one model while its share grows", () => {
    const users = Array.from({ length: 4_000 }, (_, index) => `user-${index}`);
    const at = (share: number) =>
      users.filter(
        (user) => modelOf({ name: "claims", model: "a", canary: { model: "b", share } }, { user }) === "b",
      );
    const tenth = at(0.1);
    const half = new Set(at(0.5));
    // Four standard deviations of a fair draw.
    expect(Math.abs(tenth.length - 400)).toBeLessThan(76);
    expect(Math.abs(half.size - 2_000)).toBeLessThan(127);
    expect(tenth.every((user) => half.has(user))).toBe(true);
    expect(at(0)).toEqual([]);
    expect(at(1)).toHaveLength(users.length);
    // Another alias has others first.
    expect(canaryPlace("claims", "user-1")).not.toBe(canaryPlace("sales", "user-1"));
  });

  test("draws for requests that name nobody", () => {
    const alias = { name: "claims", model: "a", canary: { model: "b", share: 0.3 } };
    expect(modelOf(alias, {}, () => 0.29)).toBe("b");
    expect(modelOf(alias, { user: "" }, () => 0.31)).toBe("a");
    expect(modelOf(alias, { safety_identifier: "x", user: "y" })).toBe(modelOf(alias, { user: "x" }));
  });
});

test("whatever happens, the history tells the alias", () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant("promote"), model: fc.constantFrom("a", "b", "c"), share: fc.constant(0) }),
    fc.record({ do: fc.constant("rollback"), model: fc.constant(""), share: fc.constant(0) }),
    fc.record({
      do: fc.constant("canary"),
      model: fc.constantFrom("a", "b", "c"),
      share: fc.constantFrom(0, 0.2, 1),
    }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let history: AliasHistory | undefined;
      for (const [now, { do: what, model, share }] of steps.entries()) {
        try {
          if (what === "promote") history = promote(history, "claims", { model, force: true }, now);
          else if (what === "rollback") history = rollBack(history, "claims", {}, now);
          else history = shareWith(history, "claims", { model, share, force: true }, now);
        } catch (error) {
          if (!(error instanceof AliasRefusal)) throw error;
        }
        if (!history) continue;
        const { alias, changes } = history;
        expect(changes.map(({ version }) => version)).toEqual(changes.map((_, index) => index + 1));
        const last = changes.at(-1);
        expect(alias).toMatchObject({
          version: last?.version,
          model: last?.model,
          canary: last?.canary ?? null,
        });
      }
    }),
  );
});
