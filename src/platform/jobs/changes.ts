/** Tells those who watch a job that its events or its status have changed. */
export interface Changes {
  announce(jobId: string): void;
  /** Calls back on each change, until the returned function is called. */
  watch(jobId: string, onChange: () => void): () => void;
}

/** Watchers within this process; what has changed they read from the store. */
export function createChanges(): Changes {
  const watchers = new Map<string, Set<() => void>>();
  return {
    announce(jobId) {
      for (const onChange of watchers.get(jobId) ?? []) onChange();
    },
    watch(jobId, onChange) {
      const ofJob = watchers.get(jobId) ?? new Set();
      watchers.set(jobId, ofJob.add(onChange));
      return () => {
        ofJob.delete(onChange);
        if (ofJob.size === 0 && watchers.get(jobId) === ofJob) watchers.delete(jobId);
      };
    },
  };
}
