import { expect, test } from "vitest";
import { localCommand } from "../../src/cli/local.ts";

test("fermion local --help shows an example and the environment variables", () => {
  let help = "";
  const command = localCommand().configureOutput({
    writeOut: (text) => {
      help += text;
    },
  });
  command.outputHelp();
  expect(help).toContain("fermion local --port 0 --data-dir ./data");
  for (const flag of ["--allow-origin <origin>", "--webhook-host <host>", "--faults"])
    expect(help).toContain(flag);
  for (const name of ["FERMION_BASE_URL", "FERMION_API_KEY", "FERMION_DEBUG"]) expect(help).toContain(name);
});
