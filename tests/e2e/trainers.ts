import { readdirSync, readFileSync } from "node:fs";

// Processes are found by /proc, which is of Linux.

/** The training processes that a platform has started. */
export function trainersOf(pid: number | undefined): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => {
      try {
        const [, parent] = /^.*\) \S (\d+)/.exec(readFileSync(`/proc/${candidate}/stat`, "utf8")) ?? [];
        return (
          Number(parent) === pid &&
          readFileSync(`/proc/${candidate}/cmdline`, "utf8").includes("trainer-process")
        );
      } catch {
        return false;
      }
    });
}

/** Whether there is such a process, and it isn't a zombie. */
export function isAlive(pid: number): boolean {
  try {
    // A process that has ended and whose parent was killed is reaped by init; until then it is a zombie.
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
