import type { ExpiresAfter, FileCreateFields } from "../../contract/file-params.ts";
import { ConfigurationError } from "../errors.ts";
import type { FileSource } from "../file-source.ts";
import type { UploadRequestOptions } from "../options.ts";
import { checkRequestOptions } from "../resolve-options.ts";
import type { Uploadable } from "../uploadable.ts";

/** What can be uploaded: the path of a file on disk, its `file:` URL, or whatever else can be sent as a file. */
export type UploadSource = string | URL | Uploadable;

/**
 * Where an upload keeps what it has done, so that a later call can go on. Each method may answer at once or by a
 * promise. One upload at a time may use a key; the caller has to see to that.
 *
 * @example
 * ```ts
 * // In a browser.
 * const store: UploadStateStore = {
 *   load: (key) => localStorage.getItem(key),
 *   save: (key, state) => localStorage.setItem(key, state),
 *   remove: (key) => localStorage.removeItem(key),
 * };
 * ```
 */
export interface UploadStateStore {
  /** The text that was saved last, or `null` or `undefined`. */
  load(key: string): PromiseLike<string | null | undefined> | string | null | undefined;
  save(key: string, state: string): PromiseLike<void> | void;
  remove(key: string): PromiseLike<void> | void;
}

/**
 * How a file is uploaded. Timeouts and repetitions are meant for each request by itself, but for `totalTimeout`, which is
 * for all of them together; `idempotencyKey` is that of the whole upload.
 */
export interface FileUploadParams extends UploadRequestOptions {
  /** What the file is for. */
  purpose: FileCreateFields["purpose"];
  /** @default the name of the source, or `file` */
  filename?: string | undefined;
  /** @default the type of the source, or what the name ends in says */
  mimeType?: string | undefined;
  /** When the file goes away by itself. */
  expiresAfter?: ExpiresAfter | undefined;
  /**
   * The size of a part in bytes, from 64 KB (65,536) to 64 MB (67,108,864). A file that is no larger goes in one
   * request. There can't be more than 10,000 parts.
   * @default 16 MB (16,777,216)
   */
  partSize?: number | undefined;
  /**
   * How many parts are sent at the same time, from 1 to 64.
   * @default 4
   */
  concurrency?: number | undefined;
  /**
   * Goes on where an earlier call was cut off, be it by an error or by the end of its process: only what the platform
   * hasn't confirmed is sent again. `true` keeps a small file beside the source for that; elsewhere, give a store.
   *
   * The source has to be one that can be read again, and is read once before anything is sent, so that a change of it is
   * noticed. An upload that fails is then left as it is on the platform, where it expires after an hour.
   * @default false
   */
  resume?: boolean | UploadStateStore | undefined;
}

/** As {@link FileUploadParams}, checked and with its defaults. */
export interface UploadPlan {
  readonly purpose: FileCreateFields["purpose"];
  readonly filename: string;
  readonly mimeType: string;
  readonly expiresAfter: ExpiresAfter | undefined;
  readonly partSize: number;
  readonly concurrency: number;
}

const MEGABYTE = 1024 ** 2;
const PART_SIZE = 16 * MEGABYTE;
const LEAST_PART = MEGABYTE / 16;
const LARGEST_PART = 64 * MEGABYTE;
/** As many as other stores of parts take, and few enough that the state of an upload stays small. */
const MOST_PARTS = 10_000;

/** Refuses what can't work, by name, before anything is sent. */
export function checkedPlan(source: FileSource, params: FileUploadParams): UploadPlan {
  const {
    purpose,
    filename = source.name,
    mimeType,
    expiresAfter,
    resume,
    partSize = PART_SIZE,
    concurrency = 4,
    ...request
  } = params;
  checkRequestOptions(request);
  text("purpose", purpose, 'such as "fine-tune"');
  text("filename", filename, 'such as "claims.jsonl"');
  if (mimeType !== undefined) {
    text("mimeType", mimeType, 'such as "text/jsonl"');
  }
  whole("partSize", partSize, LEAST_PART, LARGEST_PART, " of bytes");
  whole("concurrency", concurrency, 1, 64);
  if (expiresAfter !== undefined) {
    if (typeof expiresAfter !== "object" || expiresAfter?.anchor !== "created_at") {
      throw new ConfigurationError('expiresAfter must be { anchor: "created_at", seconds: … }.');
    }
    whole("expiresAfter.seconds", Number(expiresAfter.seconds), 3_600, 2_592_000);
  }
  checkParts(source.size ?? 0, partSize);
  checkResume(source, resume);
  return {
    purpose,
    filename,
    mimeType: mimeType ?? (source.type === "application/octet-stream" ? typeOf(filename) : source.type),
    expiresAfter,
    partSize,
    concurrency,
  };
}

/** A stream's size is known late, so this is checked once more. */
export function checkParts(size: number, partSize: number): void {
  if (size > partSize * MOST_PARTS) {
    throw new ConfigurationError(
      `partSize ${partSize} would make ${Math.ceil(size / partSize)} parts, and there can't be more than ${MOST_PARTS}. ` +
        `For ${size} bytes it must be at least ${Math.ceil(size / MOST_PARTS)}.`,
    );
  }
}

function checkResume(source: FileSource, resume: FileUploadParams["resume"]): void {
  if (!resume) {
    return;
  }
  if (source.path === undefined && source.slice === undefined) {
    throw new ConfigurationError(
      "resume needs a source that can be read again: a file on disk, bytes, a File or a Blob. A stream can be read once.",
    );
  }
  if (resume === true) {
    if (source.path === undefined) {
      throw new ConfigurationError(
        "resume: true keeps its state beside a file on disk, and this source isn't one. Give a store: resume: { load, save, remove }.",
      );
    }
    return;
  }
  const methods: unknown[] = [resume.load, resume.save, resume.remove];
  if (methods.some((method) => typeof method !== "function")) {
    throw new ConfigurationError(
      "resume must be a boolean or a store with the methods load, save and remove.",
    );
  }
}

function text(name: string, value: unknown, such: string): void {
  if (typeof value !== "string" || value === "") {
    const got = value === "" ? "an empty one" : value === null ? "null" : typeof value;
    throw new ConfigurationError(`${name} must be a text ${such}, not ${got}.`);
  }
}

function whole(name: string, value: number, least: number, most: number, of = ""): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new ConfigurationError(
      `${name} must be a whole number${of} from ${least} to ${most}, not ${typeof value === "number" ? value : typeof value}.`,
    );
  }
}

/** Platforms look at the type that an upload announces, and a path says none. */
function typeOf(filename: string): string {
  const types: Readonly<Record<string, string>> = {
    jsonl: "text/jsonl",
    json: "application/json",
    csv: "text/csv",
    txt: "text/plain",
    md: "text/markdown",
    pdf: "application/pdf",
  };
  return types[filename.split(".").at(-1)?.toLowerCase() ?? ""] ?? "application/octet-stream";
}
