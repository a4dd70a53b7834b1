import { firstMentioned, mentions } from "../mentions.ts";
import { outOfTurn } from "../turn-order.ts";
import type { RecordProblem } from "../vertical.ts";
import { equations } from "./arithmetic.ts";
import { readingGrade } from "./reading-level.ts";
import { type EducationRecord, GRADES_ABOVE, withholdsAnswer } from "./record.ts";

/** What is wrong with a lesson: steps that don't compute, an answer given away, a hint beside the mistake. */
export function checkEducationRecord({ lesson, student, dialogue }: EducationRecord): RecordProblem[] {
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

  lesson.steps.forEach((step, index) => {
    checkSteps(step, `$.lesson.steps[${index}]`);
  });
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
    problems.push(...outOfTurn(turn.speaker, index, ["student", "tutor"], path));
    if (turn.speaker === "student") {
      if (turn.attempt !== undefined) attempts++;
      solved ||= turn.attempt === lesson.answer;
      return;
    }
    checkSteps(turn.text, `${path}.text`);
    if (mentions(turn.text, lesson.answer) && (withholdsAnswer(turn.move) || (!solved && attempts === 0))) {
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
