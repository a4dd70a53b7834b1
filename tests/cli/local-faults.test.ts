import { createInterface } from "node:readline";
import { afterAll, expect, test } from "vitest";
import * as z from "zod";
import { temporaryDirectory } from "../platform/test-platform.ts";
import { ended, startCli } from "./built-cli.ts";

const directory = temporaryDirectory();
afterAll(directory.remove);

const ready = z.object({ base_url: z.string(), api_key: z.string() });

test.each([
  [["--faults"], 429],
  [[], 200],
])("fermion local %j answers a request for a 429 with %i", { timeout: 60_000 }, async (flags, status) => {
  const child = startCli(directory.path, ["local", "--port", "0", "--data-dir", "data", "--json", ...flags]);
  const end = ended(child);
  try {
    if (!child.stdout) throw new Error("its output is not a pipe");
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { base_url, api_key } = ready.parse(JSON.parse((await lines.next()).value));
    const headers = { authorization: `Bearer ${api_key}`, "x-fermion-fault": "rate-limit; retry-after=7" };
    const answer = await fetch(`${base_url}/models`, { headers });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("retry-after")).toBe(status === 429 ? "7" : null);
  } finally {
    child.kill("SIGTERM");
  }
  expect(await end).toMatchObject({ status: 0, stderr: "" });
});
