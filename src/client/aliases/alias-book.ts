import * as z from "zod/mini";
import type { AliasHistory } from "../../contract/alias-changes.ts";
import { modelAliasChangeSchema, modelAliasSchema } from "../../contract/model-aliases.ts";
import { parsedJSON } from "../parsed-json.ts";
import { ModelAliasError } from "./alias-errors.ts";

/** A model under a name, as somebody writes it by hand. */
export interface AliasTarget {
  readonly model: string;
  /** A second model, and the share of the users that it answers, 0–1. */
  readonly canary?: { readonly model: string; readonly share: number } | null | undefined;
}

/** Names of models, as they are given to a client or written by hand: `{ claims: "ft:…" }`. */
export type AliasTargets = Readonly<Record<string, string | AliasTarget>>;

/** All aliases of a file, by their names. */
export type AliasBook = ReadonlyMap<string, AliasHistory>;

const targetsSchema = z.record(
  z.string(),
  z.union([
    z.string().check(z.minLength(1)),
    z.strictObject({
      model: z.string().check(z.minLength(1)),
      canary: z.nullish(z.strictObject({ model: z.string(), share: z.number().check(z.gte(0), z.lte(1)) })),
    }),
  ]),
);

/** The file as it is written: what is below `aliases` has a history, in which each change has its grounds. */
const bookSchema = z.strictObject({
  fermion_aliases: z.literal(1),
  aliases: z.array(
    z.strictObject({
      alias: modelAliasSchema,
      changes: z.array(modelAliasChangeSchema).check(z.minLength(1)),
    }),
  ),
});

/**
 * Reads aliases: a file that was written here, or names and models written by hand.
 *
 * @param place - for the message
 * @throws ModelAliasError
 */
export function parseAliases(text: string, place: string): AliasBook {
  const value = parsedJSON(text);
  const book = bookSchema.safeParse(value);
  if (book.success) {
    return new Map(book.data.aliases.map((history) => [history.alias.name, history]));
  }
  return aliasesByHand(value, place);
}

/** As {@link parseAliases}, of names and models alone. */
export function aliasesByHand(value: unknown, place: string): AliasBook {
  const targets = targetsSchema.safeParse(value);
  if (!targets.success) {
    throw new ModelAliasError(
      `${place} holds no aliases. Write names and models, such as { "claims": "ft:photon-nano:local:claims:1" }, ` +
        "or let models.promote() make the file.",
      { code: "invalid_file" },
    );
  }
  return new Map(
    Object.entries(targets.data).map(([name, given]) => {
      const { model, canary = null } = typeof given === "string" ? { model: given } : given;
      const times = { version: 1, created_at: 0 };
      return [
        name,
        {
          alias: { name, object: "model_alias", model, canary, ...times, updated_at: 0 },
          changes: [
            {
              object: "model_alias.change",
              alias: name,
              type: "promoted",
              model,
              canary,
              evaluation: null,
              forced: true,
              reason: "written by hand",
              ...times,
            },
          ],
        },
      ];
    }),
  );
}

/** The text of a file that {@link parseAliases} reads. */
export function aliasText(book: AliasBook): string {
  const aliases = [...book.values()].sort((a, b) => (a.alias.name < b.alias.name ? -1 : 1));
  return `${JSON.stringify({ fermion_aliases: 1, aliases }, undefined, 2)}\n`;
}
