import * as z from "zod";
import { supervisedHyperparametersSchema } from "../contract/hyperparameters.ts";
import type { Scorer } from "../evals/suite.ts";
import { VerticalError } from "./errors.ts";
import type { RecordProblem, Vertical } from "./vertical.ts";

/** What {@link defineVertical} takes: a vertical, of which some fields have defaults. */
export interface VerticalDefinition<R>
  extends Omit<Vertical<R>, "version" | "check" | "sampling" | "hyperparameters" | "split"> {
  /** @default "1" */
  readonly version?: string;
  /** What is wrong with a record besides its shape. Left out, nothing is. */
  check?(record: R): readonly RecordProblem[];
  /** @default { temperature: 0, maxCompletionTokens: 256 } */
  readonly sampling?: Vertical["sampling"];
  /**
   * All that is left out is chosen by the platform.
   *
   * @default {}
   */
  readonly hyperparameters?: Vertical["hyperparameters"];
  /** @default { validation: 0.1, evaluation: 0.2 } */
  readonly split?: Vertical["split"];
}

const name = z.string().regex(/^[a-z][a-z0-9-]*$/, {
  error: 'must be lower-case letters, digits and hyphens, such as "claims-desk"',
});
const text = z.string().min(1, { error: "must say something" });
const method = z.custom((value) => typeof value === "function", { error: "must be a function" });
const share = z
  .number()
  .min(0)
  .lt(1, { error: "is a share of the groups, from 0 to below 1: 0.2 is a fifth" });

const scorer = z.object({ name: text, options: z.unknown(), score: method });

/** What a definition has to be, whatever its records are. */
const definitionSchema = z.strictObject({
  name,
  description: text,
  version: text,
  schema: z.custom((value) => typeof value === "object" && value !== null && "_zod" in value, {
    error: "must be a schema made with zod 4, such as z.object({ … })",
  }),
  id: method,
  group: method,
  stratum: method.optional(),
  dialogues: method,
  check: method,
  items: method,
  scorers: z.array(scorer).min(1, { error: "needs a scorer, or no model can be judged" }),
  primary: text,
  sampling: z.strictObject({
    temperature: z.number().min(0).max(2),
    maxCompletionTokens: z.int().min(1),
  }),
  hyperparameters: z.custom((value) => supervisedHyperparametersSchema.safeParse(value).success, {
    error:
      "can have n_epochs (1–50), batch_size (1–256), learning_rate_multiplier (above 0) and max_steps (1 or more)",
  }),
  split: z.strictObject({ validation: share, evaluation: share }),
});

/**
 * Makes a vertical of one's own: how the records of a business become a model, and how that model is judged. What is
 * given is checked and frozen; the type of a record follows from `schema`.
 *
 * ```ts
 * import { containedFacts } from "fermion/evals";
 * import { defineVertical } from "fermion/verticals";
 * import * as z from "zod";
 *
 * const facts = defineVertical({
 *   name: "front-desk",
 *   description: "Answers of a hotel's front desk.",
 *   schema: z.object({ id: z.string(), topic: z.string(), question: z.string(), answer: z.string() }),
 *   id: (record) => record.id,
 *   group: (record) => record.topic,
 *   dialogues: ({ question, answer }) => [
 *     { messages: [{ role: "user", content: question }, { role: "assistant", content: answer }] },
 *   ],
 *   items: ({ id, topic, question, answer }) => [
 *     { id, input: [{ role: "user", content: question }], references: [answer], group: topic },
 *   ],
 *   scorers: [containedFacts()],
 *   primary: "contained-facts",
 * });
 * ```
 *
 * @throws {@link VerticalError} `invalid_definition`, with the field at fault and what it has to be
 */
export function defineVertical<R>(definition: VerticalDefinition<R>): Vertical<R> {
  const complete: Vertical<R> = {
    version: "1",
    check: () => [],
    sampling: { temperature: 0, maxCompletionTokens: 256 },
    hyperparameters: {},
    split: { validation: 0.1, evaluation: 0.2 },
    ...definition,
  };
  const checked = definitionSchema.safeParse(complete);
  const [issue] = checked.error?.issues ?? [];
  if (issue) {
    const path = issue.code === "unrecognized_keys" ? [...issue.path, ...issue.keys] : issue.path;
    const reason =
      issue.code === "unrecognized_keys" ? "is no field of a vertical" : issue.message.replace(/\.$/, "");
    fail(complete, path.map(String).join("."), reason);
  }
  const { scorers, primary, split } = complete;
  const names = scorers.map((each) => each.name);
  const twice = names.find((each, index) => names.indexOf(each) !== index);
  if (twice !== undefined) fail(complete, "scorers", `has two scorers of the name "${twice}": rename one`);
  if (!names.includes(primary)) {
    fail(complete, "primary", `must be the name of one of the scorers: ${names.join(", ")}`);
  }
  if (split.validation + split.evaluation >= 1) {
    fail(complete, "split", "leaves nothing to train on: the shares must add up to less than 1");
  }
  return Object.freeze({
    ...complete,
    scorers: Object.freeze([...scorers]) satisfies readonly Scorer[],
    sampling: Object.freeze({ ...complete.sampling }),
    hyperparameters: Object.freeze({ ...complete.hyperparameters }),
    split: Object.freeze({ ...split }),
  });
}

function fail(definition: { readonly name: unknown }, field: string, reason: string): never {
  const vertical = typeof definition.name === "string" ? definition.name : undefined;
  const whose = vertical ? `The vertical "${vertical}"` : "The vertical";
  throw new VerticalError(`${whose}: "${field}" ${reason}.`, { code: "invalid_definition", field, vertical });
}
