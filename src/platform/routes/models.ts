import { createReadStream } from "node:fs";
import { join } from "node:path";
import { ApiError, notFound } from "../api-error.ts";
import { modelObject } from "../models.ts";
import type { Platform } from "../platform.ts";
import { download } from "./download.ts";
import { type App, pathPart, route } from "./route.ts";

/** `/v1/models` */
export function modelRoutes(app: App, { models, store, inference }: Platform): void {
  /** A model by its own name, or by one that stands for it. */
  const existing = (id: string) => {
    const model = models.get(id) ?? models.get(store.aliases.get(id)?.model ?? "");
    if (!model) throw notFound("model", id);
    return model;
  };

  route(app, "/v1/models", {
    GET: () => Response.json({ object: "list", data: models.list().map(modelObject) }),
  });

  route(app, "/v1/models/:model", {
    GET: (context) => Response.json(modelObject(existing(pathPart(context, "model")))),
    DELETE: (context) => {
      const id = pathPart(context, "model");
      // By its own name alone: who deletes an alias doesn't mean the model behind it.
      const model = models.get(id);
      if (!model) throw notFound("model", id);
      if (models.isBase(model.id)) {
        throw new ApiError(
          "permission_error",
          `"${model.id}" comes with the platform and can't be deleted.`,
          {
            code: "model_not_deletable",
            param: "model",
          },
        );
      }
      const [job] = store.jobs.unfinishedFrom(model.id);
      if (job) {
        throw new ApiError("conflict_error", `The fine-tuning job "${job.id}" starts from "${model.id}".`, {
          code: "model_in_use",
          param: "model",
        });
      }
      const [alias] = store.aliases.naming(model.id);
      if (alias !== undefined) {
        throw new ApiError(
          "conflict_error",
          `"${model.id}" answers as "${alias}". Promote another model first.`,
          {
            code: "model_in_use",
            param: "model",
          },
        );
      }
      models.delete(model);
      inference.forget(model.directory);
      return Response.json({ id: model.id, object: "model", deleted: true });
    },
  });

  route(app, "/v1/models/:model/files/:name", {
    GET: (context) => {
      const model = existing(pathPart(context, "model"));
      const name = pathPart(context, "name");
      // Only what the model is made of: the name never becomes a path of its own.
      const file = model.files.find((candidate) => candidate.name === name);
      if (!file) throw notFound("model file", name);
      const bytes = createReadStream(join(model.directory, file.name));
      return download(bytes, { filename: file.name, bytes: file.bytes });
    },
  });
}
