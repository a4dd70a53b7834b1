import { uploadCompleteParamsSchema, uploadCreateParamsSchema } from "../../contract/upload-params.ts";
import type { Upload, UploadPart } from "../../contract/uploads.ts";
import { clipped, conflict, invalidRequest, notFound } from "../api-error.ts";
import { fileObject } from "../file-library.ts";
import { readJson } from "../http/body.ts";
import type { AnswerOnce } from "../http/idempotency.ts";
import { receiveForm } from "../http/multipart.ts";
import { newId } from "../ids.ts";
import type { Platform } from "../platform.ts";
import type { PartRow, UploadRow } from "../store/uploads.ts";
import { type App, pathPart, route } from "./route.ts";

/** The most bytes of a part. */
export const PART_LIMIT = 64 * 1024 * 1024;

/** How long an upload may take. */
const LIFETIME_SECONDS = 60 * 60;

/** `/v1/uploads` */
export function uploadRoutes(app: App, platform: Platform, answerOnce: AnswerOnce): void {
  const { store, blobs, library, now } = platform;
  const existing = (id: string) => {
    const upload = store.uploads.get(id);
    if (!upload) throw notFound("upload", id);
    return upload;
  };
  const pending = (id: string) => {
    const upload = existing(id);
    const status = statusOf(upload, now());
    if (status !== "pending") {
      throw conflict(`The upload "${id}" is ${status}.`, "invalid_upload_state");
    }
    return upload;
  };
  const uploadObject = (upload: UploadRow): Upload => {
    const { id, filename, purpose, bytes, created_at, expires_at, file_id } = upload;
    const file = file_id === null ? undefined : store.files.get(file_id);
    const status = statusOf(upload, now());
    return {
      id,
      object: "upload",
      bytes,
      created_at,
      expires_at,
      filename,
      purpose,
      status,
      file: file ? fileObject(file) : null,
    };
  };

  route(app, "/v1/uploads", {
    POST: async ({ req }) => {
      const { value, hash } = await readJson(req.raw, uploadCreateParamsSchema);
      if (value.bytes === 0)
        throw invalidRequest("The file is empty.", { param: "bytes", code: "empty_file" });
      return await answerOnce({
        request: req.raw,
        parts: [hash],
        prepare: () => () => {
          const created_at = now();
          const upload: UploadRow = {
            id: newId("upload_"),
            filename: value.filename,
            purpose: value.purpose,
            bytes: value.bytes,
            status: "pending",
            created_at,
            expires_at: created_at + LIFETIME_SECONDS,
            file_id: null,
            file_seconds: value.expires_after?.seconds ?? null,
          };
          store.uploads.insert(upload);
          return uploadObject(upload);
        },
      });
    },
  });

  route(app, "/v1/uploads/:upload/parts", {
    POST: async (context) => {
      const { raw } = context.req;
      const { id } = existing(pathPart(context, "upload"));
      // Found out before the bytes come, unless they may be a repetition, whose answer is known.
      if (!raw.headers.has("idempotency-key")) pending(id);
      const { blob } = await receiveForm(raw, {
        field: "data",
        limit: PART_LIMIT,
        remedy: "Cut the file into smaller parts.",
        blobs,
      });
      try {
        return await answerOnce({
          request: raw,
          parts: [id, blob.sha256],
          prepare: () => () => {
            // Looked at again: it may have ended while the bytes came.
            const upload = pending(id);
            const before = store.uploads.parts(id).reduce((sum, { bytes }) => sum + bytes, 0);
            if (before + blob.bytes > upload.bytes) {
              throw invalidRequest(
                `With this part the upload would have ${before + blob.bytes} bytes, and it was begun for ${upload.bytes}.`,
                { param: "data", code: "upload_too_large" },
              );
            }
            const part: PartRow = {
              id: newId("part_"),
              upload_id: id,
              bytes: blob.bytes,
              sha256: blob.sha256,
              created_at: now(),
            };
            blob.keep();
            store.uploads.insertPart(part);
            return partObject(part);
          },
        });
      } finally {
        blob.discard();
      }
    },
  });

  route(app, "/v1/uploads/:upload/complete", {
    POST: async (context) => {
      const { raw } = context.req;
      const { id } = existing(pathPart(context, "upload"));
      const { value, hash } = await readJson(raw, uploadCompleteParamsSchema);
      let joined: readonly string[] = [];
      const response = await answerOnce({
        request: raw,
        parts: [hash],
        prepare: async () => {
          const upload = pending(id);
          const parts = orderedParts(value.part_ids, store.uploads.parts(id));
          checkSize(parts, upload);
          const blob = await library.join(parts.map(({ sha256 }) => sha256)).catch((error: unknown) => {
            // If it was cancelled meanwhile, or completed by another request, its parts are gone, and this says so.
            pending(id);
            throw error;
          });
          if (value.md5 !== undefined && value.md5.toLowerCase() !== blob.md5) {
            blob.discard();
            throw invalidRequest(`The parts have the MD5 ${blob.md5} together, and "md5" says otherwise.`, {
              param: "md5",
              code: "checksum_mismatch",
            });
          }
          return () => {
            try {
              // Looked at again: it may have been cancelled, or completed by another request, meanwhile.
              const { filename, purpose, file_seconds } = pending(id);
              const file = library.add({ filename, purpose, seconds: file_seconds ?? undefined }, blob);
              joined = store.uploads.end(id, "completed", file.id);
              return uploadObject(existing(id));
            } finally {
              blob.discard();
            }
          };
        },
      });
      // Only now that all of it is in the database: a part could still be needed if the transaction had failed.
      library.release(joined);
      return response;
    },
  });

  route(app, "/v1/uploads/:upload/cancel", {
    POST: (context) => {
      const { id } = pending(pathPart(context, "upload"));
      library.release(store.uploads.end(id, "cancelled", null));
      return Response.json(uploadObject(existing(id)));
    },
  });
}

function statusOf({ status, expires_at }: UploadRow, now: number) {
  return status === "pending" && expires_at <= now ? "expired" : status;
}

function orderedParts(ids: readonly string[], parts: readonly PartRow[]): PartRow[] {
  const byId = new Map(parts.map((part) => [part.id, part]));
  const wrong = (message: string) => invalidRequest(message, { param: "part_ids", code: "invalid_part_ids" });
  const ordered = ids.map((id) => {
    const part = byId.get(id);
    if (!part) throw wrong(`There is no part "${clipped(id)}" in this upload.`);
    return part;
  });
  if (new Set(ids).size < ids.length) throw wrong("A part is named twice.");
  return ordered;
}

function checkSize(parts: readonly PartRow[], { bytes }: UploadRow): void {
  const together = parts.reduce((sum, part) => sum + part.bytes, 0);
  if (together === bytes) return;
  throw invalidRequest(
    `The parts have ${together} bytes together, and the upload was begun for ${bytes}. Are all of them named?`,
    { param: "part_ids", code: "invalid_upload_size" },
  );
}

function partObject({ id, upload_id, created_at }: PartRow): UploadPart {
  return { id, object: "upload.part", created_at, upload_id };
}
