/** Bytes, or text that is sent as UTF-8. */
export type FileContent =
  | Blob
  | ArrayBuffer
  | ArrayBufferView
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array | string>
  | Response;

/**
 * A file on the disk of a Node process. It is read while it is sent, and again if the call has to be repeated. A pipe
 * (`/dev/stdin`) is read as a stream.
 */
export interface FilePath {
  path: string | URL;
  /** @default the last part of `path` */
  name?: string | undefined;
}

/** Content under a name. {@link toFile} makes one. */
export interface NamedFile {
  readonly content: FileContent;
  /** @default what the content itself is called, or `file` */
  readonly name?: string | null | undefined;
  readonly type?: string | undefined;
}

/**
 * What can be sent as a file: a `File` or `Blob`, bytes, a stream of Node (`fs.createReadStream(path)`) or of the web,
 * anything that can be iterated, a `fetch` response, `{ path }`, or any of them with a name by {@link toFile}.
 *
 * Streams can be read only once, so a call that fails while one is being sent can't be repeated by the client.
 */
export type Uploadable = FileContent | FilePath | NamedFile;

/**
 * Gives content a name, as the `openai` package's function of this name does.
 *
 * @param content - what the file consists of; a string becomes UTF-8
 * @param name - its name, which platforms show and some judge the format by
 *
 * @example
 * ```ts
 * await client.files.create({ file: toFile(Buffer.from(lines), "claims.jsonl"), purpose: "fine-tune" });
 * ```
 */
export function toFile(
  content: FileContent | string,
  name?: string | null,
  options: { type?: string } = {},
): NamedFile {
  return {
    content: typeof content === "string" ? new TextEncoder().encode(content) : content,
    name,
    type: options.type,
  };
}

/**
 * To be called with what a caller gives, before anything is waited for: a stream of Node that fails before anybody reads
 * it (a missing file, say) would end the process with an error that nobody heard. It keeps the error, and gives it to who
 * reads it later.
 */
export function hearErrors(file: unknown): void {
  if (typeof file !== "object" || file === null) {
    return;
  }
  if ("content" in file) {
    hearErrors(file.content);
  } else if (Symbol.asyncIterator in file && "on" in file && typeof file.on === "function") {
    file.on("error", () => undefined);
  }
}
