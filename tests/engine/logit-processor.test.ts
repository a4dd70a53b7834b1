import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLogitProcessor } from "../../src/engine/logit-processor.ts";
import { createSampler, type SamplerOptions } from "../../src/engine/sampler.ts";

const greedy: SamplerOptions = { temperature: 0, topP: 1, seed: 0 };

describe("a logit processor", () => {
  test("isn't there when nothing would be changed", () => {
    expect(createLogitProcessor({})).toBeUndefined();
    const nothing = { frequencyPenalty: 0, presencePenalty: 0, logitBias: new Map() };
    expect(createLogitProcessor(nothing)).toBeUndefined();
  });

  test("takes penalties from what was chosen before, and adds the bias, as worked out by hand", () => {
    const processor = createLogitProcessor({
      frequencyPenalty: 0.5,
      presencePenalty: 0.25,
      logitBias: new Map([
        [0, -2],
        [3, 4],
      ]),
    });
    const logits = Float32Array.of(1, 2, 3, 4);
    const next = (...chosen: number[]) => {
      for (const token of chosen) processor?.count(token);
      return [...(processor?.apply(logits) ?? [])];
    };
    expect(next()).toEqual([-1, 2, 3, 8]);
    expect(next(1)).toEqual([-1, 1.25, 3, 8]);
    expect(next(1, 3)).toEqual([-1, 0.75, 3, 7.25]);
    expect(next(1, 0)).toEqual([-1.75, 0.25, 3, 7.25]);
    expect([...logits]).toEqual([1, 2, 3, 4]);
  });

  test("refuses what is no number, by name", () => {
    expect(() => createLogitProcessor({ frequencyPenalty: Number.NaN })).toThrow(/^frequencyPenalty/);
    expect(() => createLogitProcessor({ presencePenalty: Infinity })).toThrow(/^presencePenalty/);
    expect(() => createLogitProcessor({ logitBias: new Map([[1.5, 0]]) })).toThrow(/token's id: 1.5/);
    expect(() => createLogitProcessor({ logitBias: new Map([[7, Number.NaN]]) })).toThrow(/token 7/);
  });
});

describe("a sampler", () => {
  test("with a frequency penalty takes the next likeliest once a token was repeated enough", () => {
    const sample = createSampler({ ...greedy, frequencyPenalty: 1 });
    const logits = Float32Array.of(0, 2.5, 1, 0);
    // 2.5, 1.5, then 0.5 against 1, then 0.5 against 0, then 0 of token 0 first.
    expect(Array.from({ length: 5 }, () => sample(logits))).toEqual([1, 1, 2, 1, 0]);
  });

  test("with a presence penalty takes every token once before it repeats one that isn't far likelier", () => {
    const sample = createSampler({ ...greedy, presencePenalty: 2 });
    const logits = Float32Array.of(0, 1.5, 1, 0.5);
    expect(Array.from({ length: 6 }, () => sample(logits))).toEqual([1, 2, 3, 0, 1, 1]);
  });

  test("with negative penalties keeps to what it has chosen", () => {
    const sample = createSampler({ ...greedy, presencePenalty: -2 });
    expect(sample(Float32Array.of(1, 0))).toBe(0);
    expect(sample(Float32Array.of(0, 1.5))).toBe(0);
  });

  const someLogits = fc
    .array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: 2, maxLength: 24 })
    .map((values) => Float32Array.from(values));
  const someTemperature = fc.oneof(fc.constant(0), fc.double({ min: 0.05, max: 2, noNaN: true }));

  test("never chooses a token with a bias of -100, and always one with +100", () => {
    const some = { logits: someLogits, temperature: someTemperature, seed: fc.integer(), which: fc.nat() };
    fc.assert(
      fc.property(fc.record(some), ({ logits, temperature, seed, which }) => {
        const token = which % logits.length;
        const options = { temperature, topP: 1, seed };
        const banned = createSampler({ ...options, logitBias: new Map([[token, -100]]) });
        const forced = createSampler({ ...options, logitBias: new Map([[token, 100]]) });
        for (let i = 0; i < 20; i++) {
          expect(banned(logits)).not.toBe(token);
          expect(forced(logits)).toBe(token);
        }
      }),
    );
  });

  test("chooses as one without penalties and bias does from logits that were changed before", () => {
    const some = { logits: someLogits, temperature: someTemperature, seed: fc.integer() };
    const amount = fc.double({ min: -2, max: 2, noNaN: true });
    const options = fc.record({ ...some, frequencyPenalty: amount, presencePenalty: amount, bias: amount });
    fc.assert(
      fc.property(options, ({ logits, bias, frequencyPenalty, presencePenalty, ...rest }) => {
        const logitBias = new Map([[1, bias]]);
        const one = createSampler({ ...rest, topP: 0.9, frequencyPenalty, presencePenalty, logitBias });
        const plain = createSampler({ ...rest, topP: 0.9 });
        const chosen: number[] = [];
        for (let i = 0; i < 12; i++) {
          const changed = logits.map((logit, token) => {
            const biased = Math.fround(logit + (token === 1 ? bias : 0));
            const count = chosen.filter((other) => other === token).length;
            return count === 0 ? biased : biased - (count * frequencyPenalty + presencePenalty);
          });
          const token = one(logits);
          expect(token).toBe(plain(changed));
          chosen.push(token);
        }
      }),
    );
  });
});
