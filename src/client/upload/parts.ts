import type { FileObject } from "../../contract/files.ts";
import { type Upload, uploadPartSchema, uploadSchema } from "../../contract/uploads.ts";
import { listenForAbort } from "../abort-listeners.ts";
import { APIError } from "../api-errors.ts";
import { APIUserAbortError, UnexpectedResponseError } from "../errors.ts";
import type { RequestOptions } from "../options.ts";
import { randomId } from "../random-id.ts";
import type { Requester } from "../requester.ts";
import { path } from "../url.ts";
import type { Content } from "./content.ts";
import type { Hashes } from "./hashes.ts";
import type { ContentHash } from "./md5.ts";
import type { UploadMeter } from "./meter.ts";
import type { UploadPlan } from "./options.ts";

/** A piece of the content, and what it must be at its destination. */
export interface Part {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  /** As hex, where the runtime can tell. */
  readonly sha256: string | undefined;
}

/** What all requests of one upload have in common. */
export interface Sending {
  readonly requester: Requester;
  /** For every request; the signal is the upload's own. */
  readonly options: RequestOptions & { readonly signal: AbortSignal };
  readonly content: Content;
  readonly plan: UploadPlan;
}

/** How long the platform may take for giving an upload up, in milliseconds. Nobody waits for it longer. */
const CANCEL_TIMEOUT = 5_000;

/** What a platform puts together per second at the least, in bytes: it reads and hashes everything once more. */
const JOIN_RATE = 20 * 1024 ** 2;

/** Reads the content from beginning to end, part by part, while `md5` sees all of it. */
export async function* hashedParts(
  content: Content,
  partSize: number,
  { hashes, md5, signal }: { hashes: Hashes; md5: ContentHash; signal: AbortSignal },
): AsyncGenerator<Part> {
  for (let index = 0, start = 0; start < content.size; index++, start += partSize) {
    const end = Math.min(start + partSize, content.size);
    const sha256 = await hashes.sha256(content.scan(start, end), end - start, (chunk) => {
      if (signal.aborted) {
        throw new APIUserAbortError();
      }
      md5.update(chunk);
    });
    yield { index, start, end, sha256 };
  }
}

/** Begins an upload. */
export async function beginUpload(
  { requester, options, content, plan }: Sending,
  idempotencyKey: string,
  extraBody: RequestOptions["extraBody"],
): Promise<Upload> {
  const body = {
    filename: plan.filename,
    purpose: plan.purpose,
    bytes: content.size,
    mime_type: plan.mimeType,
    ...(plan.expiresAfter && { expires_after: plan.expiresAfter }),
  };
  return await requester.json({ method: "POST", path: "/uploads", body, creates: true }, uploadSchema, {
    ...options,
    idempotencyKey,
    extraBody,
  });
}

/**
 * Sends parts, some at a time, in the order in which they are hashed. The first that fails ends all: by the time this
 * rejects, none is on its way any more.
 *
 * @param onConfirmed - called when the platform has a part; the next is sent when it is done
 */
export async function sendParts(
  sending: Sending,
  uploadId: string,
  parts: AsyncGenerator<Part>,
  meter: UploadMeter,
  onConfirmed: (part: Part, partId: string) => Promise<void> | void,
): Promise<void> {
  const { signal } = sending.options;
  const controller = new AbortController();
  const stop = () => controller.abort();
  const stopListening = listenForAbort(signal, stop);
  const own = { ...sending, options: { ...sending.options, signal: controller.signal } };
  let failure: { error: unknown } | undefined;
  const sender = async () => {
    try {
      while (!failure) {
        if (signal.aborted) {
          throw new APIUserAbortError();
        }
        const { done, value } = await parts.next();
        if (done || failure) {
          return;
        }
        const id = await sendPart(own, uploadId, value, meter);
        await onConfirmed(value, id);
        meter.confirmed(value.index, value.end - value.start);
      }
    } catch (error) {
      // The others fail because of this one.
      failure ??= { error };
      stop();
    }
  };
  try {
    await Promise.all(Array.from({ length: sending.plan.concurrency }, sender));
  } finally {
    stopListening();
  }
  if (failure) {
    await parts.return(undefined);
    throw failure.error;
  }
}

/** A platform that refuses bytes because they aren't what was announced may be told why by the source itself. */
export async function explained(error: unknown, content: Content): Promise<unknown> {
  if (!(error instanceof APIError)) {
    return error;
  }
  return await content.unchanged().then(
    () => error,
    (changed: unknown) => changed,
  );
}

async function sendPart(
  { requester, options, content }: Sending,
  uploadId: string,
  { index, start, end, sha256 }: Part,
  meter: UploadMeter,
): Promise<string> {
  const file = {
    name: "part",
    type: "application/octet-stream",
    size: end - start,
    repeatable: () => true,
    read: () => content.read(start, end),
  };
  const part = await requester.json(
    {
      method: "POST",
      path: path`/uploads/${uploadId}/parts`,
      ...(sha256 && { headers: { "x-content-sha256": sha256 } }),
      form: { fields: {}, fileField: "data", file: async () => file },
      creates: true,
    },
    uploadPartSchema,
    {
      ...options,
      // The same for the same bytes at the same place: a part whose confirmation was lost isn't added twice.
      idempotencyKey: `fermion-${encodeURIComponent(uploadId)}-${index}-${sha256?.slice(0, 32) ?? randomId()}`,
      onProgress: ({ bytes }) => meter.sending(index, bytes),
    },
  );
  return part.id;
}

/** Has the platform make the file. Asked again for the same upload, it answers the same file. */
export async function completeUpload(
  { requester, options, content }: Sending,
  uploadId: string,
  partIds: readonly string[],
  md5: string,
): Promise<FileObject> {
  const timeout = options.timeout ?? requester.config.timeout;
  const upload = await requester.json(
    {
      method: "POST",
      path: path`/uploads/${uploadId}/complete`,
      body: { part_ids: partIds, md5 },
      creates: true,
    },
    uploadSchema,
    {
      ...options,
      timeout: Math.min(2 ** 31 - 1, timeout + Math.ceil((content.size / JOIN_RATE) * 1_000)),
      idempotencyKey: `fermion-${encodeURIComponent(uploadId)}-complete`,
    },
  );
  if (!upload.file) {
    throw new UnexpectedResponseError(
      `The platform completed the upload ${uploadId} and didn't say which file it became.`,
      { status: 200, bodyStart: JSON.stringify(upload).slice(0, 500) },
    );
  }
  return upload.file;
}

/** Gives an upload up, as well as that can be done: if the platform doesn't hear of it, it forgets the upload in an hour. */
export async function cancelUpload({ requester, options }: Sending, uploadId: string): Promise<void> {
  await requester
    .json({ method: "POST", path: path`/uploads/${uploadId}/cancel` }, uploadSchema, {
      ...options,
      // Not the signal of the upload, which is what may have ended it.
      signal: AbortSignal.timeout(CANCEL_TIMEOUT),
      maxRetries: 1,
    })
    .catch(() => {
      // What made the upload fail is what its caller has to know.
    });
}
