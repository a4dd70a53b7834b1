/** What is to be called for each signal that somebody waits for, and what the signal itself calls. */
const waiting = new WeakMap<AbortSignal, { readonly calls: Set<() => void>; readonly onAbort: () => void }>();

/**
 * Calls back once when the signal says so; never, if it has said so already.
 *
 * The signal gets one listener however many wait for it: callers share a signal among all the calls of a request of
 * their own, and Node takes more than ten listeners on one signal for a leak, and prints so.
 *
 * @param call - a function of this caller alone: the same one twice would be called once
 * @returns what ends the waiting; when nobody waits any more, the signal has no listener either
 */
export function listenForAbort(signal: AbortSignal | null | undefined, call: () => void): () => void {
  if (!signal || signal.aborted) {
    return () => undefined;
  }
  const entry = waiting.get(signal) ?? begin(signal);
  entry.calls.add(call);
  return () => {
    entry.calls.delete(call);
    if (entry.calls.size === 0) {
      end(signal, entry.onAbort);
    }
  };
}

function begin(signal: AbortSignal) {
  const calls = new Set<() => void>();
  const onAbort = () => {
    end(signal, onAbort);
    // A set leaves out what is taken away meanwhile: who is called may end the waiting of others.
    for (const call of calls) {
      call();
    }
  };
  const entry = { calls, onAbort };
  waiting.set(signal, entry);
  signal.addEventListener("abort", onAbort, { once: true });
  return entry;
}

/** Whoever comes after this begins anew. */
function end(signal: AbortSignal, onAbort: () => void): void {
  signal.removeEventListener("abort", onAbort);
  if (waiting.get(signal)?.onAbort === onAbort) {
    waiting.delete(signal);
  }
}
