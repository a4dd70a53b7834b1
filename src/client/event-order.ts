import type { ServerEvent } from "./stream-decoder.ts";

/** So often in a row the events behind one place must come without the next before it is believed that there is none. */
const DOUBTS = 3;

/** Puts the events of a job in order by their ids. */
export interface EventOrder {
  /** The id to go on behind: nothing up to it is missing. */
  readonly lastEventId: string | undefined;
  /** Whether events are held back, because one before them is missing. */
  readonly waiting: boolean;
  /** The events whose turn it is, now that this one has come. */
  take(event: ServerEvent): ServerEvent[];
  /** The connection is over: what is held back comes again. `inVain`: the missing one was waited for. */
  restart(inVain: boolean): void;
}

/**
 * A platform numbers the events of a job without a gap; a status, or the end, has the number of the last event before it.
 * So what a connection has lost, doubled or brought in another order can be told: an event waits until those before it
 * are there. Ids that aren't such numbers, or turn out to have gaps, are taken as they come.
 *
 * @param fromStart - whether all events of the job are wanted, so that the first has the number 1
 */
export function createEventOrder(fromStart: boolean): EventOrder {
  let gapless = true;
  /** The number up to which all has come; `undefined` until the first says where we are. */
  let last: number | undefined = fromStart ? 0 : undefined;
  let lastEventId: string | undefined;
  let lastStatus = -1;
  let held: { event: ServerEvent; needs: number; number: number }[] = [];
  let doubts: { at: number | undefined; count: number } = { at: undefined, count: 0 };

  /** Takes from what is held whatever has all before it. */
  function* due(): Generator<ServerEvent> {
    for (;;) {
      const index = held.findIndex(({ needs }) => needs <= (last ?? 0));
      const [next] = index < 0 ? [] : held.splice(index, 1);
      if (!next) {
        return;
      }
      if (next.number > (last ?? -1)) {
        last = next.number;
        lastEventId = String(last);
      }
      if (next.event.event === "status") {
        // One that was overtaken by a later one is no news any more.
        if (next.number < lastStatus) {
          continue;
        }
        lastStatus = next.number;
      }
      yield next.event;
    }
  }

  return {
    get lastEventId() {
      return lastEventId;
    },
    get waiting() {
      return held.length > 0;
    },
    take(event) {
      const number = /^\d{1,15}$/.test(event.id ?? "") ? Number(event.id) : undefined;
      if (!gapless || number === undefined) {
        lastEventId = event.id ?? lastEventId;
        return [event];
      }
      const needs = event.event === "status" || event.event === "done" ? number : number - 1;
      last ??= needs;
      lastEventId ??= needs === number ? event.id : undefined;
      held.push({ event, needs, number });
      // The lowest first; of one number the event before the status behind it, and else as they came.
      held.sort((a, b) => a.number - b.number || a.needs - b.needs);
      return [...due()];
    },
    restart(inVain) {
      if (held.length > 0 && inVain) {
        doubts = { at: last, count: doubts.at === last ? doubts.count + 1 : 1 };
        gapless = doubts.count < DOUBTS;
      }
      held = [];
    },
  };
}
