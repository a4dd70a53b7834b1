import type { Fault } from "./faults.ts";
import type { Chance } from "./seeded.ts";

/** The frames of a stream of events, each with the blank line that ends it; what is left over comes last. */
export async function* frames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      yield text.slice(0, end + 2);
      text = text.slice(end + 2);
    }
  }
  if (text) yield text;
}

/** Only events of a job have an id; what they change places with must not be the word that all is over. */
const isEvent = (frame: string) => frame.startsWith("id: ");

const ERROR_EVENT = `data: ${JSON.stringify({
  error: { message: "The engine has gone away.", type: "server_error", param: null, code: "engine_failed" },
})}\n\n`;

/**
 * Does to the frames what the faults say. `onFault` hears of each that has come to pass.
 *
 * The stream ends early behind an `error-event`. Behind `pings` it never ends; whoever reads it has to stop.
 */
export async function* disturbedFrames(
  source: AsyncIterable<string>,
  faults: readonly Fault[],
  chance: Chance,
  onFault: (fault: Fault) => void,
): AsyncGenerator<string> {
  let stream = source;
  for (const fault of faults) {
    const happened = once(() => onFault(fault));
    switch (fault.kind) {
      case "shuffle":
        stream = shuffled(stream, fault.share, chance, happened);
        break;
      case "repeat":
        stream = repeated(stream, fault.share, chance, happened);
        break;
      case "error-event":
        stream = interrupted(stream, fault.behind, happened, async function* () {
          yield ERROR_EVENT;
        });
        break;
      case "pings":
        stream = interrupted(stream, fault.behind, happened, signsOfLife);
        break;
    }
  }
  yield* stream;
}

async function* shuffled(source: AsyncIterable<string>, share: number, chance: Chance, happened: () => void) {
  let held: string | undefined;
  for await (const frame of source) {
    if (held !== undefined) {
      if (isEvent(frame)) {
        happened();
        yield frame;
        yield held;
      } else {
        yield held;
        yield frame;
      }
      held = undefined;
    } else if (isEvent(frame) && chance.happens(share)) held = frame;
    else yield frame;
  }
  if (held !== undefined) yield held;
}

async function* repeated(source: AsyncIterable<string>, share: number, chance: Chance, happened: () => void) {
  let earlier: string | undefined;
  for await (const frame of source) {
    yield frame;
    if (earlier !== undefined && chance.happens(share)) {
      happened();
      yield earlier;
    }
    // Jobs, too, are told of twice; only the end isn't.
    if (!frame.startsWith("event: done")) {
      earlier = chance.happens(0.5) ? frame : earlier;
      if (chance.happens(share / 2)) {
        happened();
        yield frame;
      }
    } else earlier = undefined;
  }
}

async function* interrupted(
  source: AsyncIterable<string>,
  behind: number,
  happened: () => void,
  then: () => AsyncIterable<string>,
) {
  let count = 0;
  for await (const frame of source) {
    if (count++ === behind) {
      happened();
      yield* then();
      return;
    }
    yield frame;
  }
}

async function* signsOfLife() {
  for (;;) {
    yield ": ping\n\n";
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}
