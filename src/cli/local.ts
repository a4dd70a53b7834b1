import { homedir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";

interface LocalOptions {
  port: number;
  dataDir: string;
  json?: true;
  allowOrigin?: string[];
  webhookHost?: string[];
  faults?: true;
}

const MORE_HELP = `
Example:
  fermion local --port 0 --data-dir ./data

Environment variables:
  FERMION_BASE_URL  where clients find the platform; printed when it is ready
  FERMION_API_KEY   the key that clients send; printed when it is ready
  FERMION_DEBUG     set to anything, errors are printed with their stack`;

/**
 * `fermion local`: runs the local platform in the foreground until SIGINT or SIGTERM.
 *
 * With `--json`, standard output carries exactly one line once the platform is ready, for scripts that start it as a
 * child process: `{"base_url": …, "api_key": …}`.
 */
export function localCommand(): Command {
  return new Command("local")
    .description("run the local platform: it trains and serves custom models on this machine")
    .option("--port <number>", "port on 127.0.0.1; 0 takes a free one", parsePort, 4242)
    .option(
      "--data-dir <directory>",
      "where files, jobs and models are kept",
      join(homedir(), ".fermion", "local"),
    )
    .option(
      "--allow-origin <origin>",
      "let web pages of this origin call the platform, such as http://localhost:5173; may be repeated",
      collected,
    )
    .option(
      "--webhook-host <host>",
      "let webhooks be sent to this host too, not to this machine alone; may be repeated",
      collected,
    )
    .option("--faults", "for tests: do wrong what requests ask for with the header x-fermion-fault")
    .option("--json", "print one JSON line with base_url and api_key when ready, nothing else")
    .addHelpText("after", MORE_HELP)
    .action(runLocal);
}

async function runLocal({
  port,
  dataDir,
  json,
  allowOrigin,
  webhookHost,
  faults,
}: LocalOptions): Promise<void> {
  // Loaded here, so that `fermion --help` needs none of the platform's own packages.
  const { startLocalPlatform } = await import("fermion/local");
  const platform = await startLocalPlatform({
    port,
    dataDir,
    allowedOrigins: allowOrigin ?? [],
    webhookHosts: webhookHost ?? [],
    ...(faults && { faults: [] }),
  });
  const ended = untilSignal();

  if (json) {
    process.stdout.write(`${JSON.stringify({ base_url: platform.baseURL, api_key: platform.apiKey })}\n`);
  } else {
    process.stdout.write(
      [
        `Fermion local platform is ready; its data is in ${dataDir}`,
        "",
        `  export FERMION_BASE_URL=${platform.baseURL}`,
        `  export FERMION_API_KEY=${platform.apiKey}`,
        "",
        "Ctrl-C ends it; jobs that run go on at the next start.",
        "",
      ].join("\n"),
    );
  }

  await ended;
  await platform.close();
}

/** Resolves at the first SIGINT or SIGTERM. A second one ends the process at once: closing must never trap a user. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => {
        if (asked) {
          process.exit(signal === "SIGINT" ? 130 : 143);
        }
        asked = true;
        resolve();
      });
    }
  });
}

/** Of an option that may be repeated, all values. */
function collected(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new InvalidArgumentError("A port is a whole number from 0 to 65535.");
  }
  return port;
}
