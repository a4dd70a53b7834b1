/** The chunks of a web stream. Safari's streams can't be iterated by themselves, so this reads them. */
export async function* readWebStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        ended = true;
        return;
      }
      yield value;
    }
  } finally {
    if (!ended) {
      // The stream may have failed already, and then cancelling it fails with the same error. It isn't waited for:
      // axios' body over `fetch` is cancelled only when a read of its own comes back, and that may never be.
      reader.cancel().catch(() => undefined);
    }
    reader.releaseLock();
  }
}

/**
 * A web stream of chunks. It asks for the next chunk only when its reader does.
 *
 * @param onCancel - called when the reader gives it up; it has to end a wait for a chunk that hasn't come
 */
export function toWebStream(
  chunks: AsyncIterable<Uint8Array>,
  onCancel: () => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const iterator = chunks[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const { done, value } = await iterator.next();
        if (done) {
          controller.close();
        } else {
          controller.enqueue(new Uint8Array(value));
        }
      } catch (error) {
        controller.error(error);
      }
    },
    async cancel() {
      onCancel();
      await iterator.return?.();
    },
  });
}

/** Whether something can be iterated asynchronously. What it yields has to be checked where it is used. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
