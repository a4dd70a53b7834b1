import { checkCompanionRecord } from "./companion/check.ts";
import { type CompanionRecord, companionRecordSchema, knownBefore, outdatedAt } from "./companion/record.ts";
import { inPersona, noMixUp, type RecallContext, remembers } from "./companion/scorers.ts";
import { defineVertical } from "./define-vertical.ts";

/**
 * A companion over many dialogues: it recalls what the person has told, in its own manner, and knows what has changed
 * since.
 *
 * What was told in earlier dialogues and still holds stands in the prompt; what is told in this one doesn't. All replies are
 * learned. Records are split by person. A model is judged by `remembers`, on replies that have something to recall:
 * whether they do, without mixing it up; by `no-mix-up` and `in-persona`.
 *
 * @example
 * ```ts
 * import { companion, companionRecordSchema } from "fermion/verticals";
 * import { readFileSync } from "node:fs";
 *
 * const lines = readFileSync("companion.records.jsonl", "utf8").trim().split("\n");
 * const problems = lines.flatMap((line) => companion.check(companionRecordSchema.parse(JSON.parse(line))));
 * ```
 */
export const companion = defineVertical<CompanionRecord>({
  name: "companion",
  description: "A companion that recalls what a person has told it, and stays who it is.",
  version: "1",
  schema: companionRecordSchema,
  id: ({ id }) => id,
  group: ({ person }) => person.id,
  stratum: ({ persona }) => persona.name,
  check: checkCompanionRecord,
  dialogues: (record) => [{ messages: messages(record) }],
  items(record) {
    const { id, persona, person, memories, dialogue } = record;
    const all = messages(record);
    return dialogue.flatMap((line, index) => {
      // Small talk has no right answer that could be told without a judge.
      if (line.speaker === "person" || line.recalls.length === 0) return [];
      const [recalled, others] = [true, false].map((is) =>
        memories.filter((memory) => line.recalls.includes(memory.id) === is),
      );
      const values = (some: typeof memories = []) => some.map((memory) => memory.value);
      const context = {
        recalled: values(recalled),
        confused: [...new Set([...values(others), ...values(outdatedAt(record, index))])],
      } satisfies RecallContext;
      const told = recalled?.some((memory) => memory.session === record.session) ?? false;
      return [
        {
          id: `${id}/${index}`,
          input: all.slice(0, index + 1),
          references: [line.text],
          group: person.id,
          slices: {
            about: recalled?.[0]?.about ?? "nothing",
            told: told ? "in this dialogue" : "earlier",
            persona: persona.name,
          },
          context,
        },
      ];
    });
  },
  scorers: [remembers(), noMixUp(), inPersona()],
  primary: "remembers",
  sampling: { temperature: 0, maxCompletionTokens: 50 },
  hyperparameters: { n_epochs: 8, batch_size: 1 },
  split: { validation: 0.05, evaluation: 0.2 },
});

/** The persona with what it remembers, and then the dialogue: a message for each of its lines. */
function messages(record: CompanionRecord) {
  const { persona, person, dialogue } = record;
  const remembered = knownBefore(record).map((memory) => memory.text);
  const content = [
    `You are ${persona.name}, ${person.name}'s companion: ${persona.manner}.`,
    ...(remembered.length > 0 ? [`You remember: ${remembered.join(" ")}`] : []),
  ].join("\n");
  return [
    { role: "system" as const, content },
    ...dialogue.map((line) => ({
      role: line.speaker === "person" ? ("user" as const) : ("assistant" as const),
      content: line.text,
    })),
  ];
}
