import type { Command } from "commander";

/** What a command that checks says by its exit status. */
export const FINDINGS = 1;
export const UNUSABLE = 2;

/** Prints an error for people; its stack is for those who ask for it. */
export function printError(error: unknown): void {
  console.error(
    process.env.FERMION_DEBUG ? error : `fermion: ${error instanceof Error ? error.message : String(error)}`,
  );
}

/** Wrong usage ends with the status 2 and the command's help, so that 1 always means findings. */
export function withUsageStatus(command: Command): Command {
  return command
    .showHelpAfterError()
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : UNUSABLE));
}

/** Who reads the output may have enough of it, as `head` has: that is no error. */
export function endOnBrokenPipe(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
}
