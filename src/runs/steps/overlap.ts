import type { EvalItem } from "../../evals/suite.ts";
import type { OverlapTest } from "./decontaminate.ts";

/** Says which training records repeat what models are asked. */
export function overlapTest(decontaminate: boolean): (items: readonly EvalItem[]) => OverlapTest {
  return (items) => {
    const asked = new Set(items.map(({ input }) => JSON.stringify(input.at(-1)?.content ?? "")));
    return ({ rows }) => {
      const texts = rows.flatMap((row) => ("messages" in row ? row.messages : row.input.messages));
      return decontaminate && texts.some(({ content }) => asked.has(JSON.stringify(content)))
        ? "drop"
        : "keep";
    };
  };
}
