import { createParser } from "eventsource-parser";
import { FermionError } from "./errors.ts";
import { createUtf8Decoder } from "./utf8.ts";

/** An event as a server sent it. */
export interface ServerEvent {
  /** What `event:` said; `undefined` for a plain message. */
  readonly event?: string | undefined;
  /** What `id:` said in this event; `undefined` if it had none, and the one before it is still the last. */
  readonly id?: string | undefined;
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
 *
 * It differs from the standard in one thing: an `id` in a block without data is not seen, because the parser gives no
 * event for such a block.
 */
export function createEventDecoder(): EventDecoder {
  let events: ServerEvent[] = [];
  let retry: number | undefined;
  let tooLong = false;
  let skipLineFeed = false;
  const decode = createUtf8Decoder();
  const parser = createParser({
    maxBufferSize: MAX_EVENT,
    onEvent: (event) => {
      events.push(event);
    },
    onRetry: (milliseconds) => {
      retry = milliseconds;
    },
    onError: ({ type }) => {
      // Unknown fields are to be ignored by the standard.
      tooLong ||= type === "max-buffer-size-exceeded";
    },
  });
  // The parser drops the letters `ï»¿` at the beginning of its first text, for callers that decode a byte order mark as
  // Latin-1. Here the decoder has taken the mark away, so they would be letters.
  parser.feed("");

  /**
   * With every line end as a line feed, the parser takes its quick way. And it need not wait after a carriage return for
   * the line feed that may follow: the last event of a server that ends lines with the former would wait forever.
   */
  function withLineFeeds(text: string): string {
    if (skipLineFeed && text !== "") {
      skipLineFeed = false;
      if (text.startsWith("\n")) {
        text = text.slice(1);
      }
    }
    if (!text.includes("\r")) {
      return text;
    }
    skipLineFeed = text.endsWith("\r");
    return text.replace(/\r\n?/g, "\n");
  }

  return {
    push(bytes) {
      events = [];
      parser.feed(withLineFeeds(decode(bytes)));
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
