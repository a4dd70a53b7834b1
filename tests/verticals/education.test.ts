import { describe, expect, test } from "vitest";
import { equations } from "../../src/verticals/education/arithmetic.ts";
import { readingGrade } from "../../src/verticals/education/reading-level.ts";
import { type EducationRecord, education, recordDialogues, recordSuite } from "../../src/verticals.ts";
import { scoresOf } from "./score-text.ts";

type Line = EducationRecord["dialogue"][number];

const student = (text: string, attempt?: string): Line => ({
  speaker: "student",
  text,
  ...(attempt === undefined ? {} : { attempt }),
});
const tutor = (move: "nudge" | "hint" | "praise" | "solution", text: string): Line => ({
  speaker: "tutor",
  text,
  move,
});

/** A sound record, with another dialogue where one is given. */
function lesson(...dialogue: Line[]): EducationRecord {
  return {
    id: "adding-1-a",
    lesson: {
      id: "adding-1",
      topic: "adding",
      goal: "Tens and ones.",
      problem: "45 beads and 28 beads. How many?",
      answer: "73",
      steps: ["5 + 8 = 13", "40 + 20 = 60", "60 + 13 = 73"],
      first_step: ["ones"],
    },
    student: {
      id: "student-1",
      grade: 3,
      mistake: { kind: "forgot-carry", answer: "63", hint_words: ["carry", "extra ten"] },
    },
    dialogue:
      dialogue.length > 0
        ? dialogue
        : [
            student("What is it?"),
            tutor("nudge", "Add the ones first."),
            student("63!", "63"),
            tutor("hint", "Did you carry the ten?"),
            student("It is 73.", "73"),
            tutor("praise", "Yes, 73!"),
          ],
  };
}

const rules = (record: EducationRecord) => education.check(record).map(({ rule, path }) => `${rule} ${path}`);
const shown = "5 + 8 = 13; 40 + 20 = 60; 60 + 13 = 73";

describe("the check of lessons", () => {
  test("has nothing against a sound one, nor against a solution after a try", () => {
    expect(rules(lesson())).toEqual([]);
    const helped = [student("63?", "63"), tutor("solution", `Look: ${shown}. The answer is 73.`)];
    expect(rules(lesson(...helped))).toEqual([]);
  });

  test.each<[string, EducationRecord, string[]]>([
    [
      "a hint that gives the answer away",
      lesson(student("63?", "63"), tutor("hint", "Carry the ten, so it is 73.")),
      ["answer-given-away $.dialogue[1].text"],
    ],
    [
      "an answer before any try",
      lesson(student("What is it?"), tutor("solution", `${shown}, so 73.`)),
      ["answer-given-away $.dialogue[1].text"],
    ],
    [
      "a hint beside the mistake",
      lesson(student("63?", "63"), tutor("hint", "Draw a picture.")),
      ["hint-misses-mistake $.dialogue[1].text"],
    ],
    [
      "praise for a wrong answer",
      lesson(student("63!", "63"), tutor("praise", "Well done!")),
      ["praised-too-early $.dialogue[1].move"],
    ],
    [
      "a step that doesn't compute",
      lesson(student("63?", "63"), tutor("solution", "5 + 8 = 14; 60 + 13 = 73. So 73.")),
      ["step-miscomputes $.dialogue[1].text"],
    ],
    [
      "words that are too hard",
      lesson(student("63?", "63"), tutor("hint", "Reconsider the additional carry operation carefully.")),
      ["hard-to-read $.dialogue[1].text"],
    ],
    [
      "a question that nobody answers",
      lesson(student("63?", "63"), tutor("hint", "Carry it."), student("How?")),
      ["no-answer $.dialogue[2]"],
    ],
    [
      "a tutor who begins",
      lesson(tutor("nudge", "Add the ones."), student("How?")),
      ["turn-order $.dialogue[0].speaker", "turn-order $.dialogue[1].speaker", "no-answer $.dialogue[1]"],
    ],
  ])("finds %s", (_, record, expected) => {
    expect(rules(record)).toEqual(expected);
  });

  test("finds steps that don't reach the answer, and a mistake that is right", () => {
    const record = lesson();
    const steps = ["5 + 8 = 13", "60 + 13 = 74"];
    const mistake = { ...record.student.mistake, answer: "73" };
    expect(
      rules({
        ...record,
        lesson: { ...record.lesson, steps },
        student: { ...record.student, mistake },
      }),
    ).toEqual([
      "step-miscomputes $.lesson.steps[1]",
      "answer-not-reached $.lesson.steps",
      "mistake-is-right $.student.mistake.answer",
    ]);
  });

  test("takes the answer within another number for no answer", () => {
    expect(rules(lesson(student("63?", "63"), tutor("hint", "Carry, or 173 would come out.")))).toEqual([]);
  });
});

