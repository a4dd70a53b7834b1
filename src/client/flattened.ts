/**
 * The items of batches, one by one. An async generator would cost several turns of the event loop's queue for each item;
 * this one costs a promise for what is there already, and waits only between batches.
 *
 * @param pick - what to give of each item; `undefined` leaves it out
 * @param signal - when it is aborted, what has been batched isn't given any more; `batches` has to say how it ends
 */
export function flattened<Item, Picked>(
  batches: AsyncGenerator<readonly Item[], void, undefined>,
  pick: (item: Item) => Picked | undefined,
  signal: AbortSignal,
): AsyncIterableIterator<Picked, void, undefined> {
  type Result = IteratorResult<Picked, void>;
  let batch: readonly Item[] = [];
  let position = 0;
  /** The last call that had to wait. Calls that don't wait for one another are answered in their order nevertheless. */
  let waiting: Promise<Result> | undefined;

  function take(): Picked | undefined {
    while (position < batch.length) {
      const item = batch[position++];
      const picked = item === undefined ? undefined : pick(item);
      if (picked !== undefined) {
        return picked;
      }
    }
    return undefined;
  }

  async function step(): Promise<Result> {
    for (;;) {
      const value = signal.aborted ? undefined : take();
      if (value !== undefined) {
        return { done: false, value };
      }
      const next = await batches.next();
      if (next.done) {
        return next;
      }
      batch = next.value;
      position = 0;
    }
  }

  return {
    next() {
      if (waiting === undefined && position < batch.length && !signal.aborted) {
        const value = take();
        if (value !== undefined) {
          return Promise.resolve<Result>({ done: false, value });
        }
      }
      const result: Promise<Result> = waiting === undefined ? step() : waiting.then(step, step);
      waiting = result;
      const over = () => {
        if (waiting === result) {
          waiting = undefined;
        }
      };
      result.then(over, over);
      return result;
    },
    async return() {
      batch = [];
      await batches.return();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
