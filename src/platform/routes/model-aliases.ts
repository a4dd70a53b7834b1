import {
  type AliasHistory,
  AliasRefusal,
  checkAliasName,
  promote,
  rollBack,
  shareWith,
} from "../../contract/alias-changes.ts";
import {
  aliasCanaryParamsSchema,
  aliasPromoteParamsSchema,
  aliasRollbackParamsSchema,
} from "../../contract/model-alias-params.ts";
import { ApiError, invalidRequest, notFound } from "../api-error.ts";
import { readJson } from "../http/body.ts";
import type { Platform } from "../platform.ts";
import { type App, pathPart, route } from "./route.ts";

/** `/v1/model_aliases` */
export function modelAliasRoutes(app: App, { models, store, now }: Platform): void {
  const { aliases } = store;
  const existing = (name: string) => {
    const alias = aliases.get(name);
    if (!alias) throw notFound("alias", name, "name");
    return alias;
  };

  /** Changes an alias in one transaction: two who change it at once come one after the other. */
  const change = (name: string, next: (before: AliasHistory | undefined) => AliasHistory): Response =>
    store.transaction(() => {
      const before = aliases.history(name);
      const after = inHttp(() => next(before));
      if (after !== before) {
        // A canary that ends, ends on a model that answers already.
        for (const model of [after.alias.model, after.alias.canary?.model]) {
          if (model !== undefined && !models.get(model)) throw notFound("model", model);
        }
        aliases.put(after);
      }
      return Response.json(after.alias);
    });

  route(app, "/v1/model_aliases", {
    GET: () => Response.json({ object: "list", data: aliases.list() }),
  });

  route(app, "/v1/model_aliases/:name", {
    GET: (context) => Response.json(existing(pathPart(context, "name"))),
    DELETE: (context) => {
      const { name } = existing(pathPart(context, "name"));
      aliases.delete(name);
      return Response.json({ name, object: "model_alias", deleted: true });
    },
  });

  route(app, "/v1/model_aliases/:name/history", {
    GET: (context) => {
      const { name } = existing(pathPart(context, "name"));
      return Response.json({ object: "list", data: aliases.history(name)?.changes.toReversed() ?? [] });
    },
  });

  route(app, "/v1/model_aliases/:name/promote", {
    POST: async (context) => {
      const name = pathPart(context, "name");
      inHttp(() => checkAliasName(name));
      const { value } = await readJson(context.req.raw, aliasPromoteParamsSchema);
      if (models.get(name)) {
        throw invalidRequest(`There is a model "${name}", and requests for that name get it.`, {
          param: "name",
          code: "alias_names_model",
        });
      }
      return change(name, (before) => promote(before, name, value, now()));
    },
  });

  route(app, "/v1/model_aliases/:name/rollback", {
    POST: async (context) => {
      const name = pathPart(context, "name");
      const { value } = await readJson(context.req.raw, aliasRollbackParamsSchema);
      return change(name, (before) => rollBack(before, name, value, now()));
    },
  });

  route(app, "/v1/model_aliases/:name/canary", {
    POST: async (context) => {
      const name = pathPart(context, "name");
      const { value } = await readJson(context.req.raw, aliasCanaryParamsSchema);
      return change(name, (before) => shareWith(before, name, value, now()));
    },
  });
}

/** Answers what the rules of aliases refuse with its status. */
function inHttp<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AliasRefusal)) throw error;
    const { code, param, message } = error;
    if (code === "alias_not_found") throw new ApiError("not_found_error", message, { code, param });
    if (code !== "alias_version_conflict") throw invalidRequest(message, { code, param });
    throw new ApiError("conflict_error", message, { code, param, headers: { "x-should-retry": "false" } });
  }
}
