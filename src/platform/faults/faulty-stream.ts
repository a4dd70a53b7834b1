import * as z from "zod";
import type { CutStreamFault, StallStreamFault } from "./fault.ts";

/**
 * Lets the first pieces of a stream of events through, and nothing behind them. It never ends by itself: the connection
 * is cut, or the client leaves; either gives up the stream behind it.
 *
 * @param cut - cuts the connection, once what was given has been sent
 */
export function faultyStream(
  source: ReadableStream<Uint8Array>,
  { kind, after }: CutStreamFault | StallStreamFault,
  cut: () => Promise<void>,
): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  const nextFrame = frameReader(reader);
  const encoder = new TextEncoder();
  let pieces = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        const frame = await nextFrame();
        const what = frame === undefined ? "end" : look(frame);
        if (what === "piece") pieces++;
        if (frame !== undefined && what !== "end" && pieces <= after) {
          controller.enqueue(encoder.encode(frame));
          return;
        }
        // Nothing is enqueued any more, so this isn't called again.
        if (kind === "stall_stream") return;
        await reader.cancel();
        await cut();
      },
      cancel: (reason) => reader.cancel(reason),
    },
    // Read when the connection asks for it: the piece before it has been written by then.
    { highWaterMark: 0 },
  );
}

/** Reads a stream of events by its frames, each with the empty line that ends it; `undefined` behind the last. */
function frameReader(reader: ReadableStreamDefaultReader<Uint8Array>): () => Promise<string | undefined> {
  const decoder = new TextDecoder();
  const frames: string[] = [];
  let text = "";
  return async () => {
    for (;;) {
      const frame = frames.shift();
      if (frame !== undefined) return frame;
      const { done, value } = await reader.read();
      if (done) return undefined;
      text += decoder.decode(value, { stream: true });
      frames.push(...text.split(/(?<=\n\n)/));
      text = frames.at(-1)?.endsWith("\n\n") ? "" : (frames.pop() ?? "");
    }
  };
}

const chatChunk = z.looseObject({
  choices: z.array(
    z.looseObject({
      delta: z.looseObject({ content: z.string().nullish() }),
      finish_reason: z.string().nullish(),
    }),
  ),
});

/** Whether a frame is a piece of the answer, or its end: in a stream of a job by its fields, in one of a chat by its chunk. */
function look(frame: string): "piece" | "end" | "other" {
  if (frame.startsWith("id: ")) {
    return frame.includes("\nevent: done\n") ? "end" : frame.includes("\nevent: ") ? "other" : "piece";
  }
  if (!frame.startsWith("data: ")) return "other";
  const data = frame.slice("data: ".length).trim();
  if (data === "[DONE]") return "end";
  const choices = chatChunk.safeParse(JSON.parse(data)).data?.choices ?? [];
  if (choices.some(({ finish_reason }) => typeof finish_reason === "string")) return "end";
  return choices.some(({ delta }) => delta.content) ? "piece" : "other";
}
