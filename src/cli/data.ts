import { Command } from "commander";
import { checkCommand } from "./data-check.ts";
import { previewCommand } from "./data-preview.ts";
import { withUsageStatus } from "./exit-status.ts";

/** `fermion data`: what is in training data, before it is sent anywhere. */
export function dataCommand(): Command {
  return withUsageStatus(
    new Command("data")
      .description("check training data, mend it, and see what training makes of a row")
      .addCommand(checkCommand())
      .addCommand(previewCommand()),
  );
}
