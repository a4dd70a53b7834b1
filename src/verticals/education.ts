import { defineVertical } from "./define-vertical.ts";
import { checkEducationRecord } from "./education/check.ts";
import { type EducationRecord, educationRecordSchema } from "./education/record.ts";
import {
  notGivenAway,
  readingLevel,
  stepsCompute,
  type TutorContext,
  tutoring,
} from "./education/scorers.ts";

/**
 * Tutoring: a student who hasn't tried is sent to the first step, one who made a mistake gets the hint that fits it, one who
 * has the answer is told so, and one who has tried in vain is shown the steps.
 *
 * The solution stands in the prompt, for the tutor alone; the mistake doesn't, it has to be told from what the student
 * says. Records are split by lesson. A model is judged by `tutoring`, whether it does what the moment asks for, and by
 * `not-given-away`, `steps-compute` and `reading-level`.
 *
 * @example
 * ```ts
 * import { education, educationRecordSchema } from "fermion/verticals";
 * import { readFileSync } from "node:fs";
 *
 * const lines = readFileSync("education.records.jsonl", "utf8").trim().split("\n");
 * const problems = lines.flatMap((line) => education.check(educationRecordSchema.parse(JSON.parse(line))));
 * ```
 */
export const education = defineVertical<EducationRecord>({
  name: "education",
  description:
    "A tutor who hints at the mistake that a student made, and keeps the answer until it was tried.",
  version: "1",
  schema: educationRecordSchema,
  id: ({ id }) => id,
  group: ({ lesson }) => lesson.id,
  stratum: ({ student }) => student.mistake.kind,
  check: checkEducationRecord,
  dialogues: (record) => [{ messages: messages(record) }],
  items(record) {
    const { id, lesson, student, dialogue } = record;
    const all = messages(record);
    return dialogue.flatMap((line, index) => {
      if (line.speaker === "student") return [];
      const context = {
        move: line.move,
        answer: lesson.answer,
        any:
          line.move === "nudge" ? lesson.first_step : line.move === "hint" ? student.mistake.hint_words : [],
        all:
          line.move === "praise"
            ? [lesson.answer]
            : line.move === "solution"
              ? [...lesson.steps, lesson.answer]
              : [],
        grade: student.grade,
      } satisfies TutorContext;
      return [
        {
          id: `${id}/${index}`,
          input: all.slice(0, index + 1),
          references: [line.text],
          group: lesson.id,
          slices: {
            move: line.move,
            topic: lesson.topic,
            ...(line.move === "hint" ? { mistake: student.mistake.kind } : {}),
          },
          context,
        },
      ];
    });
  },
  scorers: [tutoring(), notGivenAway(), stepsCompute(), readingLevel()],
  primary: "tutoring",
  sampling: { temperature: 0, maxCompletionTokens: 80 },
  hyperparameters: { n_epochs: 8, batch_size: 4 },
  split: { validation: 0.05, evaluation: 0.2 },
});

/** The lesson, and then the dialogue: a message for each of its lines. */
function messages({ lesson, student, dialogue }: EducationRecord) {
  const content = [
    `You tutor grade ${student.grade}: ${lesson.topic}. Hint first, tell the answer late.`,
    `Problem: ${lesson.problem}`,
    `For you only: ${lesson.steps.join("; ")}`,
    `Begin with: ${lesson.first_step.join(", ")}`,
  ].join("\n");
  return [
    { role: "system" as const, content },
    ...dialogue.map((line) => ({
      role: line.speaker === "student" ? ("user" as const) : ("assistant" as const),
      content: line.text,
    })),
  ];
}
