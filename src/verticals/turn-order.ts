import type { RecordProblem } from "./vertical.ts";

/**
 * What is wrong where somebody speaks out of turn, in a dialogue of two.
 *
 * @param index - of the turn, from 0
 * @param path - of the turn, such as `$.dialogue[2]`
 */
export function outOfTurn(
  speaker: string,
  index: number,
  [first, second]: readonly [first: string, second: string],
  path: string,
): RecordProblem[] {
  const expected = index % 2 === 0 ? first : second;
  if (speaker === expected) return [];
  return [
    {
      rule: "turn-order",
      severity: "error",
      path: `${path}.speaker`,
      message: `It is the ${expected}'s turn.`,
      remedy: `Let ${first} and ${second} take turns, the ${first} first.`,
    },
  ];
}
