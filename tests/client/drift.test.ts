import { describe, expect, test } from "vitest";
import type { Drift } from "../../src/client/drift.ts";
import { UnexpectedResponseError } from "../../src/client/errors.ts";
import { job, wholeAnswer } from "./samples.ts";
import { streaming } from "./streaming-script.ts";
import { json, rejection, wireServer } from "./wire-server.ts";

function recorder() {
  const drifts: Drift[] = [];
  const warnings: string[] = [];
  const ignore = () => undefined;
  return {
    drifts,
    warnings,
    options: {
      onDrift: (drift: Drift) => drifts.push(drift),
      logger: {
        error: ignore,
        warn: (message: string) => warnings.push(message),
        info: ignore,
        debug: ignore,
      },
    },
  };
}

const newer = { ...job, status: "compressing", priority: 3, method: { type: "supervised", sft: {} } };

describe("answers that differ from the contract", () => {
  test('with `validation: "off"` nothing is looked at, in chunks of a stream neither', async () => {
    const moody = wholeAnswer.map((text) => text.replace('"object":', '"mood":"fine","object":'));
    await using server = await wireServer(streaming(moody));
    for (const [validation, count] of [
      ["off", 0],
      ["strict", 1],
    ] as const) {
      const { drifts, options } = recorder();
      const { completions } = server.client({ ...options, validation }).chat;
      await completions.stream({ model: "m", messages: [{ role: "user", content: "Hi" }] }).done();
      expect(drifts.map(({ path }) => path)).toEqual(Array(count).fill("mood"));
    }
  });

  test("what is new passes through, and is reported once", async () => {
    await using server = await wireServer((response) => json(response, 200, newer));
    const { drifts, options } = recorder();
    const client = server.client(options);
    expect(await client.fineTuning.jobs.retrieve("ftjob-1")).toEqual(newer);
    await client.fineTuning.jobs.retrieve("ftjob-2");
    const operation = "GET /fine_tuning/jobs/{id}";
    expect(drifts).toEqual([
      {
        operation,
        path: "status",
        expected: expect.stringContaining("queued or running"),
        got: '"compressing"',
      },
      { operation, path: "priority", expected: "no such field", got: "number" },
      { operation, path: "method.sft", expected: "no such field", got: "object" },
    ]);
  });

  test("items of lists are reported by their place in the contract", async () => {
    const data = [job, newer, newer];
    await using server = await wireServer((response) =>
      json(response, 200, { object: "list", data, has_more: false }),
    );
    const { drifts, options } = recorder();
    await server.client(options).fineTuning.jobs.list();
    expect(drifts.map(({ path }) => path)).toEqual(["data[].status", "data[].priority", "data[].method.sft"]);
  });

  test("nothing is looked for, and nothing said, where nobody listens", async () => {
    await using server = await wireServer((response) => json(response, 200, newer));
    const { warnings, options } = recorder();
    await server.client({ logger: options.logger }).fineTuning.jobs.retrieve("ftjob-1");
    expect(warnings).toEqual([]);
  });

  const { id: _, ...without } = job;
  const wrong = { ...without, created_at: "yesterday" };

  test('"strict" refuses what lacks what it must have', async () => {
    await using server = await wireServer((response) => json(response, 200, wrong));
    const error = await rejection(server.client().fineTuning.jobs.retrieve("ftjob-1"));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toHaveProperty("issues", [
      "id: Invalid input: expected string, received undefined",
      "created_at: Invalid input: expected number, received string",
    ]);
  });

  test('"warn" passes it on as it came, and says so', async () => {
    await using server = await wireServer((response) => json(response, 200, wrong));
    const { drifts, warnings, options } = recorder();
    const client = server.client({ ...options, validation: "warn" });
    expect(await client.fineTuning.jobs.retrieve("ftjob-1")).toEqual(wrong);
    expect(drifts).toMatchObject([
      { path: "id", expected: "string", got: "undefined" },
      { path: "created_at", expected: "number", got: "string" },
    ]);
    expect(warnings[0]).toBe(
      "GET /fine_tuning/jobs/{id}: id differs from the contract: expected string, got undefined.",
    );
  });

  test('"off" looks at nothing', async () => {
    await using server = await wireServer((response) => json(response, 200, wrong));
    const { drifts, warnings, options } = recorder();
    const client = server.client({ logger: options.logger, validation: "off" });
    expect(await client.fineTuning.jobs.retrieve("ftjob-1")).toEqual(wrong);
    expect([drifts, warnings]).toEqual([[], []]);
  });

  test.each(["strict", "warn", "off"] as const)(
    "what is no JSON is refused with %j, too",
    async (validation) => {
      await using server = await wireServer((response) =>
        response.writeHead(200, { "content-type": "text/html" }).end("<html>Sign in</html>"),
      );
      const { options } = recorder();
      const client = server.client({ validation, logger: options.logger });
      expect(await rejection(client.fineTuning.jobs.retrieve("ftjob-1"))).toMatchObject({
        name: "UnexpectedResponseError",
        bodyStart: "<html>Sign in</html>",
      });
    },
  );
});
