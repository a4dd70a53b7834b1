import { createParser } from "eventsource-parser";
import { FermionError } from "./errors.ts";

/** An event as a server sent it. */
export interface ServerEvent {
  /** What `event:` said; `undefined` for a plain message. */
  readonly event: string | undefined;
  /** What `id:` said. */
  readonly id: string | undefined;
  readonly data: string;
}

/** The largest event, in characters: what is longer is an error, not a reason to use up the memory. */
export const MAX_EVENT = 16 * 1024 * 1024;

/** Turns bytes into events, however the bytes are cut. Comments are no events. */
export interface EventDecoder {
  /** The events that are complete with these bytes. Throws if one is longer than {@link MAX_EVENT}. */
  push(bytes: Uint8Array): ServerEvent[];
  /** How many milliseconds the server wants to pass before a new connection, if it has said so. */
  readonly retry: number | undefined;
}

/**
 * Makes a decoder of `text/event-stream`. An event without the blank line behind it is never given, as the standard has
 * it: it may have been cut anywhere.
 */
export function createEventDecoder(): EventDecoder {
  let events: ServerEvent[] = [];
  let retry: number | undefined;
  let tooLong = false;
  const decoder = new TextDecoder();
  const parser = createParser({
    maxBufferSize: MAX_EVENT,
    onEvent: ({ event, id, data }) => events.push({ event, id, data }),
    onRetry: (milliseconds) => {
      retry = milliseconds;
    },
    onError: ({ type }) => {
      // Unknown fields are to be ignored by the standard.
      tooLong ||= type === "max-buffer-size-exceeded";
    },
  });
  return {
    push(bytes) {
      events = [];
      parser.feed(decoder.decode(bytes, { stream: true }));
      if (tooLong) {
        throw new FermionError(`An event is longer than ${MAX_EVENT} characters.`);
      }
      return events;
    },
    get retry() {
      return retry;
    },
  };
}

/** Whether an answer is a stream of events by what it says of itself. */
export function isEventStream(headers: Headers): boolean {
  return /^text\/event-stream\s*(;|$)/i.test(headers.get("content-type") ?? "");
}
