import { isNode, nodeModules } from "../node-modules.ts";
import type { ContentHash } from "./md5.ts";

/** The hashes that an upload needs, as this runtime has them. */
export interface Hashes {
  /** MD5 of bytes that come piece by piece. */
  md5(): ContentHash;
  /**
   * SHA-256 of a piece of a file as hex, while `also` sees its bytes. `undefined` where the runtime has none: browsers
   * give it to pages with TLS only.
   */
  sha256(
    chunks: AsyncIterable<Uint8Array>,
    size: number,
    also: (chunk: Uint8Array) => void,
  ): Promise<string | undefined>;
  /** A text's hash, to compare and to name things by. */
  text(text: string): Promise<string>;
}

export async function loadHashes(): Promise<Hashes> {
  return isNode ? await nodeHashes() : await portableHashes();
}

async function nodeHashes(): Promise<Hashes> {
  const { createHash } = (await nodeModules()).crypto;
  const hash = (name: string): ContentHash => {
    const running = createHash(name);
    return { update: (chunk) => void running.update(chunk), digest: () => running.digest("hex") };
  };
  return {
    md5: () => hash("md5"),
    async sha256(chunks, _size, also) {
      const sha256 = hash("sha256");
      for await (const chunk of chunks) {
        sha256.update(chunk);
        also(chunk);
      }
      return sha256.digest();
    },
    text: async (text) => createHash("sha256").update(text).digest("hex"),
  };
}

/** For every other runtime. `crypto.subtle` hashes only what is whole, so a piece is in memory while it is hashed. */
export async function portableHashes(): Promise<Hashes> {
  const { createMd5, hex } = await import("./md5.ts");
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  return {
    md5: createMd5,
    async sha256(chunks, size, also) {
      const whole = new Uint8Array(subtle ? size : 0);
      let at = 0;
      for await (const chunk of chunks) {
        also(chunk);
        if (subtle) {
          whole.set(chunk, at);
          at += chunk.length;
        }
      }
      return subtle && hex(new Uint8Array(await subtle.digest("SHA-256", whole)));
    },
    async text(text) {
      const bytes = new TextEncoder().encode(text);
      if (subtle) {
        return hex(new Uint8Array(await subtle.digest("SHA-256", bytes)));
      }
      const md5 = createMd5();
      md5.update(bytes);
      return md5.digest();
    },
  };
}
