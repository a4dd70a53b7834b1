import { describe, expect, test } from "vitest";
import { DataError } from "../../../src/data/errors.ts";
import { createNearDuplicateIndex } from "../../../src/data/near-duplicates/near-duplicate-index.ts";
import { createSigner, SIGNATURE_WORDS } from "../../../src/data/near-duplicates/signature.ts";
import { estimatedSimilarity, jaccardSimilarity } from "../../../src/data/near-duplicates/similarity.ts";
import { createRandom } from "../../../src/engine/random.ts";
import { createTextSource } from "../generated-text.ts";

const sign = createSigner();

function signatureOf(text: string | readonly string[], signer = sign): Uint32Array {
  const signature = new Uint32Array(SIGNATURE_WORDS);
  if (!signer(text, signature)) throw new Error("The text is too short to be signed.");
  return signature;
}

const text =
  "The claim for water damage was reported nine days after the event, which is within the deadline of the policy.";

describe("the similarity of two texts", () => {
  test("is the share of runs of three words that they have in common", () => {
    expect(jaccardSimilarity("a b c d", "A, b; c — e")).toBe(1 / 3);
    expect(jaccardSimilarity(["a b", "c d"], "a b c d")).toBe(1);
    expect(jaccardSimilarity("保险条款", "保险条件")).toBe(1 / 3);
    expect(jaccardSimilarity("a b", "a b")).toBe(0);
  });

  // 128 bins: the standard error is below 0.06 anywhere, and 0.03 at the threshold.
  test.each([15, 60, 200, 800])("is estimated without bias from the signatures of %i words", (words) => {
    const source = createTextSource(words);
    let sum = 0;
    let squares = 0;
    const pairs = 400;
    for (let i = 0; i < pairs; i++) {
      const one = source.text(words);
      const other = source.edited(one, source.random.next() * 0.2);
      const error =
        estimatedSimilarity(signatureOf(one), 0, signatureOf(other), 0) - jaccardSimilarity(one, other);
      sum += error;
      squares += error ** 2;
    }
    expect(Math.abs(sum / pairs)).toBeLessThan(0.012);
    expect(Math.sqrt(squares / pairs)).toBeLessThan(0.06);
  });
});

describe("a signature", () => {
  test("depends on the words and the seed alone", () => {
    expect(signatureOf(text)).toEqual(signatureOf(text.toUpperCase().replaceAll(" ", "\n")));
    expect(signatureOf(text)).toEqual(signatureOf([text.slice(0, 9), text.slice(9)]));
    expect(signatureOf(text)).toEqual(signatureOf(text, createSigner(0)));
    expect(signatureOf(text)).not.toEqual(signatureOf(text, createSigner(1)));
  });

  test("stays the same from version to version", () => {
    expect([...signatureOf(text)].map((word) => word.toString(16))).toMatchInlineSnapshot(`
      [
        "300f0520",
        "300c0000",
        "0",
        "c0000",
        "4040",
        "c0000004",
        "1081300",
        "80000",
        "e6b257aa",
        "850a1609",
        "1a3703bc",
        "95bf19ad",
        "8c808cc8",
        "a82c4ee1",
      ]
    `);
  });

  test("is made of ten words or more", () => {
    const out = new Uint32Array(SIGNATURE_WORDS);
    expect(sign("one two three four five six seven eight nine", out)).toBe(false);
    expect(sign("", out)).toBe(false);
    expect(sign([], out)).toBe(false);
    expect(out.every((word) => word === 0)).toBe(true);
    expect(sign("one two three four five six seven eight nine ten", out)).toBe(true);
  });

  test("is written where it should be", () => {
    const out = new Uint32Array(3 * SIGNATURE_WORDS);
    sign(text, out, SIGNATURE_WORDS);
    expect(out.subarray(SIGNATURE_WORDS, 2 * SIGNATURE_WORDS)).toEqual(signatureOf(text));
    expect(out.subarray(0, SIGNATURE_WORDS).every((word) => word === 0)).toBe(true);
    expect(out.subarray(2 * SIGNATURE_WORDS).every((word) => word === 0)).toBe(true);
  });
});

