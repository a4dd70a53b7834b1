/** Composes examples/data/education.records.jsonl: students of two dozen names in lessons on twelve topics. */
import { capitalise, expand } from "../pretraining/grammar.ts";
import { createRandom, type Random } from "../pretraining/random.ts";
import {
  found,
  type Mistake,
  type Problem,
  pleas,
  praises,
  solutions,
  stuckAgain,
  type Topic,
  topics,
} from "./education-topics.ts";

const LESSONS_PER_TOPIC = 10;

/** Both usual mistakes of a topic are made in each of its lessons, by two students. */
export function educationRecords(seed = 4002): unknown[] {
  const random = createRandom(seed);
  const asked = new Set<string>();
  let students = 0;
  return topics.flatMap((topic) =>
    Array.from({ length: LESSONS_PER_TOPIC }, (_, index) => {
      const problem = newProblem(topic, asked, random);
      const lesson = `${topic.topic.replace(" ", "-")}-${index + 1}`;
      return problem.mistakes.map((mistake, at) => ({
        id: `${lesson}-${at === 0 ? "a" : "b"}`,
        lesson: {
          id: lesson,
          topic: topic.topic,
          goal: topic.goal,
          problem: problem.problem,
          answer: problem.answer,
          steps: problem.steps,
          first_step: topic.firstStep,
        },
        student: {
          id: `student-${String((students++ % 24) + 1).padStart(2, "0")}`,
          grade: random.integer(...topic.grades),
          mistake: { kind: mistake.kind, answer: mistake.answer, hint_words: mistake.hintWords },
        },
        dialogue: dialogueOf(topic, problem, mistake, random),
      }));
    }).flat(),
  );
}

/** A problem that no lesson has yet, and whose mistakes lead to other answers than the right one. */
function newProblem(topic: Topic, asked: Set<string>, random: Random): Problem {
  for (let tries = 0; tries < 200; tries++) {
    const problem = topic.make(random);
    if (asked.has(problem.answer + topic.topic)) continue;
    if (problem.mistakes.some(({ answer }) => answer === problem.answer)) continue;
    asked.add(problem.answer + topic.topic);
    return problem;
  }
  throw new RangeError(`No further problem for ${topic.topic}`);
}

function dialogueOf(topic: Topic, problem: Problem, mistake: Mistake, random: Random): unknown[] {
  const slots = { w: mistake.answer, a: problem.answer, s: problem.steps.join("; ") };
  const say = (patterns: readonly string[], upper = true) => {
    const text = expand(random.pick(patterns), random, slots);
    return upper ? capitalise(text) : text;
  };
  const student = (patterns: readonly string[], attempt?: string) => ({
    speaker: "student",
    text: say(patterns),
    ...(attempt === undefined ? {} : { attempt }),
  });
  const tutor = (move: string, patterns: readonly string[]) => ({
    speaker: "tutor",
    text: say(patterns, move !== "solution"),
    move,
  });

  const begin = random.chance(0.5) ? [student(pleas), tutor("nudge", topic.nudges)] : [];
  const tries = [student(mistake.told, mistake.answer), tutor("hint", mistake.hints)];
  const ending = random.chance(0.45)
    ? [student(found, problem.answer), tutor("praise", praises)]
    : random.chance(0.5)
      ? [student(stuckAgain, mistake.answer), tutor("solution", solutions)]
      : [];
  return [...begin, ...tries, ...ending];
}
