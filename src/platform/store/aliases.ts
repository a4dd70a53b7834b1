import * as z from "zod";
import type { AliasHistory } from "../../contract/alias-changes.ts";
import type { ModelAlias, ModelAliasChange } from "../../contract/model-aliases.ts";
import { modelAliasChangeSchema, modelAliasSchema } from "../../contract/model-aliases.ts";
import type { Database } from "./database.ts";
import { jsonColumn } from "./json-column.ts";

const aliasRow = z.object({ alias: jsonColumn(modelAliasSchema) });
const changeRow = z.object({ change: jsonColumn(modelAliasChangeSchema) });

export interface AliasStore {
  get(name: string): ModelAlias | undefined;
  /** By name. */
  list(): ModelAlias[];
  /** An alias with its changes, the oldest first. */
  history(name: string): AliasHistory | undefined;
  /** Records what `history` has on top of what is known. */
  put(history: AliasHistory): void;
  /** The aliases under which a model answers now, alone or for a share. */
  naming(model: string): string[];
  delete(name: string): void;
}

/** The tables of aliases and of their changes. */
export function createAliasStore(database: Database): AliasStore {
  const get = (name: string) =>
    database.get(aliasRow, "SELECT alias FROM model_aliases WHERE name = ?", name)?.alias;
  const list = () =>
    database.all(aliasRow, "SELECT alias FROM model_aliases ORDER BY name").map(({ alias }) => alias);
  const changesOf = (name: string): ModelAliasChange[] =>
    database
      .all(changeRow, "SELECT change FROM model_alias_changes WHERE name = ? ORDER BY version", name)
      .map(({ change }) => change);
  return {
    get,
    list,
    history(name) {
      const alias = get(name);
      return alias && { alias, changes: changesOf(name) };
    },
    put({ alias, changes }) {
      database.transaction(() => {
        const known = get(alias.name)?.version ?? 0;
        database.run(
          "INSERT INTO model_aliases (name, model, alias) VALUES (?, ?, ?) " +
            "ON CONFLICT (name) DO UPDATE SET model = excluded.model, alias = excluded.alias",
          alias.name,
          alias.model,
          JSON.stringify(alias),
        );
        for (const change of changes.filter(({ version }) => version > known)) {
          database.run(
            "INSERT INTO model_alias_changes (name, version, change) VALUES (?, ?, ?)",
            alias.name,
            change.version,
            JSON.stringify(change),
          );
        }
      });
    },
    naming: (model) =>
      list()
        .filter((alias) => alias.model === model || alias.canary?.model === model)
        .map(({ name }) => name),
    delete(name) {
      database.run("DELETE FROM model_aliases WHERE name = ?", name);
    },
  };
}
