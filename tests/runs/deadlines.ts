import * as z from "zod";
import { containedFacts } from "../../src/evals.ts";
import { defineVertical } from "../../src/verticals.ts";
import { limits, topics } from "../platform/topics.ts";

const deadlineSchema = z.object({ id: z.string(), topic: z.string(), limit: z.string(), asked: z.number() });
export type Deadline = z.infer<typeof deadlineSchema>;

/** A vertical that the tests' tiny base learns in seconds: which deadline a topic has. */
export const deadlines = defineVertical<Deadline>({
  name: "deadlines",
  description: "Deadlines of an insurer.",
  schema: deadlineSchema,
  id: ({ id }) => id,
  group: ({ id }) => id,
  stratum: ({ topic }) => topic,
  dialogues: (record) => [
    {
      messages: [
        ...question(record),
        { role: "assistant", content: `You must report ${record.topic} within ${record.limit}.` },
      ],
    },
  ],
  items: (record) => [
    { id: record.id, input: question(record), references: [record.limit], slices: { topic: record.topic } },
  ],
  scorers: [containedFacts()],
  primary: "contained-facts",
  sampling: { temperature: 0, maxCompletionTokens: 16 },
  hyperparameters: { n_epochs: 14, learning_rate_multiplier: 6 },
  split: { validation: 0.1, evaluation: 0.2 },
});

function question({ topic, asked }: Deadline) {
  return [
    { role: "system" as const, content: "You answer for an insurer." },
    { role: "user" as const, content: `When must I report ${topic}? (${asked})` },
  ];
}

/** @param first - the number of the first: other numbers are other records */
export function deadlineRecords(count: number, first = 0): Deadline[] {
  return Array.from({ length: count }, (_, index) => {
    const asked = first + index;
    const which = asked % topics.length;
    return {
      id: `deadline-${asked}`,
      topic: topics[which] ?? "",
      limit: limits[which % limits.length] ?? "",
      asked,
    };
  });
}
