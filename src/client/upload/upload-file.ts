import { type FileObject, fileObjectSchema } from "../../contract/files.ts";
import { listenForAbort } from "../abort-listeners.ts";
import { APIConnectionError, APIConnectionTimeoutError, APIUserAbortError } from "../errors.ts";
import type { FileSource } from "../file-source.ts";
import { formFields } from "../form-fields.ts";
import { randomId } from "../random-id.ts";
import type { Requester } from "../requester.ts";
import { type Content, openContent } from "./content.ts";
import { type Hashes, loadHashes } from "./hashes.ts";
import { createMeter, type MeterOptions, type UploadMeter } from "./meter.ts";
import { checkedPlan, checkParts, type FileUploadParams } from "./options.ts";
import {
  beginUpload,
  cancelUpload,
  completeUpload,
  explained,
  hashedParts,
  type Sending,
  sendParts,
} from "./parts.ts";

/** One upload, from its checked options to its file. */
export interface Job extends Sending {
  readonly source: FileSource;
  readonly params: FileUploadParams;
  readonly hashes: Hashes;
  meter(options: Omit<MeterOptions, "total" | "onFailure">): UploadMeter;
}

/** Sends a file, in whichever way fits it. */
export async function uploadFile(
  requester: Requester,
  source: FileSource,
  params: FileUploadParams,
): Promise<FileObject> {
  const plan = checkedPlan(source, params);
  const { signal, timeout, idleTimeout, totalTimeout, maxRetries, headers, query, onProgress } = params;
  if (signal?.aborted) {
    throw new APIUserAbortError();
  }
  // A signal of its own: the caller's onProgress can end the upload too, and nothing stays on the caller's signal.
  const controller = new AbortController();
  const stop = () => controller.abort();
  const stopListening = listenForAbort(signal, stop);
  let refused: { error: unknown } | undefined;
  const onFailure = (error: unknown) => {
    refused ??= { error };
    stop();
  };
  const late =
    totalTimeout == null
      ? undefined
      : setTimeout(() => onFailure(tookTooLong(requester.config.baseURL, totalTimeout)), totalTimeout);
  let opened: Content | undefined;
  try {
    const content = await openContent(source, controller.signal);
    opened = content;
    checkParts(content.size, plan.partSize);
    const file = await send({
      requester,
      source,
      params,
      plan,
      content,
      hashes: await loadHashes(),
      options: { timeout, idleTimeout, maxRetries, headers, query, signal: controller.signal },
      meter: (options) => createMeter(onProgress, { ...options, total: content.size, onFailure }),
    });
    if (refused) {
      throw refused.error;
    }
    return file;
  } catch (error) {
    // What the caller's own onProgress threw, or the time that ran out, rather than what came of it.
    throw refused ? refused.error : error;
  } finally {
    clearTimeout(late);
    stopListening();
    await opened?.close();
  }
}

function tookTooLong(baseURL: string, timeout: number): APIConnectionTimeoutError {
  return new APIConnectionTimeoutError(
    `The upload to ${baseURL} wasn't done after ${timeout} ms (totalTimeout).`,
    { baseURL, timeout },
  );
}

async function send(job: Job): Promise<FileObject> {
  if (job.params.resume) {
    const { uploadResumably } = await import("./resume.ts");
    return await uploadResumably(job, job.params.resume);
  }
  return job.content.size <= job.plan.partSize ? await inOneRequest(job) : await inParts(job);
}

async function inOneRequest({ requester, content, plan, params, hashes, options, meter }: Job) {
  const { size } = content;
  const sha256 = await hashes.sha256(content.scan(0, size), size, () => undefined);
  const progress = meter({ parts: 1 });
  const file = {
    name: plan.filename,
    type: plan.mimeType,
    size,
    repeatable: () => true,
    async *read() {
      yield* content.read(0, size);
      // Before the end of the form goes out: a request that is cut off makes nothing.
      await content.unchanged();
    },
  };
  const created = await requester.json(
    {
      method: "POST",
      path: "/files",
      ...(sha256 && { headers: { "x-content-sha256": sha256 } }),
      form: {
        fields: formFields({ purpose: plan.purpose, expires_after: plan.expiresAfter }),
        fileField: "file",
        file: async () => file,
      },
      creates: true,
    },
    fileObjectSchema,
    {
      ...options,
      idempotencyKey: params.idempotencyKey,
      extraBody: params.extraBody,
      onProgress: ({ bytes }) => progress.sending(0, bytes),
    },
  );
  progress.confirmed(0, size);
  progress.finished();
  return created;
}

async function inParts(job: Job): Promise<FileObject> {
  const { content, plan, params, hashes, options, meter } = job;
  const progress = meter({ parts: Math.ceil(content.size / plan.partSize) });
  if (options.signal.aborted) {
    throw new APIUserAbortError();
  }
  const key = params.idempotencyKey ?? `fermion-${randomId()}`;
  const md5 = hashes.md5();
  let uploadId: string | undefined;
  try {
    uploadId = (await beginUpload(job, key, params.extraBody)).id;
    const ids: string[] = [];
    const parts = hashedParts(content, plan.partSize, { hashes, md5, signal: options.signal });
    await sendParts(job, uploadId, parts, progress, ({ index }, id) => {
      ids[index] = id;
    });
    await content.unchanged();
    const file = await completeUpload(job, uploadId, ids, md5.digest());
    progress.finished();
    return file;
  } catch (error) {
    // No answer to the beginning doesn't mean that nothing began: asked with the same key, the platform says what did.
    if (
      uploadId === undefined &&
      (error instanceof APIUserAbortError || error instanceof APIConnectionError)
    ) {
      uploadId = await begunDespite(job, key);
    }
    if (uploadId !== undefined) {
      await cancelUpload(job, uploadId);
    }
    throw await explained(error, content);
  }
}

async function begunDespite(job: Job, key: string): Promise<string | undefined> {
  const options = { ...job.options, signal: AbortSignal.timeout(5_000), maxRetries: 0 };
  return await beginUpload({ ...job, options }, key, job.params.extraBody).then(
    ({ id }) => id,
    // If there is no answer now either, the platform forgets the upload by itself, in an hour.
    () => undefined,
  );
}
