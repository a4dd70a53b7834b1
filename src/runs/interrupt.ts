/** What can end a run before its end. */
export type Interruption = "signal" | "ctrl-c" | "time";

/** Ends what a run is doing: by the caller's signal, by Ctrl-C, or when its time is over. */
export interface Interrupts {
  readonly signal: AbortSignal;
  /** What ended it. */
  readonly interruption: Interruption | undefined;
  /** Leaves nothing behind, on the signal or on the process. */
  stop(): void;
}

/** @param time - in milliseconds */
export function listenForInterrupts({
  signal,
  handleInterrupts = true,
  time,
}: {
  signal: AbortSignal | undefined;
  handleInterrupts: boolean | undefined;
  time: number | undefined;
}): Interrupts {
  const controller = new AbortController();
  let interruption: Interruption | undefined;
  const end = (by: Interruption) => {
    interruption ??= by;
    controller.abort();
  };
  const onSignal = () => end("signal");
  const onInterrupt = () => {
    if (interruption !== undefined) {
      // Asked twice: whatever is still being tidied up must not keep anybody.
      process.exit(130);
    }
    end("ctrl-c");
  };
  if (signal?.aborted) {
    end("signal");
  }
  signal?.addEventListener("abort", onSignal, { once: true });
  if (handleInterrupts) {
    process.on("SIGINT", onInterrupt);
  }
  const timer = time === undefined ? undefined : setTimeout(() => end("time"), time);
  return {
    signal: controller.signal,
    get interruption() {
      return interruption;
    },
    stop() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onSignal);
      process.off("SIGINT", onInterrupt);
    },
  };
}
