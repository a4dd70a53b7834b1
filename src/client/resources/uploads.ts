import type { UploadCompleteParams, UploadCreateParams } from "../../contract/upload-params.ts";
import type { Upload, UploadPart } from "../../contract/uploads.ts";
import type { APIPromise } from "../api-promise.ts";
import type { RequestOptions, UploadRequestOptions } from "../options.ts";
import type { Requester } from "../requester.ts";
import { hearErrors, type Uploadable } from "../uploadable.ts";
import { path } from "../url.ts";

const contract = () => import("../../contract/uploads.ts");
const uploadPart = async () => (await contract()).uploadPartSchema;
const upload = async () => (await contract()).uploadSchema;

/** A part of an upload, up to 64 MB. */
export interface PartCreateParams {
  data: Uploadable;
}

/** The parts of an upload. */
export class Parts {
  readonly #requester: Requester;

  /** @internal */
  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /** Sends a part. Parts may be sent in any order and at the same time; `complete` puts them in order. */
  create(
    uploadId: string,
    { data }: PartCreateParams,
    options?: UploadRequestOptions,
  ): APIPromise<UploadPart> {
    hearErrors(data);
    const form = {
      fields: {},
      fileField: "data",
      file: async () => (await import("../file-source.ts")).resolveFile(data),
    };
    return this.#requester.json(
      { method: "POST", path: path`/uploads/${uploadId}/parts`, form, creates: true },
      uploadPart,
      options,
    );
  }
}

/**
 * Files of up to 8 GB that are sent in parts.
 *
 * @example
 * ```ts
 * const upload = await client.uploads.create({
 *   filename: "calls.jsonl", purpose: "fine-tune", bytes: first.length + second.length, mime_type: "application/jsonl",
 * });
 * const parts = await Promise.all([first, second].map((data) => client.uploads.parts.create(upload.id, { data })));
 * const { file } = await client.uploads.complete(upload.id, { part_ids: parts.map(({ id }) => id) });
 * ```
 */
export class Uploads {
  readonly parts: Parts;
  readonly #requester: Requester;

  /** @internal */
  constructor(requester: Requester) {
    this.#requester = requester;
    this.parts = new Parts(requester);
  }

  /** Begins an upload. It is gone after an hour, unless it is completed before. */
  create(body: UploadCreateParams, options?: RequestOptions): APIPromise<Upload> {
    return this.#requester.json({ method: "POST", path: "/uploads", body, creates: true }, upload, options);
  }

  /**
   * Makes a file of the parts, in the order that is given; it is in `file` of what this resolves to.
   *
   * @throws BadRequestError if the parts aren't all there, or aren't as many bytes as were announced
   */
  complete(uploadId: string, body: UploadCompleteParams, options?: RequestOptions): APIPromise<Upload> {
    return this.#requester.json(
      { method: "POST", path: path`/uploads/${uploadId}/complete`, body, creates: true },
      upload,
      options,
    );
  }

  /** Gives an upload up. No part can be added any more. */
  cancel(uploadId: string, options?: RequestOptions): APIPromise<Upload> {
    return this.#requester.json({ method: "POST", path: path`/uploads/${uploadId}/cancel` }, upload, options);
  }
}
