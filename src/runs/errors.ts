import type { Finding } from "../data/findings.ts";
import { FermionError } from "../index.ts";

/** A run didn't get to its end. Its kinds say why; what was done until then is kept, and starting again goes on there. */
export class RunError extends FermionError {
  override readonly name: string = "RunError";
  /** The name of the run. */
  readonly run: string;

  constructor(message: string, options: { run: string; isRetryable?: boolean; cause?: unknown }) {
    super(message, options);
    this.run = options.run;
  }
}

/** Why a run's file can't be used. */
export type RunFileErrorCode = "not_found" | "damaged" | "newer" | "unwritable";

/** The file of a run can't be used. Nothing was changed, and no other run was begun in its place. */
export class RunFileError extends RunError {
  override readonly name = "RunFileError";
  /**
   * - `not_found`: there is no such run, or no such version of it.
   * - `damaged`: what lies there isn't the file of a run.
   * - `newer`: a newer version of this package wrote it.
   * - `unwritable`: it can't be written, as `cause` says.
   */
  readonly code: RunFileErrorCode;
  readonly path: string;

  constructor(
    message: string,
    options: { run: string; code: RunFileErrorCode; path: string; cause?: unknown },
  ) {
    super(message, options);
    this.code = options.code;
    this.path = options.path;
  }
}

/** Who works on a run. */
export interface RunHolder {
  readonly pid: number;
  readonly host: string;
  /** When it took the run, in milliseconds since 1970. */
  readonly since: number;
}

/** Another process works on the run. */
export class RunLockedError extends RunError {
  override readonly name = "RunLockedError";
  readonly holder: RunHolder;
  /** The lock. */
  readonly path: string;

  constructor(message: string, options: { run: string; holder: RunHolder; path: string }) {
    super(message, { ...options, isRetryable: true });
    this.holder = options.holder;
    this.path = options.path;
  }
}

/** The data has errors that training would suffer from, so nothing was sent. */
export class RunDataError extends RunError {
  override readonly name = "RunDataError";
  /** The first hundred of them. */
  readonly findings: readonly Finding[];
  /** How many there are. */
  readonly count: number;

  constructor(message: string, options: { run: string; findings: readonly Finding[]; count: number }) {
    super(message, options);
    this.findings = options.findings;
    this.count = options.count;
  }
}

/** A run would go, or has gone, over its budget. */
export class RunBudgetError extends RunError {
  override readonly name = "RunBudgetError";
  readonly budget: "cost" | "time";
  /** What was allowed: money in the currency of the prices, or milliseconds. */
  readonly limit: number;
  /** What it would take or has taken, in the same unit. */
  readonly amount: number;
  /** Whether it was noticed before anything was sent. */
  readonly spent: boolean;
  /** The job, if there is one. */
  readonly job: string | undefined;

  constructor(
    message: string,
    options: {
      run: string;
      budget: "cost" | "time";
      limit: number;
      amount: number;
      spent: boolean;
      job?: string | undefined;
    },
  ) {
    super(message, options);
    this.budget = options.budget;
    this.limit = options.limit;
    this.amount = options.amount;
    this.spent = options.spent;
    this.job = options.job;
  }
}

/** What has stopped a run. */
export type RunStop = "diverging" | "plateau" | "declined";

/** A guard stopped the run, or whoever was asked declined it. */
export class RunStoppedError extends RunError {
  override readonly name = "RunStoppedError";
  /**
   * - `diverging`: the loss went up for good, or wasn't a number any more.
   * - `plateau`: the loss went down no further.
   * - `declined`: `confirm` said no; nothing was sent.
   */
  readonly reason: RunStop;
  /** The job, which was cancelled. */
  readonly job: string | undefined;

  constructor(message: string, options: { run: string; reason: RunStop; job?: string | undefined }) {
    super(message, options);
    this.reason = options.reason;
    this.job = options.job;
  }
}

/** The run was ended from outside: by Ctrl-C, or by its signal. */
export class RunInterruptedError extends RunError {
  override readonly name = "RunInterruptedError";
  /** The job, if there is one. */
  readonly job: string | undefined;
  /** What became of the job. */
  readonly jobWas: "left" | "cancelled" | undefined;

  constructor(
    message: string,
    options: { run: string; job: string | undefined; jobWas: "left" | "cancelled" | undefined },
  ) {
    super(message, { ...options, isRetryable: true });
    this.job = options.job;
    this.jobWas = options.jobWas;
  }
}
