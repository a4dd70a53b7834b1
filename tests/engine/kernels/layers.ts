import { expect } from "vitest";
import * as reference from "../reference.ts";
import { between, expectClose, randomNumbers, runKernel, runKernelAlone, shapes } from "../run-kernel.ts";

/** What the kernels of assembly/layers.ts must do. */
export const layersChecks = {
  copy: {
    "copies any count of numbers": () => {
      for (const count of [1, 2, 3, 5, 64, 1001]) {
        const values = randomNumbers(count, count);
        const [out] = runKernel("copy", ({ floats, output }) => [output(count), floats(values), count]);
        expect(out).toEqual(values);
      }
    },
  },
  zero: {
    "zeroes any count of numbers": () => {
      for (const count of [1, 2, 3, 5, 64, 1001]) {
        const [out] = runKernel("zero", ({ output }) => [output(count), count]);
        expect(out).toEqual(new Float32Array(count));
      }
    },
  },
  gatherRows: {
    "takes rows, also one of them several times": () => {
      const table = randomNumbers(9 * 12, 1);
      for (const indices of [[8], [0, 8, 3, 3, 3, 1, 0]]) {
        const [out] = runKernel("gatherRows", ({ floats, integers, output }) => [
          output(indices.length * 12),
          floats(table),
          integers(indices),
          indices.length,
          12,
        ]);
        expectClose(out, reference.gatherRows(table, indices, 12), 0);
      }
    },
  },
  scatterAddRows: {
    "adds rows, also to one of them several times": () => {
      const table = randomNumbers(9 * 20, 1);
      const indices = [0, 8, 3, 3, 3, 1, 0];
      const dOut = randomNumbers(indices.length * 20, 2);
      const [out] = runKernel("scatterAddRows", ({ floats, integers, output }) => [
        output(table.length, table),
        floats(dOut),
        integers(indices),
        indices.length,
        20,
      ]);
      expectClose(out, reference.scatterAddRows(table, dOut, indices, 20));
    },
  },
  rmsNorm: {
    "scales each row to a mean square of one": () => {
      for (const [n, d] of shapes(20, (r) => [between(r, 1, 9), 4 * between(r, 1, 17)] as const)) {
        const [x, weight] = [randomNumbers(n * d, 1, 3), randomNumbers(d, 2)];
        const [out, scales] = runKernel("rmsNorm", ({ floats, output }) => [
          output(n * d),
          output(n),
          floats(x),
          floats(weight),
          ...[n, d, 1e-5],
        ]);
        const expected = reference.rmsNorm(x, weight, n, d, 1e-5);
        expectClose(out, expected.out);
        expectClose(scales, expected.scales);
      }
    },
    "gives zeros for zeros": () => {
      const [out, scales] = runKernel("rmsNorm", ({ floats, output }) => [
        ...[output(8), output(1), floats(new Float32Array(8)), floats(randomNumbers(8, 1))],
        ...[1, 8, 1e-5],
      ]);
      expectClose(out, new Float32Array(8));
      expectClose(scales, [1 / Math.sqrt(1e-5)]);
    },
  },
  rmsNormBackward: {
    "adds to the gradient that is there": () => {
      for (const [n, d] of shapes(20, (r) => [between(r, 1, 9), 4 * between(r, 1, 17)] as const)) {
        const [x, weight, dOut] = [randomNumbers(n * d, 1, 3), randomNumbers(d, 2), randomNumbers(n * d, 3)];
        const before = randomNumbers(n * d, 4);
        const scales = Float32Array.from(reference.rmsNorm(x, weight, n, d, 1e-5).scales);
        const [dX] = runKernel("rmsNormBackward", ({ floats, output }) => [
          ...[output(n * d, before), floats(dOut), floats(x), floats(scales), floats(weight), n, d],
        ]);
        const expected = reference.rmsNormBackward(dOut, x, scales, weight, d);
        expectClose(
          dX,
          expected.map((value, i) => value + (before[i] ?? 0)),
        );
      }
    },
  },
  rmsNormWeightBackward: {
    "adds to the gradient that is there": () => {
      for (const [n, d] of shapes(20, (r) => [between(r, 1, 9), 4 * between(r, 1, 17)] as const)) {
        const [x, scales, dOut] = [randomNumbers(n * d, 1, 3), randomNumbers(n, 2), randomNumbers(n * d, 3)];
        const before = randomNumbers(d, 4);
        const [dWeight] = runKernel("rmsNormWeightBackward", ({ floats, output }) => [
          ...[output(d, before), floats(dOut), floats(x), floats(scales), n, d],
        ]);
        const expected = reference.rmsNormWeightBackward(dOut, x, scales, d);
        expectClose(
          dWeight,
          expected.map((value, i) => value + (before[i] ?? 0)),
        );
      }
    },
  },
  swiGlu: {
    "gates, also with gates so large that e to their power is no number": () => {
      for (const [n, f, scale] of shapes(
        20,
        (r) => [between(r, 1, 9), 4 * between(r, 1, 9), 10 ** r.below(4)] as const,
      )) {
        const gateUp = randomNumbers(n * 2 * f, 1, scale);
        const [act] = runKernel("swiGlu", ({ floats, output }) => [output(n * f), floats(gateUp), n, f]);
        expectClose(act, reference.swiGlu(gateUp, n, f));
      }
    },
  },
  swiGluBackward: {
    "gives the gradient and makes the activation again": () => {
      for (const [n, f, scale] of shapes(
        20,
        (r) => [between(r, 1, 9), 4 * between(r, 1, 9), 10 ** r.below(4)] as const,
      )) {
        const [gateUp, dAct] = [randomNumbers(n * 2 * f, 1, scale), randomNumbers(n * f, 2)];
        const [dGateUp, act] = runKernel("swiGluBackward", ({ floats, output }) => [
          ...[output(n * 2 * f), output(n * f), floats(gateUp), floats(dAct), n, f],
        ]);
        expectClose(act, reference.swiGlu(gateUp, n, f));
        expectClose(dGateUp, reference.swiGluBackward(dAct, gateUp, n, f));
      }
    },
  },
  ropeTable: {
    "holds cosines, then sines": () => {
      const [table] = runKernelAlone("ropeTable", ({ output }) => [output(300 * 8), 300, 8, 10_000]);
      const angles = Array.from({ length: 300 * 4 }, (_, i) => Math.floor(i / 4) * 10_000 ** (-(i % 4) / 4));
      expectClose(table, [...angles.map(Math.cos), ...angles.map(Math.sin)], 1e-7);
    },
  },
  rope: {
    "turns the heads it is told, forth and back, and leaves the values alone": () => {
      const [hd, positionsMost] = [16, 40];
      for (const [heads, values] of [
        [1, 0],
        [3, 1],
        [6, 2],
      ] as const) {
        const stride = (heads + values) * hd;
        const positions = [0, 1, 39, 7, 7, 0, 12];
        const x = randomNumbers(positions.length * stride, heads);
        for (const direction of [1, -1]) {
          const [table] = runKernelAlone("ropeTable", ({ output }) => [
            ...[output(positionsMost * hd), positionsMost, hd, 500],
          ]);
          const [out] = runKernel("rope", ({ floats, integers, output }) => [
            ...[output(x.length, x), stride, floats(table ?? []), positionsMost, integers(positions)],
            ...[positions.length, heads, hd, direction],
          ]);
          expectClose(out, reference.rope(x, positions, { stride, heads, hd, theta: 500 }, direction), 1e-6);
        }
      }
    },
  },
};
