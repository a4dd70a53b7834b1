import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadHashes, portableHashes } from "../../src/client/upload/hashes.ts";
import { createMd5 } from "../../src/client/upload/md5.ts";

/** The test suite of RFC 1321, appendix A.5. */
const vectors = [
  ["", "d41d8cd98f00b204e9800998ecf8427e"],
  ["a", "0cc175b9c0f1b6a831c399e269772661"],
  ["abc", "900150983cd24fb0d6963f7d28e17f72"],
  ["message digest", "f96b697d7cb7938d525a2f31aaf161d0"],
  ["abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"],
  ["ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "d174ab98d277d9f5a5611c2c9f419d9f"],
  [
    "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
    "57edf4a22be3c955ac49da2e2107b67a",
  ],
] as const;

test.each(vectors)("the MD5 of %j is that of RFC 1321", (text, expected) => {
  const md5 = createMd5();
  md5.update(new TextEncoder().encode(text));
  expect(md5.digest()).toBe(expected);
});

test("any bytes in any pieces have the MD5 that node:crypto says", () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 12 });
  fc.assert(
    fc.property(pieces, (chunks) => {
      const md5 = createMd5();
      const reference = createHash("md5");
      for (const chunk of chunks) {
        md5.update(chunk);
        reference.update(chunk);
      }
      expect(md5.digest()).toBe(reference.digest("hex"));
    }),
  );
});

test("a length whose bits don't fit in 32 is counted right", () => {
  const md5 = createMd5();
  const reference = createHash("md5");
  // 512 MB are 2³² bits.
  const chunk = new Uint8Array(16 * 1024 ** 2);
  for (let i = 0; i < 33; i++) {
    md5.update(chunk);
    reference.update(chunk);
  }
  expect(md5.digest()).toBe(reference.digest("hex"));
});

describe("a runtime without node:crypto", () => {
  async function* chunks() {
    yield new Uint8Array([1, 2, 3]);
    yield new Uint8Array([4]);
  }

  test("has the same hashes as Node", async () => {
    const [node, portable] = [await loadHashes(), await portableHashes()];
    const seen: number[] = [];
    const sha256 = await portable.sha256(chunks(), 4, (chunk) => seen.push(...chunk));
    expect(sha256).toBe(await node.sha256(chunks(), 4, () => undefined));
    expect(sha256).toBe(
      createHash("sha256")
        .update(new Uint8Array([1, 2, 3, 4]))
        .digest("hex"),
    );
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(await portable.text("key")).toBe(await node.text("key"));
  });
});
