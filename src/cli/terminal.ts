import type { WriteStream } from "node:tty";

/** Whether text for it is coloured: on a terminal, unless the environment asks for none (https://no-color.org). */
export function hasColor(stream: Pick<WriteStream, "isTTY">): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";
}

/** A line that is drawn over again and again. */
export interface ProgressLine {
  draw(text: string): void;
  /** Takes it away. */
  clear(): void;
}

/** So often it is drawn, in milliseconds. */
const EVERY = 100;

/** On a terminal, on standard error; elsewhere nothing is drawn. */
export function progressLine(): ProgressLine {
  const { stderr } = process;
  if (!stderr.isTTY) return { draw: () => undefined, clear: () => undefined };
  let last = 0;
  return {
    draw(text) {
      const now = Date.now();
      if (now - last < EVERY) return;
      last = now;
      stderr.write(`\r\x1b[K${text.slice(0, (stderr.columns || 80) - 1)}`);
    },
    clear() {
      if (last > 0) stderr.write("\r\x1b[K");
      last = 0;
    },
  };
}

/** That the user has asked to stop. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  /** What a process ends with that a signal has ended. */
  readonly status: number;

  constructor(signal: "SIGINT" | "SIGTERM") {
    super("Interrupted.");
    this.status = signal === "SIGINT" ? 130 : 143;
  }
}

/** Runs work whose signal is aborted by SIGINT or SIGTERM; a second one ends the process at once. */
export async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const stop = (signal: "SIGINT" | "SIGTERM") => {
    const interrupted = new Interrupted(signal);
    if (controller.signal.aborted) process.exit(interrupted.status);
    controller.abort(interrupted);
  };
  const onSignals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of onSignals) process.on(signal, stop);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of onSignals) process.off(signal, stop);
  }
}
