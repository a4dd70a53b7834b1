/** Calls back when nothing has happened for a while. */
export interface Watchdog {
  /** Something happened: the wait begins anew. */
  touch(): void;
  /** Whoever reads is busy with what it has: until `resume`, silence isn't the sender's fault and doesn't count. */
  pause(): void;
  resume(): void;
  /** From now on the wait is this long, in milliseconds. */
  restart(limit: number): void;
  stop(): void;
}

/**
 * Watches for silence. The methods are called for every piece of a stream, so they only note the time; the timer finds
 * out when it fires whether it has to wait for the rest.
 */
export function createWatchdog(limit: number, onSilence: () => void): Watchdog {
  let allowed = limit;
  let last = performance.now();
  let pausedAt: number | undefined;
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined = setTimeout(check, allowed);

  function check() {
    timer = undefined;
    if (pausedAt !== undefined) {
      // A timer that runs while nobody reads would keep a process alive for nothing.
      return;
    }
    // Timers may fire a little early, hence the millisecond.
    const left = last + allowed - performance.now();
    if (left <= 1) {
      stopped = true;
      onSilence();
    } else {
      timer = setTimeout(check, left);
    }
  }

  return {
    touch() {
      last = performance.now();
    },
    pause() {
      pausedAt = performance.now();
    },
    resume() {
      if (pausedAt !== undefined) {
        last += performance.now() - pausedAt;
        pausedAt = undefined;
      }
      if (timer === undefined && !stopped) {
        timer = setTimeout(check, last + allowed - performance.now());
      }
    },
    restart(newLimit) {
      clearTimeout(timer);
      allowed = newLimit;
      last = performance.now();
      timer = setTimeout(check, allowed);
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
