/** Which requests a fault is meant for. Without it, all of which it can be. */
export interface FaultTarget {
  /** Such as `POST`. */
  readonly method?: string;
  /** Such as `/v1/fine_tuning/jobs` or `/v1/files/*`: `*` stands for any one part of the path. */
  readonly path?: string;
}

/** How often a fault strikes. */
interface Recurrence {
  /**
   * It strikes at most so often, from 1.
   *
   * @default 1, or without a limit if there is a `rate`
   */
  readonly times?: number;
  /**
   * The share of the fitting requests that it strikes, above 0 and up to 1. Which of them follows from `seed` and their
   * order alone.
   *
   * @default 1
   */
  readonly rate?: number;
  /**
   * Chooses the requests that a `rate` strikes; a whole number from 0.
   *
   * @default 0
   */
  readonly seed?: number;
}

interface RequestFault extends Recurrence {
  readonly on?: FaultTarget;
}

/** The request is answered with 429, and nothing is done. */
export interface RateLimitFault extends RequestFault {
  readonly kind: "rate_limit";
  /**
   * The seconds that `retry-after` asks for, from 0.
   *
   * @default 1
   */
  readonly retryAfter?: number;
}

/** What the request asks for is done and kept, and then it is answered with 500. A request that fails by itself is left alone. */
export interface ErrorAfterWorkFault extends RequestFault {
  readonly kind: "error_after_work";
}

/** The connection is reset instead of an answer. */
export interface ConnectionResetFault extends RequestFault {
  readonly kind: "connection_reset";
  /**
   * Whether what the request asks for is done before that. A request that fails by itself is then left alone.
   *
   * @default false
   */
  readonly afterWork?: boolean;
}

/** A stream's connection ends in mid-answer: no `[DONE]`, and no error either. */
export interface CutStreamFault extends RequestFault {
  readonly kind: "cut_stream";
  /**
   * So many pieces still come, from 0: chunks with text in a stream of a chat, which are a token each but for characters
   * made of several, or events in that of a job. A shorter stream is cut before its end.
   */
  readonly after: number;
}

/** A stream stays open and nothing more comes, until the client leaves. */
export interface StallStreamFault extends RequestFault {
  readonly kind: "stall_stream";
  /** As in {@link CutStreamFault}. A shorter stream stalls before its end. */
  readonly after: number;
}

/** The body of a request is read slowly, so that whoever sends it has to wait. */
export interface SlowRequestBodyFault extends RequestFault {
  readonly kind: "slow_request_body";
  /** Above 0. What the system buffers is taken at once: some megabytes. */
  readonly bytesPerSecond: number;
}

/** The process that trains is killed (SIGKILL) in a step, before it has told of it. */
export interface TrainingCrashFault {
  readonly kind: "training_crash";
  /** From 1. */
  readonly step: number;
  /**
   * How many processes it kills, from 1. A job fails at the fourth that dies at one step.
   *
   * @default 1
   */
  readonly times?: number;
  /**
   * The id of the job that it is meant for.
   *
   * @default any
   */
  readonly job?: string;
}

/** Something that the local platform is to do wrong, so that a test sees what comes of it. */
export type Fault =
  | RateLimitFault
  | ErrorAfterWorkFault
  | ConnectionResetFault
  | CutStreamFault
  | StallStreamFault
  | SlowRequestBodyFault
  | TrainingCrashFault;

/** A fault that struck. */
export interface StruckFault {
  readonly fault: Fault;
  /** The request that it struck, and its `x-request-id`. */
  readonly request?: { readonly method: string; readonly path: string; readonly id: string };
  /** The job whose training it struck. */
  readonly job?: string;
}

/** The faults of a platform, while it runs. */
export interface FaultControl {
  /**
   * Adds faults behind those that there are.
   *
   * @throws {@link LocalPlatformOptionError} when one can't be meant, or when the platform was started without `faults`
   */
  add(...faults: readonly Fault[]): void;
  /** Takes away all faults that have not struck yet, and forgets those that have. A stream that stalls goes on stalling. */
  clear(): void;
  /** What has struck until now, in that order. */
  readonly struck: readonly StruckFault[];
}
