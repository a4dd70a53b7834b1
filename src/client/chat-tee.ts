import type { ChatCompletionChunk } from "../contract/chat.ts";
import type { OpenChatStream } from "./chat-stream.ts";

type Batch = readonly ChatCompletionChunk[];
type Result = IteratorResult<Batch, void>;

/**
 * Two readers of the same batches, each at its own speed. What the faster one has read waits in a list for the slower
 * one, unless that one is gone.
 *
 * @param onAbandoned - called when both are gone before the end
 */
export function teeBatches(
  source: AsyncGenerator<Batch, void, undefined>,
  onAbandoned: () => void,
): [OpenChatStream, OpenChatStream] {
  const queues: (Promise<Result>[] | undefined)[] = [[], []];
  let ended = false;

  async function readNext(): Promise<Result> {
    try {
      const result = await source.next();
      ended ||= result.done === true;
      return result;
    } catch (error) {
      ended = true;
      throw error;
    }
  }

  function next(index: 0 | 1): Promise<Result> {
    const waiting = queues[index]?.shift();
    if (waiting) {
      return waiting;
    }
    const result = readNext();
    // The other branch learns of an error when it gets there.
    result.catch(() => undefined);
    queues[1 - index]?.push(result);
    return result;
  }

  function branch(index: 0 | 1): OpenChatStream {
    const dispose = () => {
      const wasThere = queues[index] !== undefined;
      queues[index] = undefined;
      if (wasThere && queues[1 - index] === undefined && !ended) {
        onAbandoned();
      }
    };
    return {
      async *batches(accumulator) {
        try {
          for (let result = await next(index); !result.done; result = await next(index)) {
            for (const chunk of result.value) {
              accumulator.add(chunk);
            }
            yield result.value;
          }
        } finally {
          dispose();
        }
      },
      dispose,
    };
  }

  return [branch(0), branch(1)];
}
