/** A Zstandard frame of raw and repeated blocks, which need no compressor. */
export function zstdFrame(
  blocks: readonly (Uint8Array | { readonly byte: number; readonly times: number })[],
  { windowLog = 17 }: { readonly windowLog?: number } = {},
): Buffer {
  const pieces = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (windowLog - 10) << 3])];
  for (const [i, block] of blocks.entries()) {
    const isLast = i === blocks.length - 1 ? 1 : 0;
    const header = Buffer.alloc(3);
    if (block instanceof Uint8Array) {
      header.writeUIntLE(isLast | (block.length << 3), 0, 3);
      pieces.push(header, Buffer.from(block));
    } else {
      header.writeUIntLE(isLast | (1 << 1) | (block.times << 3), 0, 3);
      pieces.push(header, Buffer.from([block.byte]));
    }
  }
  return Buffer.concat(pieces);
}
