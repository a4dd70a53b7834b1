import * as z from "zod";
import type { EvalItem, Score, Scorer } from "../evals/suite.ts";
import { equations } from "./arithmetic.ts";
import { firstMentioned, mentions } from "./mentions.ts";
import { readingGrade } from "./reading-level.ts";
import type { RecordProblem, Vertical } from "./vertical.ts";

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

/** What the scorers know about a turn; the `context` of an item. */
const turnContext = z.object({
  move: z.enum(["nudge", "hint", "praise", "solution"]),
  answer: z.string(),
  /** Any of them has to be spoken of. */
  any: z.array(z.string()),
  /** All of them have to be said. */
  all: z.array(z.string()),
  grade: z.number(),
});

/** How many grades a tutor's words may lie above the student's. */
const GRADES_ABOVE = 2;

/** Moves that must not have the answer in them. */
const withholds = (move: string) => move === "nudge" || move === "hint";

function messages({ lesson, student, dialogue }: EducationRecord) {
  const content = [
    `You tutor a student in grade ${student.grade}. ${lesson.goal}`,
    `Problem: ${lesson.problem}`,
    `For you only: ${lesson.steps.join("; ")}. Answer: ${lesson.answer}`,
    "Give hints. Tell the answer only when the student has it, or has tried twice.",
  ].join("\n");
  return [
    { role: "system" as const, content },
    ...dialogue.map((turn) => ({
      role: turn.speaker === "student" ? ("user" as const) : ("assistant" as const),
      content: turn.text,
    })),
  ];
}

function check({ lesson, student, dialogue }: EducationRecord): RecordProblem[] {
  const problems: RecordProblem[] = [];
  const report = (
    rule: string,
    severity: "error" | "warning",
    path: string,
    message: string,
    remedy: string,
  ) => problems.push({ rule, severity, path, message, remedy });
  const checkSteps = (words: string, path: string) => {
    for (const equation of equations(words)) {
      if (!equation.holds) {
        report(
          "step-miscomputes",
          "error",
          path,
          `"${equation.text}" doesn't compute.`,
          "Compute the step anew.",
        );
      }
    }
  };

  lesson.steps.forEach((step, index) => checkSteps(step, `$.lesson.steps[${index}]`));
  if (!mentions(lesson.steps.at(-1) ?? "", lesson.answer)) {
    report(
      "answer-not-reached",
      "error",
      "$.lesson.steps",
      "The last step doesn't have the answer.",
      "Add the step that leads to it, or correct `lesson.answer`.",
    );
  }
  if (student.mistake.answer === lesson.answer) {
    report(
      "mistake-is-right",
      "error",
      "$.student.mistake.answer",
      "The mistaken answer is the right one.",
      "Correct one of the two.",
    );
  }

  let attempts = 0;
  let solved = false;
  dialogue.forEach((turn, index) => {
    const path = `$.dialogue[${index}]`;
    const expected = index % 2 === 0 ? "student" : "tutor";
    if (turn.speaker !== expected) {
      report(
        "turn-order",
        "error",
        `${path}.speaker`,
        `It is the ${expected}'s turn.`,
        "Let student and tutor take turns, the student first.",
      );
    }
    if (turn.speaker === "student") {
      if (turn.attempt !== undefined) attempts++;
      solved ||= turn.attempt === lesson.answer;
      return;
    }
    checkSteps(turn.text, `${path}.text`);
    if (mentions(turn.text, lesson.answer) && (withholds(turn.move) || (!solved && attempts === 0))) {
      report(
        "answer-given-away",
        "error",
        `${path}.text`,
        "The tutor gives the answer away before the student has tried or has it.",
        "Ask for the next step instead.",
      );
    }
    if (turn.move === "praise" && !solved) {
      report(
        "praised-too-early",
        "error",
        `${path}.move`,
        "The tutor confirms what the student hasn't found.",
        "Hint at the mistake, or let the student find the answer first.",
      );
    }
    if (turn.move === "hint" && firstMentioned(turn.text, student.mistake.hint_words) === undefined) {
      report(
        "hint-misses-mistake",
        "error",
        `${path}.text`,
        `The hint doesn't speak of the mistake "${student.mistake.kind}".`,
        "Point at what went wrong, or add its words to `student.mistake.hint_words`.",
      );
    }
    if ((readingGrade(turn.text) ?? 0) > student.grade + GRADES_ABOVE) {
      report(
        "hard-to-read",
        "warning",
        `${path}.text`,
        `The words are more than ${GRADES_ABOVE} grades above the student's.`,
        "Use shorter words and sentences.",
      );
    }
  });
  if (dialogue.at(-1)?.speaker === "student") {
    report(
      "no-answer",
      "error",
      `$.dialogue[${dialogue.length - 1}]`,
      "The dialogue stops with the student.",
      "Add the tutor's answer, or drop the turn.",
    );
  }
  return problems;
}

