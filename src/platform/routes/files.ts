import { fileCreateFieldsSchema, fileListParamsSchema } from "../../contract/file-params.ts";
import { invalidRequest, notFound } from "../api-error.ts";
import { fileObject } from "../file-library.ts";
import { checked } from "../http/checked.ts";
import type { AnswerOnce } from "../http/idempotency.ts";
import { receiveForm } from "../http/multipart.ts";
import type { Platform } from "../platform.ts";
import { download } from "./download.ts";
import { type App, pathPart, queryOf, route } from "./route.ts";

/** The most bytes of a file that comes in one request. */
export const FILE_LIMIT = 512 * 1024 * 1024;

const DEFAULT_LIMIT = 10_000;

/** `/v1/files` */
export function fileRoutes(app: App, platform: Platform, answerOnce: AnswerOnce): void {
  const { store, blobs, library } = platform;
  const existing = (id: string) => {
    const file = store.files.get(id);
    if (!file) throw notFound("file", id);
    return file;
  };

  route(app, "/v1/files", {
    POST: async ({ req }) => {
      const { fields, filename, blob } = await receiveForm(req.raw, {
        field: "file",
        limit: FILE_LIMIT,
        remedy: "Use an upload in parts.",
        blobs,
      });
      try {
        if (blob.bytes === 0)
          throw invalidRequest("The file is empty.", { param: "file", code: "empty_file" });
        const { purpose, expires_after } = checked(fileCreateFieldsSchema, formObject(fields));
        return await answerOnce({
          request: req.raw,
          // Not the body's own bytes: each form is sent with another boundary.
          parts: [blob.sha256, filename, purpose, String(expires_after?.seconds ?? "")],
          prepare: () => () =>
            fileObject(library.add({ filename, purpose, seconds: expires_after?.seconds }, blob)),
        });
      } finally {
        blob.discard();
      }
    },
    GET: (context) => {
      const {
        after,
        limit = DEFAULT_LIMIT,
        order = "desc",
        purpose,
      } = checked(fileListParamsSchema, queryOf(context));
      const { data, hasMore } = store.files.list({ after, limit, order, purpose });
      return Response.json({
        object: "list",
        data: data.map(fileObject),
        has_more: hasMore,
        // Texts even for an empty page: the public description knows no null here.
        first_id: data[0]?.id ?? "",
        last_id: data.at(-1)?.id ?? "",
      });
    },
  });

  route(app, "/v1/files/:file", {
    GET: (context) => Response.json(fileObject(existing(pathPart(context, "file")))),
    DELETE: (context) => {
      const id = pathPart(context, "file");
      if (!library.delete(id)) throw notFound("file", id);
      return Response.json({ id, object: "file", deleted: true });
    },
  });

  route(app, "/v1/files/:file/content", {
    GET: (context) => {
      const file = existing(pathPart(context, "file"));
      return download(library.content(file), file);
    },
  });
}

/** `expires_after[seconds]` is how a form spells a field of an object. */
function formObject(fields: ReadonlyMap<string, string>): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  const nested: Record<string, Record<string, string>> = {};
  for (const [name, value] of fields) {
    const [, outer, inner] = /^(\w+)\[(\w+)\]$/.exec(name) ?? [];
    if (outer && inner) {
      nested[outer] = { ...nested[outer], [inner]: value };
      object[outer] = nested[outer];
    } else object[name] = value;
  }
  return object;
}
