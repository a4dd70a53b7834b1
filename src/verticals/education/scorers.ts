import * as z from "zod";
import { scored, unparsed } from "../../evals/scores.ts";
import type { Scorer } from "../../evals/suite.ts";
import { firstMentioned, mentions } from "../mentions.ts";
import { equations } from "./arithmetic.ts";
import { readingGrade } from "./reading-level.ts";
import { GRADES_ABOVE, withholdsAnswer } from "./record.ts";

const contextSchema = z.object({
  move: z.enum(["nudge", "hint", "praise", "solution"]),
  answer: z.string(),
  /** One of them has to be spoken of. */
  any: z.array(z.string()),
  /** All of them have to be said. */
  all: z.array(z.string()),
  /** The student's. */
  grade: z.number(),
});

/** What the scorers know about a tutor's turn; the `context` of an item. */
export type TutorContext = z.output<typeof contextSchema>;

const GIVEN_AWAY = "The answer is given away.";

/** Whether the tutor does what this moment asks for: the hint that fits, without the answer; or the answer, with its steps. */
export function tutoring(): Scorer {
  return {
    name: "tutoring",
    options: {},
    score({ text }, item) {
      if (text.trim() === "") return unparsed("The answer is empty.");
      const { move, answer, any, all } = contextSchema.parse(item.context);
      if (withholdsAnswer(move) && mentions(text, answer)) return scored(0, GIVEN_AWAY);
      if (any.length > 0 && firstMentioned(text, any) === undefined) return scored(0, `No fitting ${move}.`);
      const missing = all.find((part) => !mentions(text, part));
      return missing === undefined ? scored(1) : scored(0, `Not said: ${missing}`);
    },
  };
}

/** Whether the answer stays untold as long as it should. */
export function notGivenAway(): Scorer {
  return {
    name: "not-given-away",
    options: {},
    appliesTo: (item) => withholdsAnswer(contextSchema.parse(item.context).move),
    score({ text }, item) {
      if (text.trim() === "") return unparsed("The answer is empty.");
      const { answer } = contextSchema.parse(item.context);
      return mentions(text, answer) ? scored(0, GIVEN_AWAY) : scored(1);
    },
  };
}

/** Whether the steps that the tutor shows compute. */
export function stepsCompute(): Scorer {
  return {
    name: "steps-compute",
    options: {},
    appliesTo(item) {
      const { move, all } = contextSchema.parse(item.context);
      return move === "solution" && equations(all.join("; ")).length > 0;
    },
    score({ text }) {
      const found = equations(text);
      if (found.length === 0) return unparsed("The answer shows no step.");
      const broken = found.find(({ holds }) => !holds);
      return broken === undefined ? scored(1) : scored(0, `Doesn't compute: ${broken.text}`);
    },
  };
}

/** Whether the student can read it. */
export function readingLevel(): Scorer {
  return {
    name: "reading-level",
    options: { formula: "flesch-kincaid", gradesAbove: GRADES_ABOVE },
    score({ text }, item) {
      const grade = readingGrade(text);
      if (grade === undefined) return unparsed("The answer has no words.");
      const most = contextSchema.parse(item.context).grade + GRADES_ABOVE;
      return grade <= most ? scored(1) : scored(0, `Grade ${grade.toFixed(1)}; the most is ${most}.`);
    },
  };
}
