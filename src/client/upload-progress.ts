/** How far a file has been sent. */
export interface UploadProgress {
  /** Bytes of the file that have been handed to the network. */
  readonly bytes: number;
  /** Bytes of the whole file, where that is known beforehand. For a read stream of Node, as it was at the beginning. */
  readonly total: number | undefined;
  /** `bytes` of `total`, from 0 to 1, where that is known. */
  readonly fraction: number | undefined;
  /** On average over the last ten seconds. */
  readonly bytesPerSecond: number;
  /** How many seconds the rest takes at that rate, where both are known. */
  readonly eta: number | undefined;
  /** Which try this is, from 1: after a failure the file is sent again from its beginning. The parts of an upload are repeated by themselves; there it stays 1. */
  readonly attempt: number;
  /** The parts of an upload: how many the platform has confirmed, and how many there are. */
  readonly parts?: { readonly confirmed: number; readonly total: number } | undefined;
}

/** Milliseconds between two reports. */
export const REPORT_INTERVAL = 100;

/** Milliseconds over which the rate is taken: long enough to be steady, short enough to follow a change. */
const RATE_WINDOW = 10_000;

/** Measures a rate from how far something has come. @param start - from where it is measured, in bytes */
export function createRate(start = 0): (bytes: number) => number {
  const points = [{ time: performance.now(), bytes: start }];
  return (bytes) => {
    const time = performance.now();
    points.push({ time, bytes });
    while (points.length > 2 && time - (points[1]?.time ?? time) > RATE_WINDOW) {
      points.shift();
    }
    const from = points[0] ?? { time, bytes };
    const seconds = (time - from.time) / 1_000;
    return seconds > 0 ? (bytes - from.bytes) / seconds : 0;
  };
}

/** What is told of a moment. */
export function progressAt(
  bytes: number,
  total: number | undefined,
  bytesPerSecond: number,
  attempt: number,
): UploadProgress {
  return {
    bytes,
    total,
    fraction: total === undefined ? undefined : total === 0 ? 1 : Math.min(1, bytes / total),
    bytesPerSecond,
    eta: total === undefined ? undefined : eta(total - bytes, bytesPerSecond),
    attempt,
  };
}

function eta(left: number, bytesPerSecond: number): number | undefined {
  if (left <= 0) {
    return 0;
  }
  return bytesPerSecond > 0 ? left / bytesPerSecond : undefined;
}

/** Reports at the beginning, at the end, and at most ten times a second between. */
export function createProgressReporter(
  onProgress: (progress: UploadProgress) => void,
  total: number | undefined,
  attempt: number,
): { add(bytes: number): void; end(): void } {
  const rate = createRate();
  let sent = 0;
  let reported = 0;

  const report = () => {
    reported = performance.now();
    onProgress(progressAt(sent, total, rate(sent), attempt));
  };

  report();
  return {
    add(bytes) {
      sent += bytes;
      if (performance.now() - reported >= REPORT_INTERVAL && sent !== total) {
        report();
      }
    },
    end: report,
  };
}
