import type { Requester } from "../requester.ts";
import { path } from "../url.ts";
import type { AliasKeeper } from "./alias-keeper.ts";

const contract = () => import("../../contract/model-aliases.ts");
const modelAlias = async () => (await contract()).modelAliasSchema;
const modelAliasList = async () => (await contract()).modelAliasListSchema;
const modelAliasChangeList = async () => (await contract()).modelAliasChangeListSchema;
const modelAliasDeleted = async () => (await contract()).modelAliasDeletedSchema;

/** Aliases that the platform keeps: every client of it sees the same. */
export function platformAliases(requester: Requester): AliasKeeper {
  const post = (name: string, action: string, body: object) =>
    // Moving a name twice to the same place changes nothing, so repetitions need no key.
    ({ method: "POST", path: `${path`/model_aliases/${name}`}/${action}`, body }) as const;
  return {
    async list(options) {
      return (await requester.json({ method: "GET", path: "/model_aliases" }, modelAliasList, options)).data;
    },
    retrieve: async (name, options) =>
      await requester.json({ method: "GET", path: path`/model_aliases/${name}` }, modelAlias, options),
    async history(name, options) {
      const call = { method: "GET", path: path`/model_aliases/${name}/history` } as const;
      return (await requester.json(call, modelAliasChangeList, options)).data;
    },
    promote: async (name, params, options) =>
      await requester.json(post(name, "promote", params), modelAlias, options),
    rollback: async (name, params, options) =>
      await requester.json(post(name, "rollback", params), modelAlias, options),
    canary: async (name, params, options) =>
      await requester.json(post(name, "canary", params), modelAlias, options),
    delete: async (name, options) =>
      await requester.json(
        { method: "DELETE", path: path`/model_aliases/${name}` },
        modelAliasDeleted,
        options,
      ),
  };
}