describe("near duplicates", () => {
  test("are found with the row that they repeat", () => {
    const index = createNearDuplicateIndex();
    expect(index.add(signatureOf(text), 7)).toBeUndefined();
    expect(index.add(signatureOf(`${text} Thanks!`), 9)).toEqual({
      row: 7,
      similarity: expect.closeTo(0.94, 1),
    });
    // It wasn't remembered, as it repeats row 7.
    expect(index.size).toBe(1);
    expect(index.add(signatureOf(text), 12)).toEqual({ row: 7, similarity: 1 });
    expect(
      index.add(signatureOf("Which documents does the policy ask for after a theft of the car?"), 13),
    ).toBeUndefined();
  });

  // What the S-curve of 6 bands of 4 values and a threshold on the estimate promises.
  test("are found as the similarity says, among others", () => {
    const source = createTextSource(11);
    const index = createNearDuplicateIndex();
    const texts = Array.from({ length: 4_000 }, () => source.text(40 + source.random.below(160)));
    let alarms = 0;
    texts.forEach((one, row) => {
      if (index.add(signatureOf(one), row)) alarms++;
    });
    // Unrelated texts.
    expect(alarms).toBe(0);
    const counts = { alike: 0, alikeFound: 0, unlike: 0, unlikeFound: 0, right: 0, found: 0 };
    texts.forEach((one, row) => {
      const other = source.edited(one, 0.2 * source.random.next() ** 2);
      const similarity = jaccardSimilarity(one, other);
      const hit = index.add(signatureOf(other), 100_000 + row);
      if (similarity >= 0.9) counts.alike++;
      if (similarity < 0.75) counts.unlike++;
      if (!hit || hit.row >= 100_000) return;
      expect(hit.row).toBe(row);
      counts.found++;
      if (similarity >= 0.8) counts.right++;
      if (similarity >= 0.9) counts.alikeFound++;
      if (similarity < 0.75) counts.unlikeFound++;
    });
    expect(counts.alike).toBeGreaterThan(500);
    expect(counts.unlike).toBeGreaterThan(500);
    expect(counts.alikeFound / counts.alike).toBeGreaterThan(0.97);
    expect(counts.unlikeFound / counts.unlike).toBeLessThan(0.01);
    expect(counts.right / counts.found).toBeGreaterThan(0.97);
  });

  test("are found after the tables have grown, and the rows before them have been forgotten", () => {
    const random = createRandom(5);
    const noise = () => Uint32Array.from({ length: SIGNATURE_WORDS }, () => random.below(2 ** 32));
    const index = createNearDuplicateIndex({ capacity: 20_000 });
    const rows = Array.from({ length: 50_000 }, noise);
    const missed = (from: number, to: number) => {
      let count = 0;
      for (let row = from; row < to; row++) {
        const signature = rows[row];
        if (signature && index.add(signature, 60_000 + row)?.row !== row) count++;
      }
      return count;
    };
    expect(rows.filter((signature, row) => index.add(signature, row))).toEqual([]);
    expect(index.size).toBe(20_000);
    expect(index.forgotten).toBe(30_000);
    expect(missed(30_000, 50_000)).toBeLessThan(20);
    expect(missed(0, 1_000)).toBe(1_000);
  });

  test("take bounded memory", () => {
    const index = createNearDuplicateIndex({ capacity: 2 ** 16 - 1 });
    const random = createRandom(6);
    const signature = new Uint32Array(SIGNATURE_WORDS);
    for (let row = 0; row < 150_000; row++) {
      for (let i = 0; i < SIGNATURE_WORDS; i++) signature[i] = random.below(2 ** 32);
      index.add(signature, row);
    }
    expect(index.bytes / index.size).toBeLessThanOrEqual(61);
  });

  test("are looked for in a bounded number of rows, however alike all are in one band", () => {
    const index = createNearDuplicateIndex();
    const random = createRandom(8);
    // All have the same keys and differ in their sketches, as rows do that have a long prompt in common.
    const signatures = Array.from({ length: 5_000 }, () =>
      Uint32Array.from({ length: SIGNATURE_WORDS }, (_, i) =>
        i < SIGNATURE_WORDS - 6 ? random.below(2 ** 32) : 42,
      ),
    );
    expect(signatures.filter((signature, row) => index.add(signature, row))).toEqual([]);
    expect(index.size).toBe(5_000);
  });

  test.each([
    [{ threshold: 0 }, "threshold"],
    [{ threshold: 1.1 }, "threshold"],
    [{ threshold: Number.NaN }, "threshold"],
    [{ capacity: 0 }, "capacity"],
    [{ capacity: 1.5 }, "capacity"],
  ])("can't be looked for with %j", (options, field) => {
    const attempt = () => createNearDuplicateIndex(options);
    expect(attempt).toThrow(DataError);
    expect(attempt).toThrow(expect.objectContaining({ code: "invalid_option", field }));
  });
});
