import { expect } from "vitest";
import * as reference from "../reference.ts";
import { expectClose, randomNumbers, runKernel, runKernelAlone } from "../run-kernel.ts";

const ATTENTIONS = [
  { heads: 1, keyValueHeads: 1, hd: 8, lengths: [1] },
  { heads: 2, keyValueHeads: 2, hd: 16, lengths: [9] },
  { heads: 4, keyValueHeads: 2, hd: 8, lengths: [4, 1, 7, 2] },
  { heads: 6, keyValueHeads: 2, hd: 32, lengths: [33, 5] },
  { heads: 3, keyValueHeads: 1, hd: 24, lengths: [8, 3, 3, 1, 16] },
  { heads: 5, keyValueHeads: 5, hd: 8, lengths: [70] },
];

function attentionOf({ heads, keyValueHeads, hd, lengths }: (typeof ATTENTIONS)[number]) {
  const starts = [0];
  for (const length of lengths) starts.push((starts.at(-1) ?? 0) + length);
  const n = starts.at(-1) ?? 0;
  const longest = Math.max(...lengths);
  const keys = Math.ceil(longest / 8) * 8;
  // As large as in model.ts.
  const scratch = Math.ceil((5 * keys * hd + 12 * keys + 24 * hd + 16) / 16) * 16;
  const qkv = randomNumbers(n * (heads + 2 * keyValueHeads) * hd, n, 2);
  return { starts, n, longest, scratch, qkv, shape: { heads, keyValueHeads, hd } };
}

/** What the kernels of assembly/attention.ts must do. */
export const attentionChecks = {
  attention: {
    "mixes each sequence's own past, for any lengths and groups of heads": () => {
      for (const given of ATTENTIONS) {
        const { starts, n, longest, scratch, qkv, shape } = attentionOf(given);
        const { heads, keyValueHeads, hd } = shape;
        const [out, logSumExp] = runKernel("attention", (o) => [
          ...[
            o.output(n * heads * hd),
            o.output(heads * n),
            o.floats(qkv),
            o.integers(starts),
            starts.length - 1,
            n,
          ],
          ...[heads, keyValueHeads, hd, longest, o.scratch(scratch), scratch * 4],
        ]);
        const expected = reference.attention(qkv, starts, shape);
        expectClose(out, expected.out);
        expectClose(logSumExp, expected.logSumExp);
      }
    },
  },
  attentionBackward: {
    "gives the gradient for any lengths and groups of heads": () => {
      for (const given of ATTENTIONS) {
        const { starts, n, longest, scratch, qkv, shape } = attentionOf(given);
        const { heads, keyValueHeads, hd } = shape;
        const dOut = randomNumbers(n * heads * hd, 5);
        const forward = reference.attention(qkv, starts, shape);
        const [dQkv] = runKernel("attentionBackward", (o) => [
          ...[o.output(qkv.length), o.floats(dOut), o.floats(forward.out), o.floats(forward.logSumExp)],
          ...[o.floats(qkv), o.integers(starts), starts.length - 1, n, heads, keyValueHeads, hd, longest],
          ...[o.scratch(scratch), scratch * 4],
        ]);
        expectClose(dQkv, reference.attentionBackward(dOut, qkv, starts, shape), 5e-6);
      }
    },
  },
  appendToCache: {
    "puts keys and values of new tokens where they belong": () => {
      const [n, position, positions, heads, keyValueHeads, hd] = [3, 4, 9, 4, 2, 8];
      const stride = (heads + 2 * keyValueHeads) * hd;
      const qkv = randomNumbers(n * stride, 1);
      const size = keyValueHeads * positions * hd;
      const [keys, values] = runKernelAlone("appendToCache", ({ floats, output }) => [
        ...[output(size, new Float32Array(size)), output(size, new Float32Array(size)), floats(qkv)],
        ...[n, position, positions, heads, keyValueHeads, hd],
      ]);
      for (const [cache, first] of [
        [keys, heads],
        [values, heads + keyValueHeads],
      ] as const) {
        const expected = new Float32Array(size);
        for (let row = 0; row < n; row++) {
          for (let head = 0; head < keyValueHeads; head++) {
            const from = row * stride + (first + head) * hd;
            expected.set(qkv.subarray(from, from + hd), (head * positions + position + row) * hd);
          }
        }
        expect(cache).toEqual(expected);
      }
    },
  },
  attentionCached: {
    "gives what attention over the whole sequence gives for its last tokens": () => {
      for (const [n, position] of [
        [1, 0],
        [1, 6],
        [5, 0],
        [4, 3],
        [2, 30],
      ] as const) {
        const shape = { heads: 4, keyValueHeads: 2, hd: 8 };
        const { heads, keyValueHeads, hd } = shape;
        const [length, positions, stride] = [position + n, 37, (heads + 2 * keyValueHeads) * hd];
        const qkv = randomNumbers(length * stride, position, 2);
        const size = keyValueHeads * positions * hd;
        const [keys, values] = runKernelAlone("appendToCache", (o) => [
          ...[o.output(size), o.output(size), o.floats(qkv), length, 0, positions, heads, keyValueHeads, hd],
        ]);
        const [out] = runKernelAlone("attentionCached", (o) => [
          ...[o.output(n * heads * hd), o.floats(qkv.subarray(position * stride)), o.floats(keys ?? [])],
          ...[
            o.floats(values ?? []),
            n,
            position,
            positions,
            heads,
            keyValueHeads,
            hd,
            o.scratch(positions + 4),
          ],
        ]);
        expectClose(out, reference.attention(qkv, [0, length], shape).out.subarray(position * heads * hd));
      }
    },
  },
};
