import { createHash } from "node:crypto";
import { LocalPlatformOptionError } from "../errors.ts";
import type { Fault, FaultControl, FaultTarget, StruckFault, TrainingCrashFault } from "./fault.ts";
import { checkFaults } from "./fault-schema.ts";

/** A fault that strikes requests. */
export type RequestFault = Exclude<Fault, TrainingCrashFault>;

/** A request, as faults look at it. */
export interface FaultyRequest {
  readonly method: string;
  readonly path: string;
  readonly id: string;
}

/** The faults that a platform knows of, and which of them are due. */
export interface Faults {
  readonly control: FaultControl;
  /** The first fault of those that can strike here whose turn it is. It counts as struck. */
  take<Kind extends RequestFault>(
    request: FaultyRequest,
    canStrike: (fault: RequestFault) => fault is Kind,
  ): Kind | undefined;
  /** Records a fault that a request itself asked for. */
  record(fault: Fault, request: FaultyRequest): void;
  /** Whether the process that trains this job is to be killed in this step. It counts as struck. */
  takeCrash(job: string, step: number): boolean;
}

interface Pending<Kind extends Fault> {
  readonly fault: Kind;
  /** Strikes that are left. */
  left: number;
  /** Fitting requests so far. */
  seen: number;
}

/** Keeps faults. @throws LocalPlatformOptionError when one of the first can't be meant */
export function createFaults(first: readonly Fault[]): Faults {
  const onRequests: Pending<RequestFault>[] = [];
  const crashes: Omit<Pending<TrainingCrashFault>, "seen">[] = [];
  const struck: StruckFault[] = [];

  const add = (...faults: readonly Fault[]) => {
    checkFaults(faults);
    for (const fault of faults) {
      if (fault.kind === "training_crash") crashes.push({ fault, left: fault.times ?? 1 });
      else {
        const left = fault.times ?? (fault.rate === undefined ? 1 : Number.POSITIVE_INFINITY);
        onRequests.push({ fault, left, seen: 0 });
      }
    }
  };
  add(...first);

  return {
    control: {
      add,
      clear() {
        for (const list of [onRequests, crashes, struck]) list.length = 0;
      },
      get struck() {
        return [...struck];
      },
    },
    take(request, canStrike) {
      for (const pending of onRequests) {
        const { fault } = pending;
        if (!canStrike(fault) || pending.left === 0 || !isMeant(fault.on, request)) continue;
        if (!isDue(fault, pending.seen++)) continue;
        pending.left--;
        struck.push({ fault, request });
        return fault;
      }
      return undefined;
    },
    record(fault, request) {
      struck.push({ fault, request });
    },
    takeCrash(job, step) {
      const due = crashes.find(
        ({ fault, left }) => left > 0 && fault.step === step && (fault.job ?? job) === job,
      );
      if (!due) return false;
      due.left--;
      struck.push({ fault: due.fault, job });
      return true;
    },
  };
}

/** Of a platform that was started without `faults`. */
export const noFaults: FaultControl = {
  add() {
    throw new LocalPlatformOptionError(
      "faults",
      "must be given when the platform starts, before faults can be added: an empty list is enough.",
    );
  },
  clear() {},
  struck: [],
};

function isMeant(target: FaultTarget | undefined, { method, path }: FaultyRequest): boolean {
  if (target?.method !== undefined && target.method !== method) return false;
  if (target?.path === undefined) return true;
  const wanted = target.path.split("/");
  const parts = path.split("/");
  return (
    wanted.length === parts.length && wanted.every((part, index) => part === "*" || part === parts[index])
  );
}

/** Whether the n-th fitting request is struck: from the seed and n alone, so that a run can be repeated. */
function isDue({ kind, rate, seed = 0 }: RequestFault, n: number): boolean {
  if (rate === undefined) return true;
  const draw = createHash("sha256").update(`${kind} ${seed} ${n}`).digest().readUInt32BE(0);
  return draw < rate * 2 ** 32;
}
