/** Between two reads, in milliseconds. */
const PACE_MS = 50;

/** A request whose body comes at most so fast. Nothing is read ahead, so the sender feels it. */
export function slowed(request: Request, bytesPerSecond: number): Request {
  const { url, method, headers, signal, body } = request;
  if (!body) return request;
  const init = { method, headers, signal, body: paced(body, bytesPerSecond), duplex: "half" };
  return new Request(url, init);
}

/** Gives the bytes of a stream in small pieces, and waits for as long as each piece takes. */
export function paced(
  source: ReadableStream<Uint8Array>,
  bytesPerSecond: number,
): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  const most = Math.max(1, Math.floor((bytesPerSecond * PACE_MS) / 1000));
  let rest: Uint8Array = new Uint8Array();
  return new ReadableStream(
    {
      async pull(controller) {
        while (rest.length === 0) {
          const { done, value } = await reader.read();
          if (done) {
            controller.close();
            return;
          }
          rest = value;
        }
        const piece = rest.subarray(0, most);
        rest = rest.subarray(piece.length);
        await new Promise((resolve) => setTimeout(resolve, (piece.length / bytesPerSecond) * 1000));
        controller.enqueue(piece);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