test("the tutor alone is told the solution, and never the mistake", () => {
  const [dialogue] = recordDialogues(education, { row: lesson(), id: "adding-1-a" });
  const [system] = dialogue?.row.messages ?? [];
  expect(system?.content).toContain("60 + 13 = 73");
  expect(system?.content).not.toContain("carry");
});

describe("a tutor's turn", () => {
  const solved = lesson(
    student("What is it?"),
    tutor("nudge", "Add the ones first."),
    student("63!", "63"),
    tutor("hint", "Did you carry the ten?"),
    student("Show me.", "63"),
    tutor("solution", `${shown}. It is 73.`),
  );
  const items = [
    ...recordSuite(education, [{ row: solved, id: "adding-1-a" }]).items,
    ...recordSuite(education, [{ row: { ...lesson(), id: "adding-1-b" }, id: "adding-1-b" }]).items.slice(2),
  ];
  const item = (move: string) => items.find(({ slices }) => slices?.move === move);
  const none = "not asked";

  test.each([
    ["nudge", "is right", "Begin with the ones.", [1, 1, none, 1]],
    ["nudge", "goes elsewhere", "Draw a picture.", [0, 1, none, 1]],
    ["nudge", "tells the answer", "The ones are 13, so 73.", [0, 0, none, 1]],
    ["hint", "is right", "You have an extra ten.", [1, 1, none, 1]],
    ["hint", "has the word within another", "Carrying is hard.", [0, 1, none, 1]],
    ["hint", "names the wrong answer", "63 has no carry in it.", [1, 1, none, 1]],
    [
      "hint",
      "can't be read by a child",
      "Unfortunately, carry incorporates additional magnitude.",
      [1, 1, none, 0],
    ],
    ["praise", "is right", "Yes, 73!", [1, none, none, 1]],
    ["praise", "praises another number", "Yes, 63!", [0, none, none, 1]],
    ["solution", "is right", `Look: ${shown}. So 73.`, [1, none, 1, 1]],
    ["solution", "leaves a step out", "Look: 5 + 8 = 13; 60 + 13 = 73. So 73.", [0, none, 1, 1]],
    ["solution", "doesn't compute", `${shown}. So 73, since 70 + 4 = 73.`, [1, none, 0, 1]],
    ["solution", "shows no step", "It is 73.", [0, none, "unparsed", 1]],
    ["hint", "is empty", " ", ["unparsed", "unparsed", none, "unparsed"]],
    ["praise", "has no words", "73", [1, none, none, "unparsed"]],
  ])("of the kind %s that %s is judged by each scorer", async (move, _, text, expected) => {
    expect(await scoresOf(education, item(move), text)).toEqual({
      tutoring: expected[0],
      "not-given-away": expected[1],
      "steps-compute": expected[2],
      "reading-level": expected[3],
    });
  });
});

describe("equations in a text", () => {
  test.each<[string, [string, boolean][]]>([
    [
      "5 + 8 = 13; 60 + 13 = 74",
      [
        ["5 + 8 = 13", true],
        ["60 + 13 = 74", false],
      ],
    ],
    ["1/5 + 2/5 = 3/5", [["1/5 + 2/5 = 3/5", true]]],
    ["2 * (3 + 4) = 14", [["2 * (3 + 4) = 14", true]]],
    [
      "6 × 7 = 42, 42 ÷ 6 = 7, 9 − 4 = 5",
      [
        ["6 × 7 = 42", true],
        ["42 ÷ 6 = 7", true],
        ["9 − 4 = 5", true],
      ],
    ],
    ["0.1 + 0.2 = 0.3", [["0.1 + 0.2 = 0.3", true]]],
    ["3 + 4 = 7 = 8", [["3 + 4 = 7 = 8", false]]],
    ["5 / 0 = 0", [["5 / 0 = 0", false]]],
    ["area = length times width", []],
    ["three and four is seven", []],
  ])("%s", (text, expected) => {
    expect(equations(text).map(({ text: found, holds }) => [found, holds])).toEqual(expected);
  });
});

test("longer words and sentences ask for a higher grade, and figures for none", () => {
  const easy = readingGrade("Add the ones. Then add the tens.");
  const hard = readingGrade("Subsequently, incorporate the additional quantities into the calculation.");
  expect(easy).toBeLessThan(3);
  expect(hard).toBeGreaterThan(10);
  expect(readingGrade("5 + 8 = 13")).toBeUndefined();
});
