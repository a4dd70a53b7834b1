#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { localCommand } from "./local.ts";
import { runsCommand } from "./runs.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const program = new Command("fermion")
  .description("Customize language models: upload domain data, fine-tune, watch, stream.")
  .version(version)
  .showHelpAfterError()
  .addCommand(localCommand())
  .addCommand(runsCommand());

try {
  await program.parseAsync();
} catch (error) {
  // A message for people; the stack is for those who ask for it.
  console.error(
    process.env.FERMION_DEBUG ? error : `fermion: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 1;
}
