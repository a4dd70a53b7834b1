import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestPlatform, errorOf } from "./test-platform.ts";

let platform: Awaited<ReturnType<typeof createTestPlatform>>;
beforeAll(async () => {
  platform = await createTestPlatform();
  for (const id of ["ft:photon-nano:local:claims:1", "ft:photon-nano:local:claims:2"]) {
    // The bytes of the base under another name: what answers is what is asked about here.
    const base = platform.platform.models.get("photon-nano");
    if (!base) throw new Error("The test's platform has no base.");
    platform.platform.store.models.put({
      id,
      base: "photon-nano",
      job_id: "ftjob-1",
      directory: join("..", "base"),
      context_length: base.contextLength,
      parameters: base.parameters,
      files: [...base.files],
      created_at: 1,
    });
  }
});
afterAll(() => platform.close());

const first = "ft:photon-nano:local:claims:1";
const second = "ft:photon-nano:local:claims:2";
const evaluation = (model: string) => ({ suite: "claims", model, passed: true, difference: 0.8, n: 60 });
const path = "/v1/model_aliases/claims";

async function answering(body: object = {}): Promise<unknown> {
  const response = await platform.post("/v1/chat/completions", {
    model: "claims",
    messages: [{ role: "user", content: "Hello" }],
    max_completion_tokens: 1,
    ...body,
  });
  expect(response.status).toBe(200);
  const { model } = (await response.json()) as { model: unknown };
  return model;
}

test("an alias is made, answers, is shared, moved, rolled back and deleted", async () => {
  expect(await errorOf(await platform.get(path), 404)).toMatchObject({
    code: "alias_not_found",
    param: "name",
  });
  expect(await errorOf(await platform.post(`${path}/promote`, { model: first }), 400)).toMatchObject({
    code: "evaluation_required",
    param: "evaluation",
  });
  expect(
    await errorOf(await platform.post(`${path}/promote`, { model: "ft:gone", force: true }), 404),
  ).toMatchObject({ code: "model_not_found" });

  const made = await platform.post(`${path}/promote`, { model: first, evaluation: evaluation(first) });
  expect(await made.json()).toMatchObject({
    name: "claims",
    object: "model_alias",
    model: first,
    version: 1,
  });
  expect(await answering()).toBe(first);
  expect(await (await platform.get("/v1/models/claims")).json()).toMatchObject({ id: first });

  await platform.post(`${path}/canary`, { model: second, share: 0.5, evaluation: evaluation(second) });
  const seen = new Map<string, unknown>();
  for (const user of ["ada", "ben", "cleo", "dan", "eve", "fay", "gil", "hal"]) {
    seen.set(user, await answering({ user }));
    expect(await answering({ user })).toBe(seen.get(user));
  }
  expect(new Set(seen.values())).toEqual(new Set([first, second]));

  const moved = await platform.post(`${path}/promote`, {
    model: second,
    evaluation: evaluation(second),
    reason: "better at hail",
    expected_version: 2,
  });
  expect(await moved.json()).toMatchObject({ model: second, canary: null, version: 3 });
  expect(await answering()).toBe(second);
  const late = { model: first, force: true, expected_version: 2 };
  const conflict = await platform.post(`${path}/promote`, late);
  expect(conflict.headers.get("x-should-retry")).toBe("false");
  expect(await errorOf(conflict, 409)).toMatchObject({ code: "alias_version_conflict" });

  // What answers under a name can't be deleted by mistake; the name itself is no model to delete.
  expect(
    await errorOf(await platform.request("DELETE", `/v1/models/${encodeURIComponent(second)}`), 409),
  ).toMatchObject({ code: "model_in_use" });
  await errorOf(await platform.request("DELETE", "/v1/models/claims"), 404);

  expect(await (await platform.post(`${path}/rollback`, {})).json()).toMatchObject({
    model: first,
    version: 4,
  });
  expect(await answering()).toBe(first);
  expect(await (await platform.get(`${path}/history`)).json()).toMatchObject({
    data: [
      { version: 4, type: "rolled_back", model: first, restored_version: 2 },
      {
        version: 3,
        type: "promoted",
        reason: "better at hail",
        evaluation: evaluation(second),
        forced: false,
      },
      { version: 2, type: "canary_started", canary: { model: second, share: 0.5 } },
      { version: 1, type: "promoted", model: first },
    ],
  });
  expect(await (await platform.get("/v1/model_aliases")).json()).toMatchObject({
    data: [{ name: "claims", model: first }],
  });

  expect(await (await platform.request("DELETE", path)).json()).toMatchObject({ deleted: true });
  await errorOf(
    await platform.post("/v1/chat/completions", {
      model: "claims",
      messages: [{ role: "user", content: "x" }],
    }),
    404,
  );
  expect(await (await platform.get("/v1/model_aliases")).json()).toMatchObject({ data: [] });
});

test("a name that a model has can't be an alias", async () => {
  const body = { model: first, force: true };
  expect(
    await errorOf(await platform.post("/v1/model_aliases/photon-nano/promote", body), 400),
  ).toMatchObject({ code: "alias_names_model" });
  expect(
    await errorOf(await platform.post(`/v1/model_aliases/${encodeURIComponent(first)}/promote`, body), 400),
  ).toMatchObject({ code: "invalid_alias_name" });
});

test("a rollback to a model that is gone is refused, and nothing moves", async () => {
  const gone = "/v1/model_aliases/gone";
  await platform.post(`${gone}/promote`, { model: first, force: true });
  await platform.post(`${gone}/promote`, { model: second, force: true });
  platform.platform.store.models.delete(first);
  await errorOf(await platform.post(`${gone}/rollback`, {}), 404);
  expect(await (await platform.get(gone)).json()).toMatchObject({ model: second, version: 2 });
});
