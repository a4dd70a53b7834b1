import Busboy, { type BusboyFileStream, type BusboyInstance } from "@fastify/busboy";
import { invalidRequest } from "../api-error.ts";
import type { Blobs, ReceivedBlob } from "../blobs.ts";

/** A form that has arrived: its small fields, and its file on disk. */
export interface ReceivedForm {
  readonly fields: ReadonlyMap<string, string>;
  readonly filename: string;
  readonly blob: ReceivedBlob;
}

interface FormOptions {
  /** The name of the field with the bytes. */
  readonly field: string;
  /** The most bytes it may have. */
  readonly limit: number;
  /** What to do about a larger one, as a sentence. */
  readonly remedy: string;
  readonly blobs: Blobs;
}

/** What boundaries, headers and fields may add to the bytes of the file. */
const FORM_OVERHEAD = 1024 * 1024;

/**
 * Receives a multipart form with one file, which goes to disk as it comes: it is never held in memory.
 *
 * The header `x-content-sha256` is checked against the file's bytes if it is there.
 *
 * @throws ApiError 415 for another type of body, 413 for a file over the limit, 400 for everything else
 */
export async function receiveForm(request: Request, options: FormOptions): Promise<ReceivedForm> {
  const { field, limit } = options;
  const type = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\s*;/i.test(type)) {
    throw invalidRequest(
      `The body must be multipart/form-data with the file in the field "${field}", and this one has ${type ? `"${type.slice(0, 100)}"` : "no type"}.`,
      { status: 415, code: "unsupported_media_type" },
    );
  }
  if (Number(request.headers.get("content-length") ?? 0) > limit + FORM_OVERHEAD) throw tooLarge(options);
  const form = await parseForm(request, type, options);
  const expected = request.headers.get("x-content-sha256")?.toLowerCase();
  if (expected !== undefined && expected !== form.blob.sha256) {
    form.blob.discard();
    throw invalidRequest(
      `The bytes that arrived have the SHA-256 ${form.blob.sha256}, and the header x-content-sha256 says otherwise. Send them again.`,
      { code: "checksum_mismatch", param: field },
    );
  }
  return form;
}

async function parseForm(request: Request, type: string, options: FormOptions): Promise<ReceivedForm> {
  const { field, limit, blobs } = options;
  const fields = new Map<string, string>();
  let file: { filename: string; stream: BusboyFileStream; arrival: Promise<ReceivedBlob> } | undefined;
  let problem: Error | undefined;
  let giveUp = () => {};
  const givenUp = new Promise<void>((resolve) => {
    giveUp = resolve;
  });
  const fail = (error: Error) => {
    problem ??= error;
    giveUp();
  };

  const parser = createParser(type, limit);
  parser.on("field", (name, value, nameTruncated, valueTruncated) => {
    if (nameTruncated || valueTruncated) fail(invalidRequest("A field of the form is too long."));
    else if (name === field) {
      fail(
        invalidRequest(`"${field}" must be a file: its part of the form needs a filename.`, { param: field }),
      );
    } else fields.set(name, value);
  });
  parser.on("file", (name, stream, filename) => {
    // The parser emits errors on the stream even before anyone reads it; unheard, they would end the platform.
    stream.on("error", () => {});
    if (name !== field || file) {
      stream.resume();
      fail(invalidRequest(`The form must have one file, in the field "${field}".`, { param: field }));
      return;
    }
    const arrival = blobs.receive(upTo(stream, options));
    // It is awaited below, but may fail before that.
    arrival.catch(fail);
    file = { filename: spelled(filename) || field, stream, arrival };
  });
  for (const event of ["partsLimit", "filesLimit", "fieldsLimit"] as const) {
    parser.on(event, () => fail(invalidRequest("The form has too many parts.")));
  }

  try {
    await feed(request, parser, { problem: () => problem, givenUp });
  } catch (error) {
    fail(error instanceof Error ? error : new Error(String(error)));
    // The parser forgets the stream of a form that was cut off, and its end would be waited for in vain.
    file?.stream.destroy(new Error("the form was cut off"));
  }
  const blob = await file?.arrival.catch(fail);
  if (!problem && !(file && blob)) {
    fail(invalidRequest(`The form has no file in the field "${field}".`, { param: field }));
  }
  if (problem || !file || !blob) {
    blob?.discard();
    throw problem ?? new Error("a form without a file has no problem");
  }
  return { fields, filename: file.filename, blob };
}

function createParser(type: string, limit: number): BusboyInstance {
  try {
    return new Busboy({
      headers: { "content-type": type },
      // Else a backslash in a name would be taken for a folder of Windows.
      preservePath: true,
      // A part without a filename is a field, whatever its type says.
      isPartAFile: (_field, _type, filename) => filename !== undefined,
      limits: {
        fieldNameSize: 200,
        fieldSize: 64 * 1024,
        fields: 50,
        files: 2,
        parts: 60,
        headerPairs: 50,
        fileSize: limit + 1,
      },
    });
  } catch {
    throw invalidRequest("The content-type of the form has no boundary.", { code: "invalid_form" });
  }
}

/** The name of a file as it was before the form: HTML has quotes and line ends percent-encoded there, and no folders. */
function spelled(filename: string): string {
  return filename
    .slice(filename.lastIndexOf("/") + 1)
    .replace(/%(?:22|0d|0a)/gi, (code) => decodeURIComponent(code));
}

interface Trouble {
  readonly problem: () => Error | undefined;
  /** Resolves when there is a problem. */
  readonly givenUp: Promise<void>;
}

/** Pumps the body through the parser, until its end or until there is a problem. */
async function feed(request: Request, parser: BusboyInstance, { problem, givenUp }: Trouble) {
  const broken = () =>
    invalidRequest("The form could not be read to its end: it is malformed or was cut off.", {
      code: "invalid_form",
    });
  if (!request.body) throw broken();
  const finished = new Promise<void>((resolve, reject) => {
    parser.once("finish", resolve);
    parser.on("error", () => reject(broken()));
    parser.once("close", resolve);
  });
  finished.catch(() => {
    // Told by the race below, or by what came first.
  });
  const reader = request.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        throw broken();
      });
      if (done) break;
      if (!parser.write(value)) {
        // Behind a file that nobody reads any more, because it is too large or the disk is full, the parser stands still.
        await Promise.race([
          new Promise<void>((resolve) => parser.once("drain", resolve)),
          finished,
          givenUp,
        ]);
      }
      const found = problem();
      if (found) throw found;
    }
    parser.end();
    await Promise.race([finished, givenUp]);
    const found = problem();
    if (found) throw found;
  } catch (error) {
    parser.destroy();
    await reader.cancel().catch(() => {
      // The connection may be gone already.
    });
    throw error;
  }
}

async function* upTo(stream: BusboyFileStream, options: FormOptions): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("a file stream gave something other than bytes");
    length += chunk.length;
    if (length > options.limit) throw tooLarge(options);
    yield chunk;
  }
}

function tooLarge({ limit, remedy }: FormOptions): Error {
  return invalidRequest(
    `The file is larger than ${limit / 1024 ** 2} MB, the most that one request may carry. ${remedy}`,
    { status: 413, code: "file_too_large" },
  );
}
