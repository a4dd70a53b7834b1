import type { FileCreateFields, FileListParams } from "../../contract/file-params.ts";
import type { FileDeleted, FileObject } from "../../contract/files.ts";
import type { APIPromise } from "../api-promise.ts";
import { abortSignal, checkOptions, milliseconds, type OptionRules } from "../check-options.ts";
import { APIConnectionTimeoutError } from "../errors.ts";
import { formFields } from "../form-fields.ts";
import type { RequestOptions, UploadRequestOptions } from "../options.ts";
import { listPages, type PageOptions, type PagePromise } from "../pagination.ts";
import type { Requester } from "../requester.ts";
import { sleep } from "../retry.ts";
import type { FileUploadParams, UploadSource } from "../upload/options.ts";
import { hearErrors, type Uploadable } from "../uploadable.ts";
import { path } from "../url.ts";

const contract = () => import("../../contract/files.ts");
const fileDeleted = async () => (await contract()).fileDeletedSchema;
const fileObject = async () => (await contract()).fileObjectSchema;

/** A file to send, and what it is for. */
export interface FileCreateParams extends FileCreateFields {
  /** Up to 512 MB. {@link Files.upload} takes larger ones. */
  file: Uploadable;
}

/** How long to wait for a file, in milliseconds. */
export interface FileWaitOptions {
  /** @default 5_000 */
  pollInterval?: number | undefined;
  /** @default 1_800_000 */
  maxWait?: number | undefined;
  /** Ends the waiting with an `APIUserAbortError`. */
  signal?: AbortSignal | null | undefined;
}

// A wait of NaN milliseconds would be none, and the platform asked without a pause.
const waitRules: OptionRules<FileWaitOptions> = {
  pollInterval: milliseconds,
  maxWait: milliseconds,
  signal: abortSignal,
};

/** Files on the platform: training data, validation data, the metrics that jobs leave. */
export class Files {
  readonly #requester: Requester;

  /** @internal */
  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /**
   * Sends a file in one request. On Node it is streamed, and never held in memory whole.
   *
   * @throws FileSourceError if the file can't be read, is empty, or changes while it is sent
   * @throws BadRequestError if the platform doesn't take it, such as for its size or purpose
   *
   * @example
   * ```ts
   * const file = await client.files.create(
   *   { file: fs.createReadStream("claims.jsonl"), purpose: "fine-tune" },
   *   { onProgress: ({ bytes, total }) => console.log(bytes, "of", total) },
   * );
   * ```
   */
  create({ file, ...fields }: FileCreateParams, options?: UploadRequestOptions): APIPromise<FileObject> {
    hearErrors(file);
    const form = {
      fields: formFields(fields),
      fileField: "file",
      file: async () => (await import("../file-source.ts")).resolveFilledFile(file),
    };
    return this.#requester.json({ method: "POST", path: "/files", form, creates: true }, fileObject, options);
  }

  /**
   * Sends a file of any size up to 8 GB, in bounded memory: a small one in one request, a larger one in parts, several
   * at a time, each repeated by itself where that helps. The platform is told the SHA-256 of what it gets, and the MD5
   * of a file in parts, so that it notices what was damaged on its way.
   *
   * If it fails or is aborted, the upload is cancelled on the platform; with `resume` it is left for a later call to go
   * on with. How much memory and disk each kind of source takes is in the guide "Upload files".
   *
   * @param source - the path of a file on disk, or anything that `create` takes
   * @throws ConfigurationError if an option or the source can't work; nothing was sent then
   * @throws FileSourceError if the source can't be read, is empty, or has changed; `code` tells which
   * @throws UploadStateError if `resume` can't keep its state, or the same file is being sent by another process
   * @throws APIUserAbortError if `signal` says so
   * @throws APIError if the platform doesn't take it
   *
   * @example
   * ```ts
   * const file = await client.files.upload("calls.jsonl", {
   *   purpose: "fine-tune",
   *   resume: true,
   *   onProgress: ({ bytes, total, eta }) => console.log(bytes, "of", total, "done in", eta, "s"),
   * });
   * ```
   */
  async upload(source: UploadSource, params: FileUploadParams): Promise<FileObject> {
    hearErrors(source);
    const { resolveFile } = await import("../file-source.ts");
    const file = await resolveFile(
      typeof source === "string" || source instanceof URL ? { path: source } : source,
    );
    const { uploadFile } = await import("../upload/upload-file.ts");
    return await uploadFile(this.#requester, file, params);
  }

  /** What is known about a file. */
  retrieve(fileId: string, options?: RequestOptions): APIPromise<FileObject> {
    return this.#requester.json({ method: "GET", path: path`/files/${fileId}` }, fileObject, options);
  }

  /** Lists files, the newest first. Awaited it is a page; iterated over, all files. */
  list(query?: (FileListParams & PageOptions) | null, options?: RequestOptions): PagePromise<FileObject> {
    const call = { method: "GET", path: "/files", query: query ?? {} } as const;
    return listPages(this.#requester, call, fileObject, options);
  }

  /**
   * The bytes of a file, as a response of `fetch`. They come as they are read; a connection that breaks in their middle
   * is an error there.
   *
   * @example
   * ```ts
   * const job = await client.fineTuning.jobs.retrieve("ftjob-…");
   * for (const id of job.result_files ?? []) {
   *   console.log(await (await client.files.content(id)).text());
   * }
   * ```
   */
  content(fileId: string, options?: RequestOptions): APIPromise<Response> {
    return this.#requester.bytes({ method: "GET", path: path`/files/${fileId}/content` }, options);
  }

  /**
   * Waits until the platform has looked at a file. Some take a while before a job can use it; the local platform doesn't.
   *
   * Resolves also to a file that the platform found unusable: its `status` is `error` then.
   *
   * @throws APIConnectionTimeoutError if it takes longer than `maxWait`
   * @throws ConfigurationError if an option can't be; nothing was sent
   */
  async waitForProcessing(fileId: string, options: FileWaitOptions = {}): Promise<FileObject> {
    checkOptions(options, waitRules, "the options of waitForProcessing()");
    const { signal } = options;
    const pollInterval = options.pollInterval ?? 5_000;
    const maxWait = options.maxWait ?? 30 * 60_000;
    const start = performance.now();
    for (;;) {
      const file = await this.retrieve(fileId, { signal });
      if (!isInWork(file.status)) {
        return file;
      }
      if (performance.now() - start + pollInterval > maxWait) {
        throw new APIConnectionTimeoutError(
          `The file ${fileId} is still "${file.status}" after ${maxWait} ms. It may become usable yet.`,
          { baseURL: this.#requester.config.baseURL, timeout: maxWait },
        );
      }
      await sleep(pollInterval, signal);
    }
  }

  /** Deletes a file. */
  delete(fileId: string, options?: RequestOptions): APIPromise<FileDeleted> {
    return this.#requester.json({ method: "DELETE", path: path`/files/${fileId}` }, fileDeleted, options);
  }
}

/** A platform that says nothing of a file's status has nothing to wait for. */
function isInWork(status: FileObject["status"]): boolean {
  return status != null && ["uploaded", "pending", "notRunning", "running"].includes(status);
}
