/** Work that is done one piece after the other. */
export interface Lane {
  /** There may be work. */
  wake(): void;
  /** Takes no more work; resolves when what is being done is done. */
  close(): Promise<void>;
}

interface LaneOptions<Work> {
  /** The piece to do next, if there is one. */
  next(): Work | undefined;
  perform(work: Work): Promise<void>;
  /** Hears what a piece failed with, and puts it aside: a piece that stays `next` would be tried for ever. */
  giveUp(work: Work, error: unknown): Promise<void>;
}

/** Starts to work. */
export function startLane<Work>({ next, perform, giveUp }: LaneOptions<Work>): Lane {
  let closing = false;
  let wake = () => {};
  const done = (async () => {
    while (!closing) {
      // Made before it is looked for work, so that what comes in between is not missed.
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const work = next();
      if (work === undefined) {
        await woken;
        continue;
      }
      try {
        await perform(work);
      } catch (error) {
        await giveUp(work, error);
      }
    }
  })();
  return {
    wake: () => wake(),
    close() {
      closing = true;
      wake();
      return done;
    },
  };
}
