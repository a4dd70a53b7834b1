import type { Readable } from "node:stream";

/** A response with the bytes of a file, whose size is known beforehand. */
export function download(
  bytes: Readable,
  { filename, bytes: length }: { readonly filename: string; readonly bytes: number },
): Response {
  // A name from JSON may hold half a character, which no header can carry.
  const name = encodeURIComponent(Buffer.from(filename, "utf8").toString("utf8"));
  return new Response(webStream(bytes), {
    headers: {
      "content-type": "application/octet-stream",
      "content-length": String(length),
      "content-disposition": `attachment; filename*=UTF-8''${name}`,
    },
  });
}

function webStream(readable: Readable): ReadableStream<Uint8Array> {
  const iterator: AsyncIterator<Uint8Array> = readable[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel() {
      readable.destroy();
    },
  });
}