function items(record: EducationRecord): EvalItem[] {
  const { lesson, student } = record;
  const all = messages(record);
  return record.dialogue.flatMap((turn, index) => {
    if (turn.speaker === "student") return [];
    const any = { nudge: lesson.first_step, hint: student.mistake.hint_words, praise: [], solution: [] }[
      turn.move
    ];
    const said = { nudge: [], hint: [], praise: [lesson.answer], solution: [...lesson.steps, lesson.answer] }[
      turn.move
    ];
    return [
      {
        id: `${record.id}/${index}`,
        input: all.slice(0, index + 1),
        references: any.length > 0 ? any : [lesson.answer],
        group: lesson.id,
        slices: {
          move: turn.move,
          topic: lesson.topic,
          ...(turn.move === "hint" ? { mistake: student.mistake.kind } : {}),
        },
        context: { move: turn.move, answer: lesson.answer, any, all: said, grade: student.grade },
      },
    ];
  });
}

const right: Score = { kind: "scored", value: 1 };
const wrong = (detail: string): Score => ({ kind: "scored", value: 0, detail });

/** Whether the tutor does what this moment asks for: the fitting hint without the answer, or the answer with its steps. */
const tutoring: Scorer = {
  name: "tutoring",
  options: {},
  score({ text: said }, item) {
    const { move, answer, any, all } = turnContext.parse(item.context);
    if (withholds(move) && mentions(said, answer)) return wrong("gives the answer away");
    if (any.length > 0 && firstMentioned(said, any) === undefined) return wrong(`no fitting ${move}`);
    const missing = all.find((part) => !mentions(said, part));
    return missing === undefined ? right : wrong(`missing: ${missing}`);
  },
};

/** Whether the answer stays untold as long as it should. */
const notGivenAway: Scorer = {
  name: "not-given-away",
  options: {},
  score({ text: said }, item) {
    const { move, answer } = turnContext.parse(item.context);
    return withholds(move) && mentions(said, answer) ? wrong("gives the answer away") : right;
  },
};

/** Whether the equations that the tutor writes compute. */
const stepsCompute: Scorer = {
  name: "steps-compute",
  options: {},
  score({ text: said }) {
    const found = equations(said);
    if (found.length === 0) return { kind: "unparsed", reason: "no equation" };
    const broken = found.find(({ holds }) => !holds);
    return broken === undefined ? right : wrong(broken.text);
  },
};

/** Whether the student can read it. */
const readingLevel: Scorer = {
  name: "reading-level",
  options: { formula: "flesch-kincaid", gradesAbove: GRADES_ABOVE },
  score({ text: said }, item) {
    const grade = readingGrade(said);
    if (grade === undefined) return { kind: "unparsed", reason: "no words" };
    const most = turnContext.parse(item.context).grade + GRADES_ABOVE;
    return grade <= most ? right : wrong(`grade ${grade.toFixed(1)}, at most ${most}`);
  },
};

/**
 * Tutoring: a student who asks for the answer is sent to the first step, one who made a mistake gets the hint that fits
 * it, one who has the answer is told so, and one who has tried in vain is shown the steps.
 *
 * The lesson's solution stands in the prompt, for the tutor alone. Splits keep a lesson together.
 *
 * @example
 * ```ts
 * import { education, educationRecordSchema } from "fermion/verticals";
 * import { readFileSync } from "node:fs";
 *
 * const lines = readFileSync("education.records.jsonl", "utf8").trim().split("\n");
 * const records = lines.map((line) => educationRecordSchema.parse(JSON.parse(line)));
 * const problems = records.flatMap((record) => education.check(record));
 * ```
 */
export const education: Vertical<EducationRecord> = {
  name: "education",
  description:
    "A tutor who hints at the mistake that a student made and keeps the answer until it was tried.",
  version: "1",
  schema: educationRecordSchema,
  id: (record) => record.id,
  group: (record) => record.lesson.id,
  stratum: (record) => record.student.mistake.kind,
  dialogues: (record) => [{ messages: messages(record) }],
  check,
  items,
  scorers: [tutoring, notGivenAway, stepsCompute, readingLevel],
  primary: "tutoring",
  sampling: { temperature: 0, maxCompletionTokens: 80 },
  hyperparameters: { n_epochs: 8, batch_size: 4 },
  split: { validation: 0.05, evaluation: 0.2 },
};
