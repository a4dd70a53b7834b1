import { createRate, progressAt, REPORT_INTERVAL, type UploadProgress } from "../upload-progress.ts";

/** Adds up how far the parts of an upload have come. */
export interface UploadMeter {
  /** So many bytes of a part are on their way; fewer than before, when the part is sent again. */
  sending(part: number, bytes: number): void;
  /** The platform has a part. */
  confirmed(part: number, bytes: number): void;
  /** The file is made. */
  finished(): void;
}

export interface MeterOptions {
  readonly total: number;
  /** How many parts there are. */
  readonly parts: number;
  /** What an earlier call has sent. */
  readonly before?: { readonly bytes: number; readonly parts: number };
  /** What the caller's `onProgress` threw: it ends the upload. */
  readonly onFailure: (error: unknown) => void;
}

/** Reports at the beginning, at the end, and at most ten times a second between; never less than before, or more than all. */
export function createMeter(
  onProgress: ((progress: UploadProgress) => void) | undefined,
  { total, parts, before = { bytes: 0, parts: 0 }, onFailure }: MeterOptions,
): UploadMeter {
  const rate = createRate(before.bytes);
  const onTheirWay = new Map<number, number>();
  let confirmedBytes = before.bytes;
  let confirmedParts = before.parts;
  let most = before.bytes;
  let reported = Number.NEGATIVE_INFINITY;

  const report = (now: number) => {
    reported = now;
    try {
      onProgress?.({
        ...progressAt(most, total, rate(most), 1),
        parts: { confirmed: confirmedParts, total: parts },
      });
    } catch (error) {
      onFailure(error);
    }
  };
  const update = () => {
    const sum = [...onTheirWay.values()].reduce((all, bytes) => all + bytes, confirmedBytes);
    most = Math.max(most, Math.min(sum, total));
    const now = performance.now();
    // Everything has been sent is told once, at the end.
    if (now - reported >= REPORT_INTERVAL && most < total) {
      report(now);
    }
  };

  update();
  return {
    sending(part, bytes) {
      onTheirWay.set(part, bytes);
      update();
    },
    confirmed(part, bytes) {
      onTheirWay.delete(part);
      confirmedBytes += bytes;
      confirmedParts += 1;
      update();
    },
    finished() {
      most = total;
      report(performance.now());
    },
  };
}
