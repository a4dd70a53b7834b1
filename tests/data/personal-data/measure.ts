import type { RuleHit } from "../../../src/data/texts/text-rules.ts";
import type { Snippet } from "./snippets.ts";

/** What was found, of what there was to find. */
export interface Counts {
  /** Marked, and found by the same rule at a place that covers it (a space or quote more or less doesn't count). */
  found: number;
  /** Marked, and not found. */
  missed: number;
  /** Found, and not marked. */
  wrong: number;
}

export interface Measured {
  readonly byRule: ReadonlyMap<string, Counts>;
  readonly overall: Counts;
  /** Which snippets have something missed or wrong, without their values. */
  readonly faults: readonly {
    readonly id: number;
    readonly rule: string;
    readonly fault: "missed" | "wrong";
  }[];
}

/** @param scan - the rules; the matches must have a rule, a start and an end */
export function measure(
  snippets: readonly Snippet[],
  scan: (text: string) => readonly Pick<RuleHit | Span, "rule" | "start" | "end">[],
): Measured {
  const byRule = new Map<string, Counts>();
  const overall: Counts = { found: 0, missed: 0, wrong: 0 };
  const faults: { id: number; rule: string; fault: "missed" | "wrong" }[] = [];
  const count = (rule: string, what: keyof Counts) => {
    const counts = byRule.get(rule) ?? { found: 0, missed: 0, wrong: 0 };
    counts[what]++;
    byRule.set(rule, counts);
    overall[what]++;
  };
  for (const { id, text, spans } of snippets) {
    const matches = [...scan(text)];
    for (const span of spans) {
      const index = matches.findIndex((match) => match.rule === span.rule && isSamePlace(text, match, span));
      if (index >= 0) matches.splice(index, 1);
      else faults.push({ id, rule: span.rule, fault: "missed" });
      count(span.rule, index >= 0 ? "found" : "missed");
    }
    for (const match of matches) {
      count(match.rule, "wrong");
      faults.push({ id, rule: match.rule, fault: "wrong" });
    }
  }
  return { byRule, overall, faults };
}

interface Span {
  readonly rule: string;
  readonly start: number;
  readonly end: number;
}

/** The letters and digits of a value have to be the same; a prompt injection has no sharp end. */
function isSamePlace(text: string, match: Omit<Span, "rule">, span: Span): boolean {
  if (span.rule === "prompt-injection") return match.start < span.end && match.end > span.start;
  const bare = (place: Omit<Span, "rule">) =>
    text.slice(place.start, place.end).replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
  return match.start < span.end && match.end > span.start && bare(match) === bare(span);
}

/** Of what was found, the share that is right. */
export const precision = ({ found, wrong }: Counts): number =>
  found + wrong === 0 ? 1 : found / (found + wrong);

/** Of what there was to find, the share that was found. */
export const recall = ({ found, missed }: Counts): number =>
  found + missed === 0 ? 1 : found / (found + missed);
