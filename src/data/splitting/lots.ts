import { createHash } from "node:crypto";

/**
 * The lot that a group has drawn: a number in [0, 1) which depends on the seed and the group's id and on nothing else. So a
 * group keeps its place among the others, whatever is added later.
 */
export function lotOf(seed: number, group: string): number {
  return createHash("sha256").update(`${seed}\n${group}`).digest().readUIntBE(0, 6) / 2 ** 48;
}
