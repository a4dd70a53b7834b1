#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { dataCommand } from "./data.ts";
import { endOnBrokenPipe, printError } from "./exit-status.ts";
import { localCommand } from "./local.ts";
import { runsCommand } from "./runs.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const program = new Command("fermion")
  .description("Customize language models: upload domain data, fine-tune, watch, stream.")
  .version(version)
  .showHelpAfterError()
  .addCommand(dataCommand())
  .addCommand(localCommand())
  .addCommand(runsCommand());

endOnBrokenPipe();
try {
  await program.parseAsync();
} catch (error) {
  printError(error);
  process.exitCode = 1;
}
