import { MENDS_DISORDER } from "./expectations.ts";
import type { Chance } from "./seeded.ts";

/** What a request is for: it decides which faults make sense, and which step of a run they hit. */
export type Purpose = "upload" | "create" | "events" | "poll" | "chat";

/** How an answer ends that doesn't come whole: as a whole one does, by a FIN, by a RST, or never. */
export type Ending = "clean" | "closed" | "reset" | "silence";

/** `within`: half of the request has gone on to the platform. `after`: the platform has acted, and nobody hears of it. */
type When = "before" | "within" | "after";

/** Something that a network, a proxy or a server does to one request. */
export type Fault =
  | { readonly kind: "reset"; readonly when: When }
  /** A half-open socket: it was accepted, and nothing ever comes. */
  | { readonly kind: "hold"; readonly when: "before" | "after" }
  /** `early`: answered before the request has come whole. */
  | {
      readonly kind: "status";
      readonly when: "before" | "after";
      readonly status: number;
      readonly wait: Wait | undefined;
      readonly early: boolean;
    }
  /** A proxy's page in HTML, with success. */
  | { readonly kind: "page"; readonly when: "before" | "after" }
  /** The answer ends behind this many bytes. `lengthTold`: with a content-length, where it isn't a stream. */
  | { readonly kind: "cut"; readonly byte: number; readonly ending: Ending; readonly lengthTold: boolean }
  /** A few bytes at a time. */
  | { readonly kind: "trickle"; readonly bytes: number }
  /** Events come twice: at once, or behind the next one. */
  | { readonly kind: "repeat"; readonly share: number }
  /** Neighbouring events change places. */
  | { readonly kind: "shuffle"; readonly share: number }
  /** `Last-Event-ID` isn't heeded: the stream begins anew. */
  | { readonly kind: "forget" }
  /** Behind so many events nothing comes any more but signs of life. */
  | { readonly kind: "pings"; readonly behind: number }
  /** Behind so many events the server says that it has failed. */
  | { readonly kind: "error-event"; readonly behind: number };

/** How long a status asks to wait, and in which of the three ways. */
export type Wait =
  | { readonly as: "seconds" | "date"; readonly seconds: number }
  | { readonly as: "ms"; readonly ms: number };

/** Longer than any client of a run waits: it has to give up at once, and pass on how long was asked. */
export const TOO_LONG_SECONDS = 3_600;

/** How badly a run is treated. */
export interface Weather {
  /** The share of requests that something happens to, 0–1. */
  readonly share: number;
  /** Whether answers may stay away. If not, a client that runs into a timer has no excuse. */
  readonly silence: boolean;
}

/** What happens to a request. Events may come in disorder and end early in one answer. */
export function drawFaults(chance: Chance, purpose: Purpose, { share, silence }: Weather): Fault[] {
  const faults: Fault[] = [];
  if (purpose === "events") {
    if (chance.happens(share / 2)) faults.push({ kind: "repeat", share: 0.3 });
    if (chance.happens(share / 2)) faults.push({ kind: "shuffle", share: 0.3 });
    if (chance.happens(share / 2)) faults.push({ kind: "forget" });
  }
  if (chance.happens(share)) {
    const more = drawOne(chance, purpose, silence);
    if (MENDS_DISORDER || !faults.some(({ kind }) => kind === "shuffle")) faults.push(more);
  }
  return faults;
}

function drawOne(chance: Chance, purpose: Purpose, silence: boolean): Fault {
  const streams = purpose === "events" || purpose === "chat";
  const half = () => chance.pick<"before" | "after">(["before", "after"]);
  return chance.weighted<() => Fault>([
    [3, () => ({ kind: "reset", when: chance.pick(["before", "within", "after"]) })],
    [4, () => ({ kind: "status", when: half(), ...drawStatus(chance), early: chance.happens(0.3) })],
    [1, () => ({ kind: "page", when: half() })],
    [streams ? 6 : 3, () => drawCut(chance, streams, silence)],
    [1, () => ({ kind: "trickle", bytes: 4 + chance.below(60) })],
    [silence ? 2 : 0, () => ({ kind: "hold", when: half() })],
    [silence && purpose === "chat" ? 4 : 0, () => ({ kind: "pings", behind: chance.below(20) })],
    [purpose === "chat" ? 2 : 0, () => ({ kind: "error-event", behind: chance.below(20) })],
  ])();
}

function drawCut(chance: Chance, streams: boolean, silence: boolean): Fault {
  return {
    kind: "cut",
    // About as long as the streams of a run; objects are cut at the remainder by their length.
    byte: chance.below(6_000),
    ending: chance.pick(["clean", "closed", "reset", silence ? "silence" : "clean"]),
    lengthTold: !streams && chance.happens(0.5),
  };
}

function drawStatus(chance: Chance): { status: number; wait: Wait | undefined } {
  const status = chance.pick([429, 429, 500, 502, 503, 503]);
  const wait = chance.weighted<Wait | undefined>([
    [4, undefined],
    [2, { as: "seconds", seconds: chance.below(2) }],
    [1, { as: "date", seconds: 1 }],
    [2, { as: "ms", ms: 20 + chance.below(200) }],
    [0.5, { as: "seconds", seconds: TOO_LONG_SECONDS }],
  ]);
  return { status, wait };
}

/**
 * The names of the errors that a fault may end a call with, if the client can't cure it. None for what it has to bear.
 *
 * An answer that was cut may have been whole enough: then it is no error at all.
 */
export function errorsFor(fault: Fault, purpose: Purpose): readonly string[] {
  const chat = purpose === "chat";
  switch (fault.kind) {
    case "reset":
      return ["APIConnectionError"];
    case "hold":
      return ["APIConnectionTimeoutError"];
    case "status":
      return [fault.status === 429 ? "RateLimitError" : "InternalServerError"];
    case "page":
      return [chat ? "StreamRefusedError" : "UnexpectedResponseError"];
    case "cut":
      if (chat) return fault.ending === "silence" ? ["StreamStalledError"] : ["StreamTruncatedError"];
      if (fault.ending === "silence") return ["APIConnectionTimeoutError"];
      return [fault.ending === "clean" ? "UnexpectedResponseError" : "APIConnectionError"];
    case "pings":
      return ["StreamStalledError"];
    case "error-event":
      return ["StreamFailedError"];
    default:
      return [];
  }
}

/** In the words of a log. */
export function describeFault(purpose: Purpose, fault: Fault): string {
  const { kind, ...details } = fault;
  return `${purpose}: ${kind} ${JSON.stringify(details)}`;
}
