import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

interface Message {
  readonly role: string;
  readonly content: string;
}
interface Dialogue {
  readonly messages: readonly Message[];
}
interface Fact {
  readonly id: string;
  readonly event: string;
  readonly aspect: string;
  readonly statement: string;
  readonly answer: readonly string[];
  readonly rows: readonly number[];
}
interface FactBook {
  readonly insurer: string;
  readonly facts: readonly Fact[];
  readonly outOfScopeRows: readonly number[];
}
interface Question {
  readonly id: string;
  readonly fact: string;
  readonly set: string;
  readonly question: string;
  readonly answer: readonly string[];
}

const folder = new URL("../../examples/data/", import.meta.url);
const text = (name: string): string => readFileSync(new URL(name, folder), "utf8");
const jsonLines = <T>(name: string): T[] =>
  text(name)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as T);

const book = JSON.parse(text("claims.facts.json")) as FactBook;
const facts = book.facts;
const training = jsonLines<Dialogue>("claims.train.jsonl");
const validation = jsonLines<Dialogue>("claims.validation.jsonl");
const questions = jsonLines<Question>("claims.questions.jsonl");
const heldOut = questions.filter((question) => question.set === "held-out");
const hard = questions.filter((question) => question.set === "hard");

/** Lower case, no apostrophes, anything else that is no letter or digit is a space. */
const words = (content: string): string[] =>
  content
    .toLowerCase()
    .replace(/['’]/g, "")
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
const normalized = (content: string): string => words(content).join(" ");
const runs = (content: string, length: number): Set<string> => {
  const all = words(content);
  const found = new Set<string>();
  for (let at = 0; at + length <= all.length; at++) found.add(all.slice(at, at + length).join(" "));
  return found;
};
const contains = (content: string, value: string): boolean =>
  ` ${normalized(content)} `.includes(` ${normalized(value)} `);

const turns = (row: Dialogue, role: string): string[] =>
  row.messages.filter((message) => message.role === role).map((message) => message.content);
const replies = (row: Dialogue): string => turns(row, "assistant").join(" ");
const factById = (id: string): Fact => {
  const fact = facts.find((candidate) => candidate.id === id);
  if (fact === undefined) throw new Error(`no fact is called ${id}`);
  return fact;
};
const rowsOf = (fact: Fact): Dialogue[] =>
  fact.rows.map((line) => {
    const row = training[line - 1];
    if (row === undefined) throw new Error(`${fact.id} names line ${line}, which the training file lacks`);
    return row;
  });
const known = new Set(training.flatMap((row) => row.messages.flatMap((message) => words(message.content))));
const lettersOnly = (content: string): string[] => words(content).filter((word) => word.length >= 3);

describe("the claims data set", () => {
  it("is large enough: facts, dialogues, several turns, questions", () => {
    expect(facts.length).toBeGreaterThanOrEqual(60);
    expect(training.length).toBeGreaterThanOrEqual(400);
    expect(training.filter((row) => turns(row, "user").length > 1).length).toBeGreaterThanOrEqual(50);
    expect(validation.length).toBe(30);
    expect(heldOut.length).toBe(60);
    expect(hard.length).toBe(20);
    expect(heldOut.length + hard.length).toBe(questions.length);
  });

  it("is short, since every byte is trained on: 110 kB, 25 words a turn", () => {
    expect(Buffer.byteLength(text("claims.train.jsonl"))).toBeLessThan(110_000);
    for (const row of [...training, ...validation]) {
      for (const message of row.messages) {
        expect(message.content.split(/\s+/).length, message.content).toBeLessThanOrEqual(25);
      }
    }
  });

  it("is clean text: line feeds only, no stray spaces, no byte order mark", () => {
    for (const name of [
      "claims.train.jsonl",
      "claims.validation.jsonl",
      "claims.questions.jsonl",
      "claims.facts.json",
    ]) {
      const content = text(name);
      expect(content.endsWith("\n"), name).toBe(true);
      expect(content, name).not.toMatch(/\r|\uFEFF|\uFFFD/);
    }
    for (const row of [...training, ...validation]) {
      for (const { content } of row.messages) {
        expect(content, content).toBe(content.trim());
        expect(content, content).not.toMatch(/ {2}|\t|\n/);
      }
    }
  });

  it("has only valid rows: an optional system message, then user and assistant in turn", () => {
    for (const row of [...training, ...validation]) {
      expect(Object.keys(row)).toEqual(["messages"]);
      const roles = row.messages.map((message) => {
        expect(Object.keys(message)).toEqual(["role", "content"]);
        expect(message.content).not.toBe("");
        return message.role;
      });
      expect(roles.join(" ")).toMatch(/^(system )?user assistant( user assistant)*$/);
    }
  });

  it("has no user turn twice, in training, validation and questions together", () => {
    const asked = [
      ...[...training, ...validation].flatMap((row) => turns(row, "user")),
      ...questions.map((question) => question.question),
    ].map(normalized);
    const repeated = asked.filter((question, at) => asked.indexOf(question) !== at);
    expect(repeated).toEqual([]);
  });

  it("has no filler: a run of seven words comes back in few rows, in questions and in answers", () => {
    for (const [role, most] of [
      ["user", 10],
      ["assistant", 8],
    ] as const) {
      const count = new Map<string, number>();
      for (const row of training) {
        const inRow = new Set(turns(row, role).flatMap((content) => [...runs(content, 7)]));
        for (const run of inRow) count.set(run, (count.get(run) ?? 0) + 1);
      }
      const often = [...count].filter(([, rows]) => rows > most);
      expect(often, `${role} turns`).toEqual([]);
    }
  });
});

/** Small words, and those that name an event ("stolen", "crowns"): what is left of a question is its frame. */
const small = new Set(
  "a an the my our i with is are was on to of if in for when after about it has have and because had".split(
    " ",
  ),
);
const eventStems = facts.flatMap((fact) => words(fact.event)).map((word) => word.slice(0, 4));
const frame = (question: string): string =>
  words(question)
    .filter((word) => !small.has(word) && !eventStems.some((stem) => word.startsWith(stem)))
    .join(" ");

describe("the wordings of the claims questions", () => {
  it("are no template with another event put in: few share what is left without the event", () => {
    const frames = new Map<string, string[]>();
    for (const question of training.flatMap((row) => turns(row, "user"))) {
      frames.set(frame(question), [...(frames.get(frame(question)) ?? []), question]);
    }
    expect([...frames.values()].filter((group) => group.length > 4)).toEqual([]);
  });
});

describe("the claims facts", () => {
  it("have ids of their own and one event and aspect each", () => {
    expect(new Set(facts.map((fact) => fact.id)).size).toBe(facts.length);
    expect(new Set(facts.map((fact) => `${fact.event}/${fact.aspect}`)).size).toBe(facts.length);
  });

  it("have short, distinctive answers: none is a part of another's, none is a yes or no", () => {
    for (const fact of facts) {
      for (const value of fact.answer) {
        expect(value.split(" ").length, value).toBeLessThanOrEqual(4);
        expect(["yes", "no"]).not.toContain(normalized(value));
        for (const other of facts) {
          if (other === fact) continue;
          const clash = other.answer.filter((theirs) => theirs.toLowerCase().includes(value.toLowerCase()));
          expect(clash, `${fact.id} and ${other.id}`).toEqual([]);
        }
      }
    }
  });

  it("state their answer in their sentence", () => {
    for (const fact of facts) expect(contains(fact.statement, fact.answer[0] ?? "?"), fact.id).toBe(true);
  });

  it("list their rows rightly and completely", () => {
    for (const fact of facts) {
      const value = fact.answer[0] ?? "?";
      const holding = training.flatMap((row, at) => (contains(replies(row), value) ? [at + 1] : []));
      expect(fact.rows, fact.id).toEqual(holding);
    }
  });

  it("leave no row unaccounted for: each is about a fact or out of scope", () => {
    const about = new Set(facts.flatMap((fact) => fact.rows));
    const unlisted = training.map((_, at) => at + 1).filter((line) => !about.has(line));
    expect(unlisted).toEqual(book.outOfScopeRows);
    expect(book.outOfScopeRows.length).toBeGreaterThanOrEqual(20);
  });

  it("are each worded in at least six training rows", () => {
    for (const fact of facts) expect(fact.rows.length, fact.id).toBeGreaterThanOrEqual(6);
  });

  it("send whoever asks out of scope to a colleague", () => {
    for (const line of book.outOfScopeRows) {
      const row = training[line - 1];
      expect(row === undefined ? "" : replies(row), `line ${line}`).toMatch(/colleague/);
    }
  });

  it("of validation are facts of training", () => {
    for (const row of validation) {
      const about = facts.filter((fact) => contains(replies(row), fact.answer[0] ?? "?"));
      expect(about.length, replies(row)).toBeGreaterThanOrEqual(1);
    }
  });
});

describe("the questions", () => {
  it("have ids of their own and take their answers from the facts, and none gives its answer away", () => {
    expect(new Set(questions.map((question) => question.id)).size).toBe(questions.length);
    for (const question of questions) {
      expect(question.answer, question.id).toEqual(factById(question.fact).answer);
      for (const value of question.answer)
        expect(contains(question.question, value), question.id).toBe(false);
    }
  });

  it("held out ask for one fact each", () => {
    expect(new Set(heldOut.map((question) => question.fact)).size).toBe(heldOut.length);
  });

  it("share no run of six words with a row about the same fact", () => {
    for (const question of questions) {
      const asked = runs(question.question, 6);
      for (const row of rowsOf(factById(question.fact))) {
        for (const message of row.messages) {
          const shared = [...runs(message.content, 6)].filter((run) => asked.has(run));
          expect(shared, `${question.id} and "${message.content}"`).toEqual([]);
        }
      }
    }
  });

  it("held out use only words of the training file", () => {
    for (const { id, question } of heldOut) {
      expect(
        words(question).filter((word) => !known.has(word)),
        id,
      ).toEqual([]);
    }
  });

  it("held out ask in a way that rows on the same aspect of at least three other events use", () => {
    for (const question of heldOut) {
      const fact = factById(question.fact);
      const others = facts.filter((other) => other.aspect === fact.aspect && other.event !== fact.event);
      const support = [...runs(question.question, 3)].map(
        (run) =>
          others.filter((other) =>
            rowsOf(other).some((row) => turns(row, "user").some((content) => contains(content, run))),
          ).length,
      );
      expect(Math.max(...support), question.question).toBeGreaterThanOrEqual(3);
    }
  });

  it("that are hard have at least two words that no row has", () => {
    for (const { id, question } of hard) {
      const strange = lettersOnly(question).filter((word) => !known.has(word));
      expect(strange.length, id).toBeGreaterThanOrEqual(2);
    }
  });
});
