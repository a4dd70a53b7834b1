import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { temporaryDirectory } from "../platform/test-platform.ts";

const directory = temporaryDirectory();
afterAll(directory.remove);

test("examples/webhooks.ts is told of its job's end, with the package as it is built", async () => {
  const script = fileURLToPath(new URL("../../examples/webhooks.ts", import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ["--import", import.meta.resolve("tsx"), script],
    { cwd: directory.path, timeout: 50_000 },
  );
  expect(stdout).toMatch(/told by a webhook: fine_tuning\.job\.succeeded, the model is ft:photon-nano:/);
  expect(stderr).toBe("");
});
