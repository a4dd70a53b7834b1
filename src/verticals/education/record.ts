import * as z from "zod";

const text = z.string().trim().min(1);

const studentTurn = z.strictObject({
  speaker: z.literal("student"),
  text,
  /** What the student has come up with in this turn, right or wrong; absent where it hasn't tried. */
  attempt: text.optional(),
});

const tutorTurn = z.strictObject({
  speaker: z.literal("tutor"),
  text,
  /**
   * What the tutor does: sends a student who hasn't tried to the first step (`nudge`), points at the mistake (`hint`),
   * confirms the right answer (`praise`), or shows the steps to one who has tried in vain (`solution`).
   */
  move: z.enum(["nudge", "hint", "praise", "solution"]),
});

/** What {@link education} takes: a lesson, a student with a mistake, and how a tutor helped. */
export const educationRecordSchema = z.strictObject({
  id: text,
  lesson: z.strictObject({
    id: text,
    topic: text,
    goal: text,
    problem: text,
    answer: text,
    /** How it is solved, a step each; what has an equals sign has to compute. The last one has the answer. */
    steps: z.array(text).min(1),
    /** What a nudge to the first step speaks of; one of them is enough. */
    first_step: z.array(text).min(1),
  }),
  student: z.strictObject({
    id: text,
    /** The school grade, 1–12. */
    grade: z.int().min(1).max(12),
    mistake: z.strictObject({
      /** Such as `forgot-carry`. */
      kind: text,
      answer: text,
      /** What a hint at this mistake speaks of; one of them is enough. */
      hint_words: z.array(text).min(1),
    }),
  }),
  dialogue: z.array(z.discriminatedUnion("speaker", [studentTurn, tutorTurn])).min(2),
});

/** A lesson, a student with a mistake, and how a tutor helped. */
export type EducationRecord = z.output<typeof educationRecordSchema>;

/** What a tutor does in a turn. */
export type TutorMove = z.output<typeof tutorTurn>["move"];

/** Whether a move must not have the answer in it. */
export function withholdsAnswer(move: TutorMove): boolean {
  return move === "nudge" || move === "hint";
}

/** How many grades a tutor's words may lie above the student's. */
export const GRADES_ABOVE = 2;
