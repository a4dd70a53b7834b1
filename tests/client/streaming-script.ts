import { eventStream, type Script } from "./wire-server.ts";

/** What a chat is asked with where it doesn't matter. */
export const params = { model: "photon-nano", messages: [{ role: "user", content: "Hi" } as const] };

/** Sends these events, then does what a fault does; without one, the stream ends as it should. */
export function streaming(events: readonly string[], fault?: Script): Script {
  return async (response, request, index) => {
    eventStream(response);
    for (const text of events) {
      response.write(text);
    }
    if (fault) {
      // What was written shall arrive before the fault does.
      await new Promise((resolve) => setTimeout(resolve, 20));
      await fault(response, request, index);
    } else {
      response.end();
    }
  };
}

/** All that an iterable gives. */
export async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) {
    all.push(item);
  }
  return all;
}

/** Waits until something is so; the test's own time limit ends it otherwise. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
