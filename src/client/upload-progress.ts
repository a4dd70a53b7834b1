/** How far a file has been sent. */
export interface UploadProgress {
  /** Bytes of the file that have been handed to the network. */
  readonly bytes: number;
  /** Bytes of the whole file, where that is known beforehand. For a read stream of Node, as it was at the beginning. */
  readonly total: number | undefined;
  /** `bytes` of `total`, from 0 to 1, where that is known. */
  readonly fraction: number | undefined;
  /** On average since the beginning. */
  readonly bytesPerSecond: number;
  /** Which try this is, from 1: after a failure the file is sent again from its beginning. */
  readonly attempt: number;
}

/** Reports at the beginning, at the end, and at most ten times a second between. */
export function createProgressReporter(
  onProgress: (progress: UploadProgress) => void,
  total: number | undefined,
  attempt: number,
): { add(bytes: number): void; end(): void } {
  const started = performance.now();
  let sent = 0;
  let reported = 0;

  const report = () => {
    reported = performance.now();
    const seconds = (reported - started) / 1_000;
    onProgress({
      bytes: sent,
      total,
      fraction: total === undefined ? undefined : total === 0 ? 1 : Math.min(1, sent / total),
      bytesPerSecond: seconds > 0 ? sent / seconds : 0,
      attempt,
    });
  };

  report();
  return {
    add(bytes) {
      sent += bytes;
      if (performance.now() - reported >= 100 && sent !== total) {
        report();
      }
    },
    end: report,
  };
}
