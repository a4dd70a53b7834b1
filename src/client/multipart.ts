import type { FileSource } from "./file-source.ts";
import { randomId } from "./random-id.ts";

/** A request body that is made while it is sent. */
export interface StreamBody {
  readonly contentType: string;
  /** In bytes, where it is known beforehand. */
  readonly length: number | undefined;
  /** The size of the file in it, for progress, where it is known beforehand. */
  readonly fileSize: number | undefined;
  /** Whether it can be made from its beginning. */
  repeatable(): boolean;
  /** The body, anew from its beginning. `onBytes` is told of each piece of the file as it is taken. */
  chunks(onBytes: (bytes: number) => void): AsyncIterable<Uint8Array>;
}

/**
 * A multipart form with one file in it. Made by hand, because no runtime's `FormData` streams a file of unknown size, or
 * gives the same bytes for the same form: a repetition has to be the same request, down to the boundary.
 */
export function multipartBody(
  fields: Readonly<Record<string, string>>,
  fileField: string,
  file: FileSource,
): StreamBody {
  const boundary = `fermion-${randomId()}`;
  const encoder = new TextEncoder();
  const head = encoder.encode(
    Object.entries(fields)
      .map(([name, value]) => `--${boundary}\r\n${disposition(name)}\r\n\r\n${value}\r\n`)
      .concat(
        `--${boundary}\r\n${disposition(fileField)}; filename="${quoted(file.name)}"\r\n` +
          `Content-Type: ${file.type.replace(/[\r\n]/g, "")}\r\n\r\n`,
      )
      .join(""),
  );
  const tail = encoder.encode(`\r\n--${boundary}--\r\n`);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    length: file.size === undefined ? undefined : head.length + file.size + tail.length,
    fileSize: file.size ?? file.expectedSize,
    repeatable: file.repeatable,
    async *chunks(onBytes) {
      yield head;
      for await (const chunk of file.read()) {
        yield chunk;
        // Told when the next piece is asked for: only then has this one gone on its way.
        onBytes(chunk.length);
      }
      yield tail;
    },
  };
}

function disposition(name: string): string {
  return `Content-Disposition: form-data; name="${quoted(name)}"`;
}

/** As browsers do it: what would end the header or the quotes is percent-encoded. */
function quoted(name: string): string {
  return name.replace(/[\r\n"]/g, (character) => encodeURIComponent(character));
}
